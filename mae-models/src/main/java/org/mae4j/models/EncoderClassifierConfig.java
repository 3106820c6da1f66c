package org.mae4j.models;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Objects;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Encoder;
import org.mae4j.api.Pooling;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.training.Trainable;
import org.mae4j.models.kernels.Kernels;

/**
 * A classifier on an encoder of one's own, with a linear head.
 *
 * @param encoder the encoder's configuration, a record
 * @param classNames the names of the C classes, in the order of the logits; at least one
 * @param pooling what the head sees of the tokens
 * @param dropout the probability of dropping a feature before the head in training, in [0, 1)
 * @param <E> the encoder
 */
public record EncoderClassifierConfig<E extends Encoder & Trainable>(
    ModelConfig<E> encoder, List<String> classNames, Pooling pooling, double dropout)
    implements ClassifierGeometry<EncoderClassifier<E>> {

  public EncoderClassifierConfig {
    Objects.requireNonNull(encoder, "encoder");
    Objects.requireNonNull(pooling, "pooling");
    classNames = List.copyOf(classNames);
    Checks.atLeast(1, classNames.size(), "classes");
    Checks.inRange(0, dropout, 1, "dropout");
    Checks.require(
        encoder.getClass().isRecord(),
        "the encoder's configuration must be a record, whose components a file keeps, but %s is"
            + " none",
        encoder.getClass().getName());
  }

  @Override
  public String kind() {
    return "classifier on " + encoder.kind();
  }

  @Override
  public int classes() {
    return classNames.size();
  }

  @Override
  public ClipShape clip() {
    return encoder.clip();
  }

  @Override
  public TokenGrid grid() {
    return encoder.grid();
  }

  /** The same on another encoder. */
  public EncoderClassifierConfig<E> withEncoder(ModelConfig<E> other) {
    return new EncoderClassifierConfig<>(other, classNames, pooling, dropout);
  }

  @Override
  public EncoderClassifierConfig<E> withClassNames(List<String> other) {
    return new EncoderClassifierConfig<>(encoder, other, pooling, dropout);
  }

  /** The same with another pooling. */
  public EncoderClassifierConfig<E> withPooling(Pooling other) {
    return new EncoderClassifierConfig<>(encoder, classNames, other, dropout);
  }

  /** The same with another dropout. */
  public EncoderClassifierConfig<E> withDropout(double other) {
    return new EncoderClassifierConfig<>(encoder, classNames, pooling, other);
  }

  @Override
  public EncoderClassifier<E> create(
      ClipInput input, Kernels kernels, NDManager manager, long seed) {
    E made = encoder.create(input, kernels, manager, seed);
    try {
      return new EncoderClassifier<>(made, classes(), pooling, dropout, kernels, manager, seed);
    } catch (RuntimeException e) {
      made.close();
      throw e;
    }
  }
}
