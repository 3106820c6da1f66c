package org.mae4j.models.objective;

import java.util.Locale;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.training.Autoencoder;
import org.mae4j.models.MaskedAutoencoderConfig;
import org.mae4j.models.ModelConfig;

/**
 * What a masked autoencoder is trained to predict, by name: for recipes and command lines. Each is
 * a {@link PredictionTarget} and a {@link PredictionLoss}; a trainer takes any others, too.
 */
public enum Objective {
  /** The pixels of masked tokens, by mean squared error: the paper's. */
  PIXELS(MaskedError.SQUARED),

  /** The same of pixels normalised per patch (He et al. 2022, arXiv 2111.06377, section 3). */
  NORMALIZED_PIXELS(MaskedError.SQUARED),

  /**
   * The latents that an {@link AveragedTeacher} makes of the whole clip, by mean absolute error:
   * V-JEPA's (Bardes et al. 2024, arXiv 2404.08471, section 3.1). The decoder must predict latents
   * of the encoder's width.
   */
  LATENTS(MaskedError.ABSOLUTE),

  /** What the trainer is given in code, by a decoder of any width. */
  OWN(null);

  private final MaskedError loss;

  Objective(MaskedError loss) {
    this.loss = loss;
  }

  /**
   * What is predicted.
   *
   * @param model is trained; a target that follows it starts at the weights that it has now
   * @return to be closed before the model
   * @throws IllegalArgumentException if pixels are wanted of a decoder that predicts latents, or
   *     the target is one's own
   */
  public PredictionTarget target(Autoencoder model) {
    return switch (this) {
      case PIXELS -> PixelTarget.of(model, false);
      case NORMALIZED_PIXELS -> PixelTarget.of(model, true);
      case LATENTS -> AveragedTeacher.of(model);
      case OWN -> throw notNamed();
    };
  }

  /**
   * How it is compared.
   *
   * @throws IllegalArgumentException if that is one's own
   */
  public PredictionLoss loss() {
    if (loss == null) {
      throw notNamed();
    }
    return loss;
  }

  private static IllegalArgumentException notNamed() {
    return new IllegalArgumentException(
        "the objective OWN names no target: give the trainer target and loss (optObjective)");
  }

  /**
   * A geometry with a decoder that predicts this; the same one if its decoder does, or is none of
   * this library's.
   */
  public ModelConfig<? extends Autoencoder> fitted(ModelConfig<? extends Autoencoder> model) {
    if (!(model instanceof MaskedAutoencoderConfig<?> vit) || misfit(vit) == null) {
      return model;
    }
    return this == LATENTS ? vit.predictingLatents(vit.encoder().width()) : vit.predictingPixels();
  }

  /**
   * Checks that a geometry's decoder predicts this, as far as it is of this library: what others
   * predict is seen at the first batch.
   *
   * @throws IllegalArgumentException if it predicts something else
   */
  public void requireFit(ModelConfig<?> model) {
    String misfit = model instanceof MaskedAutoencoderConfig<?> vit ? misfit(vit) : null;
    Checks.require(misfit == null, "%s", misfit);
  }

  /** What does not fit, in words; null if nothing. */
  private String misfit(MaskedAutoencoderConfig<?> model) {
    int wanted = model.encoder().width();
    boolean fits =
        switch (this) {
          case PIXELS, NORMALIZED_PIXELS -> model.latentWidth().isEmpty();
          case LATENTS -> model.latentWidth().filter(width -> width == wanted).isPresent();
          case OWN -> true;
        };
    return fits
        ? null
        : String.format(
            Locale.ROOT,
            "the objective %s needs a decoder that predicts %s (latentWidth %s), but the model's"
                + " predicts %s",
            this,
            this == LATENTS ? "latents of the encoder's width " + wanted : "pixels",
            this == LATENTS ? wanted : "none",
            model.latentWidth().map(width -> "latents of width " + width).orElse("pixels"));
  }
}
