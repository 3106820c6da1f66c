package org.mae4j.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.ArrayList;
import java.util.List;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.TransformerSettings;

/** The parameters of transformer blocks and of the norm after them, under their published names. */
final class TransformerStack {

  private final List<Parameter> parameters = new ArrayList<>();
  private final TransformerSettings settings;

  /**
   * Registers the parameters.
   *
   * @param prefix what the names begin with: empty or {@code decoder_}
   */
  TransformerStack(
      ParameterRegistry registry, String prefix, TransformerShape shape, VideoMaeConfig config) {
    int width = shape.width();
    int hidden = (int) (width * config.mlpRatio());
    for (int i = 0; i < shape.depth(); i++) {
      String block = prefix + "blocks." + i + ".";
      addNorm(registry, block + "norm1", width);
      for (String projection : List.of("q", "k", "v")) {
        addLinear(registry, block + "attn." + projection, width, width, config.qkvBias());
      }
      addLinear(registry, block + "attn.proj", width, width, true);
      addNorm(registry, block + "norm2", width);
      addLinear(registry, block + "mlp.fc1", width, hidden, true);
      addLinear(registry, block + "mlp.fc2", hidden, width, true);
    }
    addNorm(registry, prefix + "norm", width);
    settings =
        new TransformerSettings(shape.depth(), shape.heads(), config.qkvBias(), config.normEps());
  }

  private void addNorm(ParameterRegistry registry, String name, int width) {
    parameters.add(registry.add(name + ".weight", new Shape(width), Initializer.ONES));
    parameters.add(registry.add(name + ".bias", new Shape(width), Initializer.ZEROS));
  }

  private void addLinear(ParameterRegistry registry, String name, int in, int out, boolean bias) {
    List<Parameter> added = registry.addLinear(name, in, out, bias);
    parameters.addAll(added);
  }

  NDArray apply(NDArray tokens, Kernels kernels, ParameterValues values) {
    return kernels.transformer(tokens, parameters.stream().map(values::of).toList(), settings);
  }
}
