package org.mae4j.train.ranks;

import com.google.gson.JsonObject;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where ranks find each other, and say that they leave; in the process of the first. */
final class Tracker {

  private static final Logger logger = LoggerFactory.getLogger(Tracker.class);
  private static final Duration SOON = Duration.ofSeconds(10);

  /** How long the others have to leave after the first has. */
  private static final int PARTING_SECONDS = 2;

  private static final int SORTED_BY_TASK = 1;

  private final Xgboost engine;
  private final EngineThread thread;
  private final Pointer handle;

  private Tracker(Xgboost engine, EngineThread thread, Pointer handle) {
    this.engine = engine;
    this.thread = thread;
    this.handle = handle;
  }

  /**
   * Starts one. A port that a run before it had listened at is free again after a minute only.
   *
   * @param place to listen at
   * @param patience how long to try
   * @throws IllegalStateException if it cannot listen there
   */
  static Tracker start(Xgboost engine, InetSocketAddress place, int size, Duration patience) {
    JsonObject settings = new JsonObject();
    settings.addProperty("dmlc_communicator", "rabit");
    settings.addProperty("n_workers", size);
    settings.addProperty("host", place.getAddress().getHostAddress());
    settings.addProperty("port", place.getPort());
    settings.addProperty("sortby", SORTED_BY_TASK);
    String json = settings.toString();
    EngineThread thread = new EngineThread("ranks-tracker", result -> engine.failure());
    PointerByReference made = new PointerByReference();
    long end = System.nanoTime() + patience.toNanos();
    String failure;
    do {
      try {
        failure =
            thread.failure(
                SOON,
                () ->
                    engine.XGBSetGlobalConfig(Xgboost.QUIET) + engine.XGTrackerCreate(json, made)
                            == 0
                        ? engine.XGTrackerRun(made.getValue(), "{}")
                        : -1);
      } catch (TimeoutException e) {
        failure = "no answer within " + SOON.toSeconds() + " s";
      }
    } while (failure != null && EngineThread.sleepUntil(end));
    if (failure != null) {
      thread.end();
      throw new IllegalStateException(
          "rank 0 cannot wait for the others at "
              + inWords(place)
              + ", is the port taken? It tried for "
              + patience.toSeconds()
              + " s: "
              + failure);
    }
    return new Tracker(engine, thread, made.getValue());
  }

  static String inWords(InetSocketAddress place) {
    return place.getAddress().getHostAddress() + ":" + place.getPort();
  }

  /**
   * Stops listening.
   *
   * @param sound whether the others may be expected to leave, and be waited for
   */
  void end(boolean sound) {
    String waiting = "{\"timeout\": " + PARTING_SECONDS + "}";
    try {
      String failure =
          thread.failure(
              Duration.ofSeconds(2 * PARTING_SECONDS),
              () -> {
                int left = sound ? engine.XGTrackerWaitFor(handle, waiting) : 0;
                return left + engine.XGTrackerFree(handle) == 0 ? 0 : -1;
              });
      if (failure != null) {
        logger.debug("not all ranks took their leave: {}", failure);
      }
    } catch (TimeoutException e) {
      logger.debug("the ranks' tracker did not end in time", e);
    }
    thread.end();
  }
}
