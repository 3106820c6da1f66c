package org.mae4j.api;

import java.util.Objects;

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
}
