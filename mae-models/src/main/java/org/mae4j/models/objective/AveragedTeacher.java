package org.mae4j.models.objective;

import ai.djl.ndarray.NDArray;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.mae4j.api.Encoder;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.training.Autoencoder;
import org.mae4j.models.internal.WeightAverage;

/**
 * The {@linkplain EncoderLatents latents} that a slower copy of the trained encoder makes of the
 * whole clip: V-JEPA's target (Bardes et al. 2024, arXiv 2404.08471, section 3.1; <a
 * href="https://github.com/facebookresearch/jepa/blob/51c59d518fc63c08464af6de585f78ac0c7ed4d5/app/vjepa/train.py">code</a>).
 *
 * <p>The copy is an exponential moving average: after step i of n its weights are m x teacher + (1
 * - m) x student, with m = start + i (end - start) / n. It starts at the weights that the encoder
 * has when this is made.
 *
 * <p>There is no second model. For a forward pass the average and the weights of the model change
 * places, and then back, bit for bit, also if the pass fails. Whoever uses the model on another
 * thread meanwhile may get either's answer.
 */
public final class AveragedTeacher implements PredictionTarget {

  /** Of the authors' configurations. */
  public static final double START_MOMENTUM = 0.998;

  /** Of the authors' configurations. */
  public static final double END_MOMENTUM = 1;

  private final EncoderLatents latents;
  private final WeightAverage average;
  private final double start;
  private final double end;

  /**
   * A teacher.
   *
   * @param encoder is trained; must outlive this
   * @param weights those of its weights that are averaged, by name; at least what {@link
   *     Encoder#encode} uses and training changes
   * @param start what the teacher keeps of itself at the first update, in [0, 1]
   * @param end what it would keep at the update after the last, in [0, 1]
   */
  public AveragedTeacher(Encoder encoder, Map<String, NDArray> weights, double start, double end) {
    this.latents = new EncoderLatents(encoder);
    this.start = Checks.share(start, "momentum at the start");
    this.end = Checks.share(end, "momentum at the end");
    Checks.require(
        !weights.isEmpty(), "a teacher needs at least 1 weight that is trained, but there is none");
    this.average = new WeightAverage(weights, weights.values().iterator().next().getManager());
  }

  /** A teacher of a model's encoder with the authors' momentum. */
  public static AveragedTeacher of(Autoencoder model) {
    return new AveragedTeacher(model, model.encoderWeights(), START_MOMENTUM, END_MOMENTUM);
  }

  @Override
  public OptionalInt width() {
    return latents.width();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the clips do not fit the encoder
   */
  @Override
  public NDArray of(NDArray clips) {
    average.exchange();
    try {
      return latents.of(clips);
    } finally {
      average.exchange();
    }
  }

  /** What the teacher keeps of itself at the update of a step. */
  public double momentum(long step, long steps) {
    return start + step * (end - start) / steps;
  }

  @Override
  public void updated(long step, long steps) {
    average.update(momentum(step, steps));
  }

  /** The teacher's weights by name; they belong to it. */
  @Override
  public Map<String, NDArray> state() {
    return average.arrays();
  }

  @Override
  public void close() {
    average.close();
  }

  /** In words, as checkpoints keep them. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "latents of an averaged teacher, momentum %s to %s", start, end);
  }
}
