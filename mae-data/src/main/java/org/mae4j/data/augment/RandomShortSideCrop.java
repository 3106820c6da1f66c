package org.mae4j.data.augment;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Scales the shorter side of a video to a random length, cuts out a random square, and mirrors it
 * half of the time: the augmentation of the paper's code where no area is given.
 */
public final class RandomShortSideCrop extends CropAugmentation {

  private final int size;
  private final double minShortSide;
  private final double maxShortSide;
  private final double flipProbability;

  private RandomShortSideCrop(Builder builder) {
    super(builder.normalization, Interpolation.BILINEAR);
    size = builder.size;
    minShortSide = builder.minShortSide;
    maxShortSide = builder.maxShortSide;
    flipProbability = builder.flipProbability;
  }

  /** A builder; the size and the range of the shorter side must be set. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  Resampling draw(NDArray frames, RandomGenerator random) {
    return draw(Frames.height(frames), Frames.width(frames), random).resampling(frames, size);
  }

  /**
   * Draws a crop without applying it.
   *
   * @param height of the video in pixels
   * @param width of the video in pixels
   */
  public ScaledCrop draw(int height, int width, RandomGenerator random) {
    return draw(height, width, CropDraws.from(random));
  }

  ScaledCrop draw(int height, int width, CropDraws draws) {
    int shortSide = (int) Math.rint(draws.between(minShortSide, maxShortSide));
    ScaledSize scaled = ScaledSize.of(height, width, shortSide);
    int top = offset(scaled.height(), draws);
    int left = offset(scaled.width(), draws);
    boolean flip = flipProbability > 0 && draws.chance(flipProbability);
    return new ScaledCrop(scaled.height(), scaled.width(), top, left, flip);
  }

  /** The paper's code never draws the very last offset; neither does this. */
  private int offset(int length, CropDraws draws) {
    return length > size ? draws.integer(0, length - size - 1) : 0;
  }

  /** What to draw from. */
  public static final class Builder {

    private int size;
    private double minShortSide;
    private double maxShortSide;
    private double flipProbability = 0.5;
    private Normalization normalization = Normalization.PAPER_VIDEO;

    private Builder() {}

    /** S in pixels, at least 1. */
    public Builder setSize(int pixels) {
      this.size = pixels;
      return this;
    }

    /** The shorter side of the scaled video in pixels, at least S; the paper's is [256, 320]. */
    public Builder setShortSide(double min, double max) {
      this.minShortSide = min;
      this.maxShortSide = max;
      return this;
    }

    /** Probability of mirroring left to right, in [0, 1]; by default 0.5. */
    public Builder optFlip(double probability) {
      this.flipProbability = probability;
      return this;
    }

    /** By default {@link Normalization#PAPER_VIDEO}. */
    public Builder optNormalization(Normalization normalization) {
      this.normalization = normalization;
      return this;
    }

    /**
     * Makes the augmentation.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public RandomShortSideCrop build() {
      Objects.requireNonNull(normalization, "normalization");
      checkArgument(size >= 1, "size must be at least 1, but was %s", size);
      checkArgument(
          minShortSide >= size && minShortSide <= maxShortSide && maxShortSide <= 1 << 15,
          "short side must be a range in [%s, 32768], but was [%s, %s]",
          size,
          minShortSide,
          maxShortSide);
      CropDraws.checkProbability(flipProbability);
      return new RandomShortSideCrop(this);
    }
  }
}
