package org.mae4j.api.training;

import ai.djl.ndarray.NDArray;
import ai.djl.training.GradientCollector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Decoder;
import org.mae4j.api.Encoder;
import org.mae4j.api.Pooling;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.internal.Layers;

/**
 * An encoder and a decoder that know nothing of each other. They are closed with it.
 *
 * @param <E> the encoder
 * @param <D> the decoder
 */
public final class PairedAutoencoder<E extends Encoder & Trainable, D extends Decoder & Trainable>
    implements Autoencoder {

  private final E encoder;
  private final D decoder;

  /**
   * The two as one.
   *
   * @throws IllegalArgumentException if they have a parameter of the same name
   */
  public PairedAutoencoder(E encoder, D decoder) {
    this.encoder = encoder;
    this.decoder = decoder;
    for (String name : decoder.weights().keySet()) {
      Checks.require(
          !encoder.weights().containsKey(name),
          "the parameters of an autoencoder must have different names, but both encoder (%s) and"
              + " decoder (%s) have a %s",
          encoder,
          decoder,
          name);
    }
  }

  @Override
  public ClipShape clip() {
    return encoder.clip();
  }

  @Override
  public TokenGrid grid() {
    return encoder.grid();
  }

  @Override
  public int width() {
    return encoder.width();
  }

  @Override
  public int prefixTokens() {
    return encoder.prefixTokens();
  }

  @Override
  public NDArray encode(NDArray clips, List<TokenMask> masks) {
    return encoder.encode(clips, masks);
  }

  @Override
  public NDArray embed(NDArray clips, Pooling pooling) {
    return encoder.embed(clips, pooling);
  }

  @Override
  public NDArray decode(NDArray latents, List<TokenMask> masks) {
    return decoder.decode(latents, masks);
  }

  @Override
  public OptionalInt predictedValues() {
    return decoder.predictedValues();
  }

  @Override
  public boolean predictsPixels() {
    return decoder.predictsPixels();
  }

  @Override
  public Map<String, NDArray> encoderWeights() {
    return encoder.trainableWeights();
  }

  @Override
  public Map<String, NDArray> weights() {
    return both(encoder.weights(), decoder.weights());
  }

  @Override
  public Map<String, NDArray> trainableWeights() {
    return both(encoder.trainableWeights(), decoder.trainableWeights());
  }

  private static Map<String, NDArray> both(Map<String, NDArray> first, Map<String, NDArray> then) {
    Map<String, NDArray> all = new LinkedHashMap<>(first);
    all.putAll(then);
    return all;
  }

  @Override
  public List<NDArray> runningStatistics() {
    return Stream.of(encoder.runningStatistics(), decoder.runningStatistics())
        .flatMap(List::stream)
        .toList();
  }

  /** The encoder's layers, then those of the decoder. */
  @Override
  public int layers() {
    return encoder.layers() + decoder.layers();
  }

  @Override
  public int layer(String parameter) {
    return encoder.weights().containsKey(parameter)
        ? Layers.of(encoder, parameter)
        : encoder.layers() + Layers.of(decoder, parameter);
  }

  @Override
  public void continueBackward(GradientCollector collector) {
    decoder.continueBackward(collector);
    encoder.continueBackward(collector);
  }

  @Override
  public void forgetForward() {
    decoder.forgetForward();
    encoder.forgetForward();
  }

  @Override
  public void close() {
    try (encoder) {
      decoder.close();
    }
  }

  @Override
  public String toString() {
    return encoder + " with " + decoder;
  }
}
