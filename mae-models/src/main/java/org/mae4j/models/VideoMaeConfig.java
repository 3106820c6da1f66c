package org.mae4j.models;

import ai.djl.ndarray.NDManager;
import java.util.Objects;
import java.util.Optional;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipShape;
import org.mae4j.api.PatchShape;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.internal.ModelSetup;
import org.mae4j.models.kernels.Kernels;

/**
 * The geometry of a video masked autoencoder.
 *
 * @param vit the encoder, of a video layout
 * @param decoder the decoder's transformer
 * @param predictedFrames how many of the T frames the decoder predicts, evenly spaced, at least 1;
 *     a whole number of them falls to each token
 * @param latentWidth P where the decoder predicts latents of that width, at least 1, for each token
 *     instead of pixels; then the predicted frames say nothing
 */
public record VideoMaeConfig(
    VitConfig vit, TransformerShape decoder, int predictedFrames, Optional<Integer> latentWidth)
    implements MaskedAutoencoderConfig<VideoMae> {

  /** The paper's video model: ViT-H/14, 16 frames of 224x224, decoder of 4 blocks. */
  public static final VideoMaeConfig VIT_HUGE_14 = of(VitSize.HUGE, 224);

  /**
   * A model of a million parameters for 16 frames of 32x32 that learns within minutes on a CPU.
   * Started from sines and cosines.
   */
  public static final VideoMaeConfig TOY = toy(32, 8);

  /** The same with a decoder twice as wide and half as deep, for sharper pixels. */
  public static final VideoMaeConfig TOY_WIDE_DECODER =
      TOY.withDecoder(new TransformerShape(128, 1, 4));

  /** The transformers of {@link #TOY} over 16 frames of 64x64, in patches twice as wide. */
  public static final VideoMaeConfig SMALL_64 = toy(64, 16);

  public VideoMaeConfig {
    Objects.requireNonNull(vit, "vit");
    Objects.requireNonNull(decoder, "decoder");
    Checks.require(
        vit.layout() == ParameterLayout.VIDEO,
        "a video masked autoencoder needs the layout VIDEO, but has %s",
        vit.layout());
    VitConfig.checkMlp(vit.mlpRatio(), decoder);
    latentWidth = LatentWidth.checked(latentWidth);
    int frames = vit.clip().frames();
    int each = vit.patch().frames();
    Checks.require(
        predictedFrames >= 1 && predictedFrames <= frames && each * predictedFrames % frames == 0,
        "predicted frames must be at most %s and a whole number per token of %s frames, but were"
            + " %s",
        frames,
        each,
        predictedFrames);
  }

  /** A model whose decoder predicts the pixels of some frames. */
  public VideoMaeConfig(VitConfig vit, TransformerShape decoder, int predictedFrames) {
    this(vit, decoder, predictedFrames, Optional.empty());
  }

  /** A model whose decoder predicts the pixels of all frames. */
  public VideoMaeConfig(VitConfig vit, TransformerShape decoder) {
    this(vit, decoder, vit.clip().frames());
  }

  private static VideoMaeConfig toy(int side, int patchSide) {
    return new VideoMaeConfig(
        VitConfig.video(
                new ClipShape(16, side, side),
                new PatchShape(2, patchSide, patchSide),
                new TransformerShape(128, 4, 4))
            .withPositionStart(PositionStart.SIN_COS),
        new TransformerShape(64, 2, 4));
  }

  /**
   * A video masked autoencoder at one of the usual sizes, with the paper's decoder.
   *
   * @param side H and W in pixels, a multiple of the patch's side
   */
  public static VideoMaeConfig of(VitSize size, int side) {
    return new VideoMaeConfig(VitConfig.video(size, side), new TransformerShape(512, 4, 16));
  }

  /** The same with another encoder, of as many frames. */
  public VideoMaeConfig withVit(VitConfig other) {
    return new VideoMaeConfig(other, decoder, predictedFrames, latentWidth);
  }

  /** The same with another decoder. */
  public VideoMaeConfig withDecoder(TransformerShape other) {
    return new VideoMaeConfig(vit, other, predictedFrames, latentWidth);
  }

  /** The same with another number of frames that the decoder predicts. */
  public VideoMaeConfig withPredictedFrames(int other) {
    return new VideoMaeConfig(vit, decoder, other, latentWidth);
  }

  @Override
  public VideoMaeConfig predictingLatents(int width) {
    return new VideoMaeConfig(vit, decoder, predictedFrames, Optional.of(width));
  }

  @Override
  public VideoMaeConfig predictingPixels() {
    return new VideoMaeConfig(vit, decoder, predictedFrames);
  }

  @Override
  public PatchShape predictedPatch() {
    LatentWidth.requirePixels(latentWidth);
    PatchShape patch = patch();
    return new PatchShape(
        patch.frames() * predictedFrames / clip().frames(), patch.height(), patch.width());
  }

  @Override
  public String kind() {
    return "video_mae";
  }

  @Override
  public VideoMae create(ClipInput input, Kernels kernels, NDManager manager, long seed) {
    VideoMae model = model(new ModelSetup(Optional.of(input), kernels, false, seed));
    model.initialize(manager);
    return model;
  }

  @Override
  public VideoMae model(ModelSetup setup) {
    return new VideoMae(this, setup);
  }
}
