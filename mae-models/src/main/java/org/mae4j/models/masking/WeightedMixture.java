package org.mae4j.models.masking;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.Seeds;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.internal.Masks;
import org.mae4j.api.masking.ClipContent;
import org.mae4j.api.masking.ContentMasking;

/**
 * Picks one of several strategies for each clip, each as often as its weight says. All must keep
 * the same number of tokens, since the clips of a batch are encoded together. Members may look at
 * the clips.
 */
public final class WeightedMixture implements MaskingStrategy {

  /**
   * A strategy and how often it is picked.
   *
   * @param strategy what draws the mask
   * @param weight positive and finite; relative to the other members' weights
   */
  public record Member(MaskingStrategy strategy, double weight) {

    public Member {
      Checks.require(strategy != null, "strategy must not be null");
      Checks.positiveFinite(weight, "weight of " + strategy);
    }

    @Override
    public String toString() {
      return strategy + " (weight " + weight + ")";
    }
  }

  private final List<Member> members;

  /** Grids on which the members were seen to keep as many tokens as each other. */
  private final Set<TokenGrid> checked = ConcurrentHashMap.newKeySet();

  /**
   * A mixture of these.
   *
   * @param members at least one
   */
  public WeightedMixture(Member... members) {
    Checks.require(members.length > 0, "a mixture needs at least 1 member, but has none");
    this.members = List.of(members);
  }

  /**
   * A mask of one of the members.
   *
   * @throws IllegalArgumentException if members keep different numbers of tokens of this grid, or
   *     one of them looks at the clip
   */
  @Override
  public TokenMask mask(TokenGrid grid, RandomGenerator random) {
    checkCounts(grid, strategy -> strategy.mask(grid, Seeds.generator(0)));
    return pick(random).strategy().mask(grid, random);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if members keep different numbers of tokens of this grid, or
   *     shapes do not fit
   */
  @Override
  public List<TokenMask> masks(NDArray clips, TokenGrid grid, List<RandomGenerator> random) {
    try (ClipContent.Batch batch = ClipContent.of(clips, grid)) {
      ClipContent first = batch.clip(0);
      checkCounts(grid, strategy -> mask(strategy, first, Seeds.generator(0)));
      List<TokenMask> masks = new ArrayList<>(random.size());
      for (int i = 0; i < random.size(); i++) {
        RandomGenerator own = random.get(i);
        masks.add(mask(pick(own).strategy(), batch.clip(i), own));
      }
      return masks;
    }
  }

  /** Members that look at clips share what is computed of the batch. */
  private static TokenMask mask(
      MaskingStrategy strategy, ClipContent clip, RandomGenerator random) {
    if (strategy instanceof ContentMasking looking) {
      return looking.mask(clip, random);
    }
    try (NDArray alone = clip.pixels().expandDims(0)) {
      return Masks.draw(strategy, alone, clip.grid(), List.of(random)).get(0);
    }
  }

  private Member pick(RandomGenerator random) {
    double left = random.nextDouble() * members.stream().mapToDouble(Member::weight).sum();
    for (Member member : members) {
      left -= member.weight();
      if (left < 0) {
        return member;
      }
    }
    // Rounding may leave a crumb.
    return members.get(members.size() - 1);
  }

  /**
   * Once a grid.
   *
   * @param draw draws by a generator of its own, so that a mask depends on its caller's only
   */
  private void checkCounts(TokenGrid grid, Function<MaskingStrategy, TokenMask> draw) {
    if (checked.contains(grid)) {
      return;
    }
    List<Integer> counts =
        members.stream().map(member -> draw.apply(member.strategy()).visibleCount()).toList();
    for (int i = 1; i < counts.size(); i++) {
      if (!counts.get(i).equals(counts.get(0))) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "members of a mixture must keep as many tokens of %s, but %s keeps %d and %s keeps"
                    + " %d",
                grid,
                members.get(0).strategy(),
                counts.get(0),
                members.get(i).strategy(),
                counts.get(i)));
      }
    }
    checked.add(grid);
  }

  @Override
  public String toString() {
    return members.stream()
        .map(Member::toString)
        .collect(Collectors.joining(", ", "mixture of ", ""));
  }
}
