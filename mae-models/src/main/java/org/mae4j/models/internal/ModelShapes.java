package org.mae4j.models.internal;

import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mae4j.models.MaskedAutoencoderConfig;
import org.mae4j.models.VitModelConfig;

/** What shapes a geometry means, without a model of it. */
public final class ModelShapes {

  private ModelShapes() {}

  /**
   * The shapes of encoder and decoder by name, but for the norm and the head behind the encoder.
   */
  public static Map<String, Shape> of(VitModelConfig<?> config) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    ParameterRegistry registry =
        new ParameterRegistry(
            parameter -> shapes.put(parameter.getName(), parameter.getShape()),
            new Initialization(0));
    new VitEncoder(registry, config.vit());
    if (config instanceof MaskedAutoencoderConfig<?> mae) {
      new PixelDecoder(registry, mae.vit(), mae.decoder(), mae.predictedValues());
    }
    return shapes;
  }
}
