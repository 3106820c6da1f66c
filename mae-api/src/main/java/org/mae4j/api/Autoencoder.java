package org.mae4j.api;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/** An encoder and a decoder that are pretrained together. */
public interface Autoencoder extends Encoder, Decoder, Trainable {

  /** Those of the {@link #trainableWeights} that {@link #encode} uses; by default all. */
  default Map<String, NDArray> encoderWeights() {
    return trainableWeights();
  }

  /**
   * An encoder and a decoder as one. They are closed with it.
   *
   * @throws IllegalArgumentException if they have a parameter of the same name
   */
  static <E extends Encoder & Trainable, D extends Decoder & Trainable> Autoencoder of(
      E encoder, D decoder) {
    return new PairedAutoencoder<>(encoder, decoder);
  }
}
