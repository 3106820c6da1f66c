package org.mae4j.api.masking;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.api.internal.Checks;

/**
 * A masking strategy that looks at the clip, such as one that hides what moves. Still plain Java,
 * over numbers for each token; who needs more has the pixels.
 *
 * <pre>{@code
 * ContentMasking stillest =
 *     (clip, random) -> {
 *       float[] motion = clip.motion();
 *       return TokenMask.ofVisible(
 *           motion.length,
 *           IntStream.range(0, motion.length)
 *               .boxed()
 *               .sorted(Comparator.comparingDouble(token -> motion[token]))
 *               .limit(motion.length / 4)
 *               .mapToInt(Integer::intValue)
 *               .toArray());
 *     };
 * }</pre>
 */
@FunctionalInterface
public interface ContentMasking extends MaskingStrategy {

  /**
   * A mask for one clip.
   *
   * @param clip to be looked at until this returns, on the calling thread
   * @param random the only source of randomness, so that a seed and a clip decide every mask
   */
  TokenMask mask(ClipContent clip, RandomGenerator random);

  /**
   * Refuses: there is nothing to look at.
   *
   * @throws IllegalArgumentException always
   */
  @Override
  @SuppressWarnings("FunctionalInterfaceMethodChanged") // to refuse is what it is for
  default TokenMask mask(TokenGrid grid, RandomGenerator random) {
    throw new IllegalArgumentException(
        this + " looks at the clip: ask it by masks(clips, grid, random)");
  }

  @Override
  default List<TokenMask> masks(NDArray clips, TokenGrid grid, List<RandomGenerator> random) {
    try (ClipContent.Batch batch = ClipContent.of(clips, grid)) {
      Checks.require(
          random.size() == batch.size(),
          "%s clips need as many generators, but got %s",
          batch.size(),
          random.size());
      List<TokenMask> masks = new ArrayList<>(batch.size());
      for (int i = 0; i < batch.size(); i++) {
        masks.add(mask(batch.clip(i), random.get(i)));
      }
      return masks;
    }
  }
}
