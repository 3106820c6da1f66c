package org.mae4j.data.augment;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import com.google.common.primitives.Ints;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * The usual way to look at a photograph when judging: its shorter side is scaled to 256 pixels as
 * Pillow does, bicubic and smoothed, and the square of 224 in the middle is cut out. Equal to
 * torchvision's {@code Resize} and {@code CenterCrop} on a Pillow image, pixel for pixel; an image
 * that is smaller than the square gets a black frame. Nothing is random.
 */
public final class ImageCrop extends CropAugmentation {

  private final int size;
  private final int shortSide;

  private ImageCrop(Builder builder) {
    super(builder.normalization, builder.interpolation);
    size = builder.size;
    shortSide = builder.shortSide;
  }

  /** A builder; the size must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /** Scaled to 256 and cropped to 224 pixels, normalised as photographs. */
  public static ImageCrop imageNet() {
    return builder().setSize(224).build();
  }

  @Override
  Resampling draw(NDArray frames, RandomGenerator random) {
    return crop(Frames.height(frames), Frames.width(frames)).resampling(frames, size);
  }

  /**
   * The crop of an image.
   *
   * @param height of the image in pixels
   * @param width of the image in pixels
   */
  public ScaledCrop crop(int height, int width) {
    int shorter = Math.min(height, width);
    int scaledHeight = Ints.saturatedCast((long) height * shortSide / shorter);
    int scaledWidth = Ints.saturatedCast((long) width * shortSide / shorter);
    return new ScaledCrop(
        scaledHeight, scaledWidth, middle(scaledHeight), middle(scaledWidth), false);
  }

  /**
   * Halves go to the even neighbour, as Python rounds; the odd row or column of a black frame lies
   * at the bottom or right, as torchvision pads.
   */
  private int middle(int length) {
    int room = length - size;
    return room < 0 ? room / 2 : (int) Math.rint(room / 2.0);
  }

  /** Which square. */
  public static final class Builder {

    /** The usual proportion of a scaled image's shorter side to the square: 256 to 224. */
    private static final double MARGIN = 256.0 / 224;

    private int size;
    private int shortSide;
    private Interpolation interpolation = Interpolation.PILLOW_BICUBIC;
    private Normalization normalization = Normalization.IMAGENET;

    private Builder() {}

    /** S in pixels, at least 1. */
    public Builder setSize(int pixels) {
      this.size = pixels;
      return this;
    }

    /** The shorter side of the scaled image in pixels, at least 1; by default S * 256 / 224. */
    public Builder optShortSide(int pixels) {
      checkArgument(pixels >= 1, "short side must be at least 1, but was %s", pixels);
      this.shortSide = pixels;
      return this;
    }

    /** By default {@link Interpolation#PILLOW_BICUBIC}. */
    public Builder optInterpolation(Interpolation interpolation) {
      this.interpolation = interpolation;
      return this;
    }

    /** By default {@link Normalization#IMAGENET}. */
    public Builder optNormalization(Normalization normalization) {
      this.normalization = normalization;
      return this;
    }

    /**
     * Makes the augmentation.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public ImageCrop build() {
      Objects.requireNonNull(interpolation, "interpolation");
      Objects.requireNonNull(normalization, "normalization");
      checkArgument(size >= 1, "size must be at least 1, but was %s", size);
      if (shortSide == 0) {
        shortSide = (int) (size * MARGIN);
      }
      return new ImageCrop(this);
    }
  }
}
