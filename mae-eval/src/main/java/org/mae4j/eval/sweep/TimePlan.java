package org.mae4j.eval.sweep;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.mae4j.eval.internal.SharedWork;

/**
 * How long each run may train where a time was given for all of them. Decided once: more seeds or
 * recipes later get as much.
 *
 * @param preparations what is known once they are done
 */
record TimePlan(Workshop shop, Path folder, Supplier<Preparations> preparations)
    implements SharedWork.Piece {

  /** The rest is for starting, saving and what else goes on on the machine. */
  private static final double USED = 0.95;

  /**
   * What getting ready has cost.
   *
   * @param spent seconds, of all processes together
   * @param judging seconds that judging a model takes
   */
  record Preparations(double spent, double judging) {}

  private record Planned(double secondsOfRun) {}

  static TimePlan of(Workshop shop, Supplier<Preparations> preparations) {
    long millis = shop.plan().time().orElseThrow().toMillis();
    Path folder = shop.plan().folder().resolve("prepared").resolve("time-" + millis + "-ms");
    return new TimePlan(shop, folder, preparations);
  }

  /** Seconds of training of a run, once planned. */
  Optional<Double> secondsOfRun() {
    return SweepJson.read(folder.resolve("time.json"), Planned.class).map(Planned::secondsOfRun);
  }

  @Override
  public boolean isDone() {
    return secondsOfRun().isPresent();
  }

  @Override
  public void work() {
    SweepPlan plan = shop.plan();
    int runs = plan.recipes().size() * plan.seeds().size();
    int processes = Math.min(runs, plan.processes());
    int rounds = (runs + processes - 1) / processes;
    Preparations done = preparations.get();
    double all = USED * plan.time().orElseThrow().toMillis() / 1000;
    double seconds = (all - done.spent() / processes) / rounds - done.judging();
    shop.say()
        .accept(
            String.format(
                Locale.ROOT,
                "%d runs by %d process(es): %.0f s of training each, %.0f s of judging",
                runs,
                processes,
                Math.max(0, seconds),
                done.judging()));
    if (seconds <= 0) {
      shop.say().accept("the time does not suffice: each run makes a single step");
    }
    SweepJson.write(folder.resolve("time.json"), new Planned(Math.max(0, seconds)));
  }
}
