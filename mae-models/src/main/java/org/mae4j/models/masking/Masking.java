package org.mae4j.models.masking;

import java.util.function.DoubleFunction;
import org.mae4j.api.MaskingStrategy;

/** The masking strategies by name, for recipes and command lines. */
public enum Masking {
  /** {@link RandomMasking}: the paper's. */
  RANDOM(RandomMasking::new),

  /** {@link TubeMasking}. */
  TUBE(TubeMasking::new),

  /** {@link PerFrameRandomMasking}. */
  PER_FRAME_RANDOM(PerFrameRandomMasking::new),

  /** {@link BlockMasking} with many small blocks. */
  BLOCK(ratio -> new BlockMasking(ratio, BlockMasking.SHORT_RANGE)),

  /** {@link BlockMasking} with few large blocks. */
  LARGE_BLOCK(ratio -> new BlockMasking(ratio, BlockMasking.LONG_RANGE)),

  /** {@link WholeFramesMasking}. */
  WHOLE_FRAMES(WholeFramesMasking::new),

  /** {@link CausalMasking}. */
  CAUSAL(CausalMasking::new),

  /** {@link TemporalMasking}. */
  TEMPORAL(TemporalMasking::new),

  /** {@link CentreFramesMasking}. */
  CENTRE_FRAMES(CentreFramesMasking::new),

  /** {@link MotionWeightedMasking} at strength 1. */
  MOTION(ratio -> new MotionWeightedMasking(ratio, 1)),

  /** {@link MotionGuidedMasking}. */
  MOTION_GUIDED(MotionGuidedMasking::new);

  @SuppressWarnings("ImmutableEnumChecker") // constructors have no state
  private final DoubleFunction<MaskingStrategy> maker;

  Masking(DoubleFunction<MaskingStrategy> maker) {
    this.maker = maker;
  }

  /**
   * The strategy at a ratio.
   *
   * @param ratio the share of tokens hidden, in [0, 1)
   */
  public MaskingStrategy at(double ratio) {
    return maker.apply(ratio);
  }
}
