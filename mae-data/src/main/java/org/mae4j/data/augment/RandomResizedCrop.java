package org.mae4j.data.augment;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * The paper's augmentation: a random part of the video, of random area and aspect ratio, resized to
 * a square, mirrored half of the time. All frames of a clip are cropped alike. A part smaller than
 * the square is enlarged.
 */
public final class RandomResizedCrop extends CropAugmentation {

  /** How often a rectangle that does not fit is drawn again before the fallback. */
  private static final int ATTEMPTS = 10;

  private final int size;
  private final double minArea;
  private final double maxArea;
  private final double minAspect;
  private final double maxAspect;
  private final double flipProbability;

  private RandomResizedCrop(Builder builder) {
    super(builder.normalization, builder.interpolation);
    size = builder.size;
    minArea = builder.minArea;
    maxArea = builder.maxArea;
    minAspect = builder.minAspect;
    maxAspect = builder.maxAspect;
    flipProbability = builder.flipProbability;
  }

  /** A builder with the paper's pretraining values; the size must be set. */
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
  public CropBox draw(int height, int width, RandomGenerator random) {
    return draw(height, width, CropDraws.from(random));
  }

  /**
   * The area is uniform, the aspect ratio uniform on a logarithmic scale. If no rectangle fits in
   * ten attempts it is the largest centred one whose aspect ratio is allowed.
   */
  CropBox draw(int height, int width, CropDraws draws) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double area = draws.between(minArea, maxArea) * (double) height * width;
      double aspect = Math.exp(draws.between(Math.log(minAspect), Math.log(maxAspect)));
      int w = (int) Math.rint(Math.sqrt(area * aspect));
      int h = (int) Math.rint(Math.sqrt(area / aspect));
      if (w > 0 && w <= width && h > 0 && h <= height) {
        int top = draws.integer(0, height - h);
        int left = draws.integer(0, width - w);
        return new CropBox(top, left, h, w, flip(draws));
      }
    }
    double aspect = (double) width / height;
    int w = aspect > maxAspect ? atLeastOne(height * maxAspect) : width;
    int h = aspect < minAspect ? atLeastOne(width / minAspect) : height;
    return new CropBox((height - h) / 2, (width - w) / 2, h, w, flip(draws));
  }

  private static int atLeastOne(double pixels) {
    return Math.max(1, (int) Math.rint(pixels));
  }

  private boolean flip(CropDraws draws) {
    return flipProbability > 0 && draws.chance(flipProbability);
  }

  /** What to draw from. */
  public static final class Builder {

    private int size;
    private double minArea = 0.5;
    private double maxArea = 1;
    private double minAspect = 0.75;
    private double maxAspect = 1.3333;
    private double flipProbability = 0.5;
    private Normalization normalization = Normalization.PAPER_VIDEO;
    private Interpolation interpolation = Interpolation.BILINEAR;

    private Builder() {}

    /** S in pixels, at least 1. */
    public Builder setSize(int pixels) {
      this.size = pixels;
      return this;
    }

    /** Area of the part as a share of the video's, in (0, 1]; by default [0.5, 1]. */
    public Builder optArea(double min, double max) {
      this.minArea = min;
      this.maxArea = max;
      return this;
    }

    /** Width over height of the part, positive; by default [0.75, 1.3333]. */
    public Builder optAspect(double min, double max) {
      this.minAspect = min;
      this.maxAspect = max;
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
     * By default {@link Interpolation#BILINEAR}, as for videos; the paper resizes images by {@link
     * Interpolation#PILLOW_BICUBIC} in pretraining.
     */
    public Builder optInterpolation(Interpolation interpolation) {
      this.interpolation = interpolation;
      return this;
    }

    /**
     * Makes the augmentation.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public RandomResizedCrop build() {
      Objects.requireNonNull(normalization, "normalization");
      Objects.requireNonNull(interpolation, "interpolation");
      checkArgument(size >= 1, "size must be at least 1, but was %s", size);
      checkArgument(
          minArea > 0 && minArea <= maxArea && maxArea <= 1,
          "area must be a range in (0, 1], but was [%s, %s]",
          minArea,
          maxArea);
      checkArgument(
          minAspect > 0 && minAspect <= maxAspect && Double.isFinite(maxAspect),
          "aspect ratio must be a positive range, but was [%s, %s]",
          minAspect,
          maxAspect);
      CropDraws.checkProbability(flipProbability);
      return new RandomResizedCrop(this);
    }
  }
}
