package org.mae4j.data.split;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.mae4j.api.internal.Checks;
import org.mae4j.data.dataset.ClipDataset;

/**
 * A fraction of a dataset. A smaller fraction lies inside a larger one that is taken in the same
 * way.
 */
public final class FractionSubset {

  private final double fraction;
  private final String how;
  private final Choice choice;

  private FractionSubset(double fraction, String how, Choice choice) {
    Checks.require(
        fraction > 0 && fraction <= 1, "fraction must be in (0, 1], but was %s", fraction);
    this.fraction = fraction;
    this.how = how;
    this.choice = choice;
  }

  /** Which files are taken. */
  @FunctionalInterface
  private interface Choice {
    IntStream of(ClipDataset all);
  }

  /**
   * The first ceil(fraction * size) files in the dataset's order: the paper's way for SAYCam, where
   * these are the earliest recordings.
   *
   * @param fraction in (0, 1]
   */
  public static FractionSubset first(double fraction) {
    return new FractionSubset(
        fraction, "the first", all -> IntStream.range(0, share(fraction, all.size())));
  }

  /**
   * ceil(fraction * size) files drawn at random.
   *
   * @param fraction in (0, 1]
   */
  public static FractionSubset random(double fraction, long seed) {
    return new FractionSubset(
        fraction,
        "by seed " + seed,
        all -> Arrays.stream(DrawnOrder.of(all, seed), 0, share(fraction, all.size())));
  }

  /**
   * ceil(fraction * size of the class) files of each class, drawn at random.
   *
   * @param fraction in (0, 1]
   */
  public static FractionSubset perClass(double fraction, long seed) {
    return new FractionSubset(
        fraction,
        "of each class by seed " + seed,
        all ->
            all.indicesByClass().stream()
                .flatMapToInt(
                    members ->
                        Arrays.stream(
                            DrawnOrder.of(all, members, seed),
                            0,
                            share(fraction, members.length))));
  }

  /**
   * Videos drawn at random until they are at least a fraction of the hours. Videos whose length is
   * not known are never taken and do not count.
   *
   * @param fraction in (0, 1]
   * @param durations of the dataset
   */
  public static FractionSubset randomHours(double fraction, long seed, VideoHours durations) {
    return new FractionSubset(
        fraction,
        "of the hours by seed " + seed,
        all -> {
          double wanted = fraction * durations.seconds(all);
          IntStream.Builder chosen = IntStream.builder();
          double seconds = 0;
          for (int index : DrawnOrder.of(all, seed)) {
            double length = durations.seconds(all.info(index).id()).orElse(0);
            if (length > 0 && seconds < wanted) {
              chosen.add(index);
              seconds += length;
            }
          }
          return chosen.build();
        });
  }

  private static int share(double fraction, int size) {
    // As a decimal number: in binary 0.07 of 100 is a little more than 7.
    return BigDecimal.valueOf(fraction)
        .multiply(BigDecimal.valueOf(size))
        .setScale(0, RoundingMode.CEILING)
        .intValueExact();
  }

  /**
   * Takes the part: a pure function of what the dataset lists, so that it can be taken again.
   *
   * @return in the order of the whole, with the same classes and a name that says what it is
   * @throws IllegalArgumentException if labels are needed and there are none
   */
  public ClipDataset of(ClipDataset all) {
    return all.subset(all.name() + ", " + fraction + " " + how, choice.of(all).sorted().toArray());
  }
}
