package org.mae4j.data.split;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.mae4j.api.internal.Checks;
import org.mae4j.data.dataset.ClipDataset;

/**
 * A dataset in two: what to train on, and what to choose models by, so that choosing never touches
 * the test set.
 *
 * @param train in the order of the whole
 * @param validation in the order of the whole
 */
public record HoldOut(ClipDataset train, ClipDataset validation) {

  /**
   * Sets a share of each class apart, or of all files where there are no classes. Which ones
   * depends on the seed and their ids alone.
   *
   * @param share in (0, 1); rounded to the nearest number of files, but at least one file of each
   *     class goes to either side
   * @throws IllegalArgumentException if a class has a single file
   */
  public static HoldOut of(ClipDataset all, double share, long seed) {
    Checks.require(share > 0 && share < 1, "share must be in (0, 1), but was %s", share);
    List<int[]> groups =
        all.classes().isEmpty()
            ? List.of(IntStream.range(0, all.size()).toArray())
            : all.indicesByClass();
    IntStream.Builder train = IntStream.builder();
    IntStream.Builder validation = IntStream.builder();
    for (int[] group : groups) {
      if (group.length == 0) {
        continue;
      }
      Checks.require(
          group.length >= 2, "%s has nothing to spare: %s is alone", all.name(), first(all, group));
      int apart = (int) Math.min(Math.max(Math.rint(share * group.length), 1), group.length - 1);
      int[] order = DrawnOrder.of(all, group, seed);
      Arrays.stream(order, 0, apart).forEach(validation);
      Arrays.stream(order, apart, order.length).forEach(train);
    }
    String how = share + " set apart by seed " + seed;
    return new HoldOut(
        all.subset(all.name() + " without " + how, train.build().sorted().toArray()),
        all.subset(all.name() + ", " + how, validation.build().sorted().toArray()));
  }

  private static String first(ClipDataset all, int[] group) {
    return all.info(group[0]).id();
  }
}
