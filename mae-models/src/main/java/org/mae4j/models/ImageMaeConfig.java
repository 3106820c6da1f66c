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
 * The geometry of an image masked autoencoder.
 *
 * @param vit the encoder, of an image layout
 * @param decoder the decoder's transformer
 * @param latentWidth P where the decoder predicts latents of that width, at least 1, for each token
 *     instead of pixels
 */
public record ImageMaeConfig(VitConfig vit, TransformerShape decoder, Optional<Integer> latentWidth)
    implements MaskedAutoencoderConfig<ImageMae> {

  /** The paper's image model: ViT-H/14, decoder of 8 blocks. */
  public static final ImageMaeConfig VIT_HUGE_14 = of(VitSize.HUGE, 224);

  /** The transformers of {@link VideoMaeConfig#TOY} over images of 32x32, in patches of 8x8. */
  public static final ImageMaeConfig TOY =
      new ImageMaeConfig(
          VitConfig.image(
                  new ClipShape(1, 32, 32), new PatchShape(1, 8, 8), VideoMaeConfig.TOY.encoder())
              .withPositions(Positions.FIXED)
              .withPositionStart(PositionStart.SIN_COS),
          VideoMaeConfig.TOY.decoder());

  public ImageMaeConfig {
    Objects.requireNonNull(vit, "vit");
    Objects.requireNonNull(decoder, "decoder");
    Checks.require(
        vit.layout() == ParameterLayout.IMAGE,
        "an image masked autoencoder needs the layout IMAGE, but has %s",
        vit.layout());
    VitConfig.checkMlp(vit.mlpRatio(), decoder);
    latentWidth = LatentWidth.checked(latentWidth);
  }

  /** A model whose decoder predicts pixels. */
  public ImageMaeConfig(VitConfig vit, TransformerShape decoder) {
    this(vit, decoder, Optional.empty());
  }

  /**
   * The model at one of the usual sizes, with fixed positions and the published decoder.
   *
   * @param side H and W in pixels, a multiple of the patch's side
   */
  public static ImageMaeConfig of(VitSize size, int side) {
    return new ImageMaeConfig(
        VitConfig.image(size, side).withPositions(Positions.FIXED),
        new TransformerShape(512, 8, 16));
  }

  /** The same with another encoder. */
  public ImageMaeConfig withVit(VitConfig other) {
    return new ImageMaeConfig(other, decoder, latentWidth);
  }

  /** The same with another decoder. */
  public ImageMaeConfig withDecoder(TransformerShape other) {
    return new ImageMaeConfig(vit, other, latentWidth);
  }

  @Override
  public ImageMaeConfig predictingLatents(int width) {
    return new ImageMaeConfig(vit, decoder, Optional.of(width));
  }

  @Override
  public ImageMaeConfig predictingPixels() {
    return new ImageMaeConfig(vit, decoder);
  }

  @Override
  public PatchShape predictedPatch() {
    LatentWidth.requirePixels(latentWidth);
    return patch();
  }

  @Override
  public String kind() {
    return "image_mae";
  }

  @Override
  public ImageMae create(ClipInput input, Kernels kernels, NDManager manager, long seed) {
    ImageMae model = model(new ModelSetup(Optional.of(input), kernels, false, seed));
    model.initialize(manager);
    return model;
  }

  @Override
  public ImageMae model(ModelSetup setup) {
    return new ImageMae(this, setup);
  }
}
