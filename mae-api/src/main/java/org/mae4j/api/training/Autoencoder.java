package org.mae4j.api.training;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.mae4j.api.Decoder;
import org.mae4j.api.Encoder;

/**
 * An encoder and a decoder that are pretrained together: one class, or a {@code PairedAutoencoder}.
 */
public interface Autoencoder extends Encoder, Decoder, Trainable {

  /** Those of the {@link #trainableWeights} that {@link #encode} uses; by default all. */
  default Map<String, NDArray> encoderWeights() {
    return trainableWeights();
  }
}
