package org.mae4j.api;

import java.util.Objects;
import org.mae4j.api.internal.Checks;

/**
 * How a model looks at a video: what there is between a file and the array that an {@link Encoder}
 * takes, when nothing is random. Every saved model carries its own, so that whoever reads a clip
 * for it does as its training did.
 *
 * @param sampling how many frames, how far apart
 * @param crop how a frame is scaled and cropped
 * @param interpolation how pixels are resized
 * @param normalization how colours are shifted and scaled
 */
public record ClipInput(
    FrameSampling sampling,
    CentreCrop crop,
    Interpolation interpolation,
    Normalization normalization) {

  /** The paper's video model: 16 frames, stride 8 at 30 frames/s, 224 x 224 pixels. */
  public static final ClipInput PAPER_VIDEO = video(FrameSampling.PAPER, 224);

  /** The paper's image model: single frames, resized as photographs are, 224 x 224 pixels. */
  public static final ClipInput PAPER_IMAGE = photograph(new FrameSampling(1, 6, 30), 224);

  public ClipInput {
    Objects.requireNonNull(sampling, "sampling");
    Objects.requireNonNull(crop, "crop");
    Objects.requireNonNull(interpolation, "interpolation");
    Objects.requireNonNull(normalization, "normalization");
  }

  /** As the paper's video models see it, at another sampling and size: the largest square. */
  public static ClipInput video(FrameSampling sampling, int size) {
    return new ClipInput(
        sampling, CentreCrop.ofVideo(size), Interpolation.BILINEAR, Normalization.PAPER_VIDEO);
  }

  /** As photographs are seen: bicubic, a square within the frame, ImageNet's normalisation. */
  public static ClipInput photograph(FrameSampling sampling, int size) {
    return new ClipInput(
        sampling,
        CentreCrop.ofPhotograph(size),
        Interpolation.PILLOW_BICUBIC,
        Normalization.IMAGENET);
  }

  /** T, S, S: the clips that this makes. */
  public ClipShape shape() {
    return new ClipShape(sampling.frames(), crop.size(), crop.size());
  }

  /** The same with other frames. */
  public ClipInput withSampling(FrameSampling other) {
    return new ClipInput(other, crop, interpolation, normalization);
  }

  /** The same with another square. */
  public ClipInput withCrop(CentreCrop other) {
    return new ClipInput(sampling, other, interpolation, normalization);
  }

  /** The same, resized in another way. */
  public ClipInput withInterpolation(Interpolation other) {
    return new ClipInput(sampling, crop, other, normalization);
  }

  /** The same with other colours. */
  public ClipInput withNormalization(Normalization other) {
    return new ClipInput(sampling, crop, interpolation, other);
  }

  /** {@code 16 frames, stride 8.0 at 30.0 frames/s, 224x224 pixels, ...}. */
  @Override
  public String toString() {
    return sampling.frames()
        + " frames, stride "
        + sampling.stride()
        + " at "
        + sampling.nominalRate()
        + " frames/s, "
        + crop.size()
        + "x"
        + crop.size()
        + " of a short side of "
        + crop.shortSide()
        + " ("
        + crop.rounding()
        + ", "
        + interpolation
        + "), mean "
        + normalization.mean()
        + ", deviation "
        + normalization.deviation();
  }

  /** How pixels are resized. */
  public enum Interpolation {
    /**
     * As the paper's code resizes videos: bilinear between the nearest four pixels, in floating
     * point, without smoothing before shrinking (PyTorch's {@code interpolate}, corners not
     * aligned).
     */
    BILINEAR,

    /**
     * As Pillow, and with it torchvision, resizes images bilinearly: smoothed as far as it shrinks,
     * in whole levels.
     */
    PILLOW_BILINEAR,

    /** As {@link #PILLOW_BILINEAR}, but bicubic with a = -0.5. */
    PILLOW_BICUBIC
  }

  /**
   * How a frame becomes the square that a model sees when nothing is random: its shorter side is
   * scaled to a length, and the square in the middle is cut out.
   *
   * @param shortSide the shorter side of the scaled frame in pixels, at least {@code size}; at
   *     least 1 with {@link Rounding#TORCHVISION}, which frames in black what is smaller than the
   *     square
   * @param size S in pixels, at least 1
   * @param rounding to whole pixels
   */
  public record CentreCrop(int shortSide, int size, Rounding rounding) {

    /** Whose rule decides the last pixel. */
    public enum Rounding {
      /**
       * The paper's code for videos (as in SlowFast): the longer side is rounded down, the square's
       * offset up.
       */
      SLOWFAST,

      /**
       * torchvision's {@code Resize} and {@code CenterCrop} for images: the longer side is rounded
       * down, halves of the square's offset go to the even neighbour.
       */
      TORCHVISION
    }

    /** The usual proportion of a scaled photograph's shorter side to the square: 256 to 224. */
    private static final double PHOTOGRAPH_MARGIN = 256.0 / 224;

    public CentreCrop {
      Checks.atLeast(1, size, "size");
      Objects.requireNonNull(rounding, "rounding");
      Checks.atLeast(1, shortSide, "short side");
      Checks.require(
          shortSide >= size || rounding == Rounding.TORCHVISION,
          "short side must be at least the size %s, but was %s",
          size,
          shortSide);
    }

    /** The same square of a frame that is scaled otherwise. */
    public CentreCrop withShortSide(int other) {
      return new CentreCrop(other, size, rounding);
    }

    /** Another square of a frame that is scaled as far. */
    public CentreCrop withSize(int other) {
      return new CentreCrop(shortSide, other, rounding);
    }

    /** The same by another rule for the last pixel. */
    public CentreCrop withRounding(Rounding other) {
      return new CentreCrop(shortSide, size, other);
    }

    /** The largest square of a video, as S x S pixels. */
    public static CentreCrop ofVideo(int size) {
      return new CentreCrop(size, size, Rounding.SLOWFAST);
    }

    /** The usual look at a photograph: its shorter side is scaled to 256 pixels where S is 224. */
    public static CentreCrop ofPhotograph(int size) {
      return new CentreCrop((int) (size * PHOTOGRAPH_MARGIN), size, Rounding.TORCHVISION);
    }
  }
}
