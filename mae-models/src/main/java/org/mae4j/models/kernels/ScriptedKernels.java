package org.mae4j.models.kernels;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.mae4j.models.torch.ScriptModule;

/**
 * Kernels in TorchScript: a whole stack of blocks is one call into libtorch, with its fused
 * scaled-dot-product attention. For the PyTorch engine only.
 */
public final class ScriptedKernels implements Kernels {

  private final ScriptModule linear =
      ScriptModule.compileResource(ScriptedKernels.class, "linear.torchscript", Map.of());
  private final Map<TransformerSettings, ScriptModule> transformers = new ConcurrentHashMap<>();

  @Override
  public NDArray linear(NDArray x, NDArray weight, NDArray bias) {
    return linear.call("linear", List.of(x), List.of(weight, bias));
  }

  @Override
  public NDArray transformer(
      NDArray tokens, List<NDArray> parameters, TransformerSettings settings) {
    return transformers
        .computeIfAbsent(settings, ScriptedKernels::compile)
        .call("transformer", List.of(tokens), parameters);
  }

  private static ScriptModule compile(TransformerSettings settings) {
    return ScriptModule.compileResource(
        ScriptedKernels.class,
        "transformer.torchscript",
        Map.of(
            "depth",
            (long) settings.depth(),
            "heads",
            (long) settings.heads(),
            "qkv_bias",
            settings.qkvBias(),
            "eps",
            settings.normEps()));
  }

  @Override
  public void close() {
    linear.close();
    transformers.values().forEach(ScriptModule::close);
  }
}
