package org.mae4j.data.split;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.mae4j.api.internal.Checks;
import org.mae4j.data.dataset.ClipDataset;

/**
 * A dataset in two: what to train on, and what to choose models by, so that choosing never touches
 * the test set. {@link WithTest} is one in three, where a test set has to come of the same files.
 *
 * <p>Each class is divided on its own, or all files where there are no classes, so that the parts
 * have no file in common. Where a file goes is decided by the seed and its own id, as by a die, so
 * that it stays there whatever files come or go, and a part has its share but for chance. Only
 * where a part would have no file of a class, it gets the one that is next to it.
 *
 * @param train in the order of the whole
 * @param validation in the order of the whole
 */
public record HoldOut(ClipDataset train, ClipDataset validation) {

  /**
   * A dataset in three.
   *
   * @param train in the order of the whole
   * @param validation in the order of the whole
   * @param test in the order of the whole
   */
  public record WithTest(ClipDataset train, ClipDataset validation, ClipDataset test) {}

  /**
   * Sets a share of each class apart.
   *
   * @param share in (0, 1)
   * @throws IllegalArgumentException if a class has a single file
   */
  public static HoldOut of(ClipDataset all, double share, long seed) {
    Checks.openShare(share, "share");
    List<int[]> parts = parts(all, seed, share);
    String how = share + " set apart by seed " + seed;
    return new HoldOut(
        all.subset(all.name() + " without " + how, parts.get(1)),
        all.subset(all.name() + ", " + how, parts.get(0)));
  }

  /**
   * Sets two shares of each class apart. The validation files are those of {@link #of} with the
   * same share and seed, unless a class is too small for both shares.
   *
   * @param validation in (0, 1)
   * @param test in (0, 1), less than 1 together with the other
   * @throws IllegalArgumentException if a class has fewer than 3 files
   */
  public static WithTest withTest(ClipDataset all, double validation, double test, long seed) {
    Checks.openShare(validation, "validation share");
    Checks.openShare(test, "test share");
    Checks.require(
        validation + test < 1,
        "validation and test share must be less than 1 together, but were %s and %s",
        validation,
        test);
    List<int[]> parts = parts(all, seed, validation, test);
    String how = " set apart by seed " + seed;
    return new WithTest(
        all.subset(all.name() + " without " + validation + " and " + test + how, parts.get(2)),
        all.subset(all.name() + ", " + validation + how, parts.get(0)),
        all.subset(all.name() + ", another " + test + how, parts.get(1)));
  }

  /** The indices of a part for each share, and of what they leave. */
  private static List<int[]> parts(ClipDataset all, long seed, double... shares) {
    int count = shares.length + 1;
    List<IntStream.Builder> parts = new ArrayList<>();
    for (int part = 0; part < count; part++) {
      parts.add(IntStream.builder());
    }
    for (int[] group : groups(all)) {
      if (group.length == 0) {
        continue;
      }
      Checks.require(
          group.length >= count,
          "%s must have at least %s%s for %s parts, but has %s",
          all.name(),
          count,
          all.classes().isEmpty() ? " files" : " of " + className(all, group),
          count,
          group.length);
      int[] order = DrawnOrder.of(all, group, seed);
      int taken = 0;
      double end = 0;
      for (int part = 0; part < shares.length; part++) {
        end += shares[part];
        int most = group.length - taken - (count - 1 - part);
        int size = Math.min(Math.max(before(end, all, order, seed) - taken, 1), most);
        Arrays.stream(order, taken, taken + size).forEach(parts.get(part));
        taken += size;
      }
      Arrays.stream(order, taken, order.length).forEach(parts.get(count - 1));
    }
    return parts.stream().map(part -> part.build().sorted().toArray()).toList();
  }

  /** How many files of an order have their place before an end. */
  private static int before(double end, ClipDataset all, int[] order, long seed) {
    return (int) Arrays.stream(order).filter(i -> DrawnOrder.place(all, i, seed) < end).count();
  }

  private static List<int[]> groups(ClipDataset all) {
    return all.classes().isEmpty()
        ? List.of(IntStream.range(0, all.size()).toArray())
        : all.indicesByClass();
  }

  private static String className(ClipDataset all, int[] group) {
    return all.classes().get(all.info(group[0]).label().getAsInt());
  }
}
