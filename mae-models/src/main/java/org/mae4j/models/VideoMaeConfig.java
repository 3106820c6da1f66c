package org.mae4j.models;

import java.util.Objects;
import java.util.OptionalInt;
import org.mae4j.api.ClipShape;
import org.mae4j.api.PatchShape;
import org.mae4j.models.kernels.Kernels;

/**
 * The geometry of a video masked autoencoder.
 *
 * @param clip T, H, W
 * @param patch the tubelet behind a token; divides the clip
 * @param encoder the encoder's transformer
 * @param decoder the decoder's transformer
 * @param mlpRatio width of the MLPs as a multiple of D, positive
 * @param normEps epsilon of the layer norms, positive
 * @param classToken whether a class token runs along
 * @param separablePositions whether positions are the sum of a spatial and a temporal table
 * @param qkvBias whether q, k and v have biases
 * @param predictedFrames how many of the T frames the decoder predicts, evenly spaced, at least 1;
 *     a whole number of them falls to each token
 * @param positionStart what the position tables hold before training
 */
public record VideoMaeConfig(
    ClipShape clip,
    PatchShape patch,
    TransformerShape encoder,
    TransformerShape decoder,
    double mlpRatio,
    double normEps,
    boolean classToken,
    boolean separablePositions,
    boolean qkvBias,
    int predictedFrames,
    PositionStart positionStart)
    implements MaskedAutoencoderConfig<VideoMae> {

  /** The paper's video model: ViT-H/14, 16 frames of 224x224, decoder of 4 blocks. */
  public static final VideoMaeConfig VIT_HUGE_14 = of(VitSize.HUGE, 224);

  /**
   * A model of a million parameters for 16 frames of 32x32 that learns within minutes on a CPU.
   * Started from sines and cosines.
   */
  public static final VideoMaeConfig TOY =
      builder()
          .setClip(new ClipShape(16, 32, 32))
          .setPatch(new PatchShape(2, 8, 8))
          .setEncoder(new TransformerShape(128, 4, 4))
          .setDecoder(new TransformerShape(64, 2, 4))
          .optPositionStart(PositionStart.SIN_COS)
          .build();

  /** The same with a decoder twice as wide and half as deep, for sharper pixels. */
  public static final VideoMaeConfig TOY_WIDE_DECODER =
      builder()
          .setClip(TOY.clip())
          .setPatch(TOY.patch())
          .setEncoder(TOY.encoder())
          .setDecoder(new TransformerShape(128, 1, 4))
          .optPositionStart(PositionStart.SIN_COS)
          .build();

  /** The transformers of {@link #TOY} over 16 frames of 64x64, in patches twice as wide. */
  public static final VideoMaeConfig SMALL_64 =
      builder()
          .setClip(new ClipShape(16, 64, 64))
          .setPatch(new PatchShape(2, 16, 16))
          .setEncoder(TOY.encoder())
          .setDecoder(TOY.decoder())
          .optPositionStart(PositionStart.SIN_COS)
          .build();

  public VideoMaeConfig {
    Objects.requireNonNull(clip, "clip");
    Objects.requireNonNull(patch, "patch");
    Objects.requireNonNull(encoder, "encoder");
    Objects.requireNonNull(decoder, "decoder");
    Objects.requireNonNull(positionStart, "positionStart");
    vit(
        clip,
        patch,
        encoder,
        mlpRatio,
        normEps,
        classToken,
        separablePositions,
        qkvBias,
        positionStart);
    VitConfig.checkMlp(mlpRatio, decoder);
    if (predictedFrames < 1
        || predictedFrames > clip.frames()
        || patch.frames() * predictedFrames % clip.frames() != 0) {
      throw new IllegalArgumentException(
          "predicted frames must be at most "
              + clip.frames()
              + " and a whole number per token of "
              + patch.frames()
              + " frames, but were "
              + predictedFrames);
    }
  }

  @Override
  public VitConfig vit() {
    return vit(
        clip,
        patch,
        encoder,
        mlpRatio,
        normEps,
        classToken,
        separablePositions,
        qkvBias,
        positionStart);
  }

  private static VitConfig vit(
      ClipShape clip,
      PatchShape patch,
      TransformerShape encoder,
      double mlpRatio,
      double normEps,
      boolean classToken,
      boolean separablePositions,
      boolean qkvBias,
      PositionStart positionStart) {
    return new VitConfig(
        clip,
        patch,
        encoder,
        mlpRatio,
        normEps,
        classToken,
        qkvBias,
        separablePositions ? Positions.SEPARABLE : Positions.JOINT,
        positionStart,
        ParameterLayout.VIDEO);
  }

  /** The block of pixels that the decoder predicts for one token. */
  public PatchShape predictedPatch() {
    return new PatchShape(
        patch.frames() * predictedFrames / clip.frames(), patch.height(), patch.width());
  }

  @Override
  public String kind() {
    return "video_mae";
  }

  @Override
  public VideoMae model(Kernels kernels, long seed) {
    return new VideoMae(this, kernels, seed);
  }

  /**
   * A video masked autoencoder at one of the usual sizes, with the paper's decoder.
   *
   * @param side H and W in pixels, a multiple of the patch's side
   */
  public static VideoMaeConfig of(VitSize size, int side) {
    VitConfig vit = VitConfig.video(size, side);
    return builder()
        .setClip(vit.clip())
        .setPatch(vit.patch())
        .setEncoder(vit.transformer())
        .setDecoder(new TransformerShape(512, 4, 16))
        .build();
  }

  /** A builder that starts from the paper's settings; the shapes must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /** Builds a {@link VideoMaeConfig}. */
  public static final class Builder {

    private ClipShape clip;
    private PatchShape patch;
    private TransformerShape encoder;
    private TransformerShape decoder;
    private double mlpRatio = 4;
    private double normEps = 1e-6;
    private boolean classToken = true;
    private boolean separablePositions = true;
    private boolean qkvBias = true;
    private OptionalInt predictedFrames = OptionalInt.empty();
    private PositionStart positionStart = PositionStart.SMALL_RANDOM;

    private Builder() {}

    /** T, H, W. */
    public Builder setClip(ClipShape clip) {
      this.clip = clip;
      return this;
    }

    /** The tubelet behind a token. */
    public Builder setPatch(PatchShape patch) {
      this.patch = patch;
      return this;
    }

    /** The encoder's transformer. */
    public Builder setEncoder(TransformerShape encoder) {
      this.encoder = encoder;
      return this;
    }

    /** The decoder's transformer. */
    public Builder setDecoder(TransformerShape decoder) {
      this.decoder = decoder;
      return this;
    }

    /** Width of the MLPs as a multiple of D; default 4. */
    public Builder optMlpRatio(double mlpRatio) {
      this.mlpRatio = mlpRatio;
      return this;
    }

    /** Epsilon of the layer norms; default 1e-6. */
    public Builder optNormEps(double normEps) {
      this.normEps = normEps;
      return this;
    }

    /** Whether a class token runs along; default true. */
    public Builder optClassToken(boolean classToken) {
      this.classToken = classToken;
      return this;
    }

    /** Whether positions are the sum of a spatial and a temporal table; default true. */
    public Builder optSeparablePositions(boolean separablePositions) {
      this.separablePositions = separablePositions;
      return this;
    }

    /** Whether q, k and v have biases; default true. */
    public Builder optQkvBias(boolean qkvBias) {
      this.qkvBias = qkvBias;
      return this;
    }

    /** How many frames the decoder predicts; default all. */
    public Builder optPredictedFrames(int predictedFrames) {
      this.predictedFrames = OptionalInt.of(predictedFrames);
      return this;
    }

    /** What the position tables hold before training; default small random values. */
    public Builder optPositionStart(PositionStart positionStart) {
      this.positionStart = positionStart;
      return this;
    }

    /**
     * The geometry.
     *
     * @throws IllegalArgumentException if it does not fit together
     */
    public VideoMaeConfig build() {
      return new VideoMaeConfig(
          Objects.requireNonNull(clip, "clip"),
          Objects.requireNonNull(patch, "patch"),
          encoder,
          decoder,
          mlpRatio,
          normEps,
          classToken,
          separablePositions,
          qkvBias,
          predictedFrames.orElse(clip.frames()),
          positionStart);
    }
  }
}
