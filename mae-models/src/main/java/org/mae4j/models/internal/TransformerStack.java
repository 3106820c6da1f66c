package org.mae4j.models.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import org.mae4j.models.ParameterLayout;
import org.mae4j.models.TransformerShape;
import org.mae4j.models.VitConfig;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.Kernels.TransformerSettings;

/** The parameters of transformer blocks, under their published names. */
public final class TransformerStack {

  private final List<Parameter> parameters = new ArrayList<>();
  private final TransformerSettings settings;

  /**
   * Registers the parameters.
   *
   * @param prefix what the names begin with: empty or {@code decoder_}
   */
  TransformerStack(
      ParameterRegistry registry, String prefix, TransformerShape shape, VitConfig config) {
    int width = shape.width();
    int hidden = (int) (width * config.mlpRatio());
    boolean fused = config.layout() == ParameterLayout.IMAGE;
    for (int i = 0; i < shape.depth(); i++) {
      String block = prefix + "blocks." + i + ".";
      parameters.addAll(registry.addNorm(block + "norm1", width));
      for (String projection : fused ? List.of("qkv") : List.of("q", "k", "v")) {
        int out = fused ? 3 * width : width;
        parameters.addAll(
            registry.addLinear(block + "attn." + projection, width, out, config.qkvBias()));
      }
      parameters.addAll(registry.addLinear(block + "attn.proj", width, width, true));
      parameters.addAll(registry.addNorm(block + "norm2", width));
      parameters.addAll(registry.addLinear(block + "mlp.fc1", width, hidden, true));
      parameters.addAll(registry.addLinear(block + "mlp.fc2", hidden, width, true));
    }
    settings =
        new TransformerSettings(
            shape.depth(), shape.heads(), fused, config.qkvBias(), config.normEps());
  }

  public int depth() {
    return settings.depth();
  }

  /** All blocks; {@code branchScales} (2 x depth, N) or null. */
  public NDArray apply(
      NDArray tokens, NDArray branchScales, Kernels kernels, ParameterValues values) {
    return kernels.blocks(tokens, of(0, settings.depth(), values), settings, branchScales);
  }

  /** (N, heads, Q, L): what the first tokens attend to in one block. */
  public NDArray attention(
      NDArray tokens, int block, int queries, Kernels kernels, ParameterValues values) {
    NDArray input =
        block == 0
            ? tokens
            : kernels.blocks(tokens, of(0, block, values), settings.withDepth(block), null);
    return kernels.attentionWeights(
        input, of(block, block + 1, values), settings.withDepth(1), queries);
  }

  private List<NDArray> of(int from, int to, ParameterValues values) {
    int each = settings.parametersPerBlock();
    return parameters.subList(from * each, to * each).stream().map(values::of).toList();
  }
}
