package org.mae4j.data.split;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.mae4j.api.internal.Checks;
import org.mae4j.data.dataset.ClipDataset;

/**
 * As many examples of each class. The examples of a smaller split lie inside those of a larger one
 * that is taken in the same way.
 */
public final class FewShotSplit {

  private final int shots;
  private final boolean random;
  private final long seed;

  private FewShotSplit(int shots, boolean random, long seed) {
    Checks.require(shots >= 1, "shots must be at least 1, but were %s", shots);
    this.shots = shots;
    this.random = random;
    this.seed = seed;
  }

  /**
   * The first examples of each class in the dataset's order, which is that of file names: the
   * paper's way for Something-Something-V2.
   *
   * @param shots examples of each class, at least 1
   */
  public static FewShotSplit first(int shots) {
    return new FewShotSplit(shots, false, 0);
  }

  /**
   * Examples drawn at random: the paper's way for Kinetics-700. Which ones depends on the seed and
   * their ids alone, so that an incomplete copy of a dataset gives the same ones as far as it has
   * them.
   *
   * @param shots examples of each class, at least 1
   */
  public static FewShotSplit random(int shots, long seed) {
    return new FewShotSplit(shots, true, seed);
  }

  /**
   * Takes the part: a pure function of what the dataset lists, so that it can be taken again.
   *
   * @return in the order of the whole, with the same classes and a name that says what it is
   * @throws IllegalArgumentException if a class has fewer files, or there are no labels
   */
  public ClipDataset of(ClipDataset all) {
    IntStream.Builder chosen = IntStream.builder();
    List<int[]> classes = all.indicesByClass();
    for (int label = 0; label < classes.size(); label++) {
      int[] members = classes.get(label);
      Checks.require(
          members.length >= shots,
          "%s must have at least %s of each class, but has %s of %s",
          all.name(),
          shots,
          members.length,
          all.classes().get(label));
      int[] order = random ? DrawnOrder.of(all, members, seed) : members;
      Arrays.stream(order, 0, shots).forEach(chosen);
    }
    String how = random ? " of each class by seed " + seed : " of each class";
    return all.subset(
        all.name() + ", " + (random ? "" : "first ") + shots + how,
        chosen.build().sorted().toArray());
  }
}
