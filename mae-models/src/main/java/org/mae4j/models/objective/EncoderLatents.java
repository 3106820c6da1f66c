package org.mae4j.models.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.Objects;
import java.util.OptionalInt;
import org.mae4j.api.Encoder;
import org.mae4j.api.TokenMask;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.internal.ParameterValues;
import org.mae4j.models.torch.internal.Gradients;

/**
 * What an encoder makes of the whole clip: the latents of all tokens, nothing masked, prefix left
 * out, each normalised over its D values to mean 0 and variance 1, epsilon 1e-5 (the targets of
 * V-JEPA, Bardes et al. 2024, arXiv 2404.08471; <a
 * href="https://github.com/facebookresearch/jepa/blob/51c59d518fc63c08464af6de585f78ac0c7ed4d5/app/vjepa/train.py#L414">code</a>).
 *
 * <p>The encoder is used as it is: give a frozen one, such as {@code Models.loadVideoMae} reads,
 * with the tokens of the model that is trained.
 *
 * @param encoder stays the caller's to close
 */
public record EncoderLatents(Encoder encoder) implements PredictionTarget {

  private static final float EPS = 1e-5f;

  public EncoderLatents {
    Objects.requireNonNull(encoder, "encoder");
  }

  @Override
  public OptionalInt width() {
    return OptionalInt.of(encoder.width());
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the clips do not fit the encoder, or it does not return
   *     what it should
   */
  @Override
  public NDArray of(NDArray clips) {
    Checks.require(
        clips.getShape().dimension() > 0,
        "clips must be (N, 3, T, H, W), but are %s",
        clips.getShape());
    return Gradients.unrecorded(() -> normalized(clips));
  }

  private NDArray normalized(NDArray clips) {
    int batch = Math.toIntExact(clips.getShape().get(0));
    int prefix = encoder.prefixTokens();
    Shape expected = new Shape(batch, prefix + encoder.grid().tokens(), encoder.width());
    try (NDManager scope = clips.getManager().newSubManager()) {
      NDArray latents =
          encoder.encode(
              ParameterValues.borrow(scope, clips),
              Collections.nCopies(batch, TokenMask.allVisible(encoder.grid())));
      Checks.require(
          latents.getShape().equals(expected),
          "latents of %s must be %s, but are %s",
          encoder.getClass().getSimpleName(),
          expected,
          latents.getShape());
      NDArray tokens = prefix == 0 ? latents : latents.get(":, " + prefix + ":");
      NDArray centred = tokens.sub(tokens.mean(new int[] {2}, true));
      NDArray variance = centred.square().mean(new int[] {2}, true);
      NDArray targets = centred.div(variance.add(EPS).sqrt());
      targets.attach(clips.getManager());
      return targets;
    }
  }

  /** In words, as checkpoints keep them. */
  @Override
  public String toString() {
    return "latents of width " + encoder.width() + " of a " + encoder.getClass().getSimpleName();
  }
}
