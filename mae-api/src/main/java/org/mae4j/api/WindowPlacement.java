package org.mae4j.api;

import java.util.random.RandomGenerator;
import org.mae4j.api.internal.Checks;

/** Where in a video the window of a clip lies. */
public sealed interface WindowPlacement {

  /**
   * The start of the window.
   *
   * @param room how far the start can move, in frames: length of the video less length of the
   *     window, at least 0; need not be whole
   * @param random drawn from by {@link Random} only
   * @return a start in [0, room], in frames
   */
  double start(double room, RandomGenerator random);

  /** Uniformly random: for training. */
  record Random() implements WindowPlacement {
    @Override
    public double start(double room, RandomGenerator random) {
      return random.nextDouble() * room;
    }
  }

  /**
   * At a fixed fraction of the room.
   *
   * @param fraction 0 is the earliest window, 1 the latest
   */
  record AtFraction(double fraction) implements WindowPlacement {
    public AtFraction {
      if (!(fraction >= 0 && fraction <= 1)) {
        throw new IllegalArgumentException("fraction must be in [0, 1], but was " + fraction);
      }
    }

    @Override
    public double start(double room, RandomGenerator random) {
      return fraction * room;
    }
  }

  /**
   * Number {@code index} of {@code count} windows spread evenly over the video; one window is the
   * centred one. Starts are whole frames, as in the reference's test-time sampling.
   *
   * @param index in [0, count)
   * @param count at least 1
   */
  record Uniform(int index, int count) implements WindowPlacement {
    public Uniform {
      Checks.atLeast(1, count, "count");
      if (index < 0 || index >= count) {
        throw new IllegalArgumentException("index must be in [0, " + count + "), but was " + index);
      }
    }

    @Override
    public double start(double room, RandomGenerator random) {
      return count == 1 ? Math.floor(room / 2) : index * Math.floor(room / (count - 1));
    }
  }

  /** A uniformly random window. */
  static WindowPlacement random() {
    return new Random();
  }

  /** The window in the middle: for evaluation. */
  static WindowPlacement centre() {
    return new Uniform(0, 1);
  }
}
