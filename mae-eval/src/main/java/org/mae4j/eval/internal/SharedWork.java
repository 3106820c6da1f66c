package org.mae4j.eval.internal;

import com.google.common.util.concurrent.Uninterruptibles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.mae4j.train.RunLock;

/**
 * Work in folders that several processes share: each piece is done by whoever locks its folder
 * first, and one that a dying process leaves behind is taken up by another.
 */
public final class SharedWork {

  private static final Duration POLL = Duration.ofMillis(200);

  private SharedWork() {}

  /** A piece of work. What {@link #isDone} reads appears in its folder at once, whole. */
  public interface Piece {

    /** Locked while it is worked on; is there. */
    Path folder();

    /** Whether nothing is left to do. */
    boolean isDone();

    /** Whether what it needs is done. */
    default boolean isReady() {
      return true;
    }

    /** Does it, or goes on with it; the folder is locked. */
    void work();
  }

  /** As {@link #finish(Collection, Consumer)}, and tells nobody. */
  public static void finish(Collection<? extends Piece> pieces) {
    finish(pieces, piece -> {});
  }

  /**
   * Does all of these, unless another process does; returns when all are done.
   *
   * @param pieces in the order in which they should be begun
   * @param whenDone is told of each once it is done, here or elsewhere
   */
  public static <P extends Piece> void finish(Collection<P> pieces, Consumer<P> whenDone) {
    Set<P> left = new LinkedHashSet<>(pieces);
    while (!left.isEmpty()) {
      boolean worked = false;
      for (P piece : List.copyOf(left)) {
        if (piece.isDone()) {
          left.remove(piece);
          whenDone.accept(piece);
        } else if (!worked && piece.isReady()) {
          // One at a time, so that what others have done meanwhile is told in between.
          worked = workUnlessLocked(piece);
        }
      }
      if (!worked && !left.isEmpty()) {
        Uninterruptibles.sleepUninterruptibly(POLL);
      }
    }
  }

  /** Returns whether it was done here. */
  private static boolean workUnlessLocked(Piece piece) {
    try (RunLock lock = RunLock.tryAcquire(piece.folder()).orElse(null)) {
      // Who had the lock may have done it meanwhile.
      if (lock == null || piece.isDone()) {
        return false;
      }
      piece.work();
      return true;
    }
  }
}
