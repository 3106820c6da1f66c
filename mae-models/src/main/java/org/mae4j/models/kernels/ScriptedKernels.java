package org.mae4j.models.kernels;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.mae4j.models.torch.ScriptModule;

/**
 * Kernels in TorchScript: a whole stack of blocks is one call into libtorch, with its fused
 * scaled-dot-product attention. For the PyTorch engine only.
 */
public final class ScriptedKernels implements Kernels {

  private final Precision precision;
  private final Map<Module, ScriptModule> modules = new ConcurrentHashMap<>();

  /** Kernels in float32. */
  public ScriptedKernels() {
    this(Precision.FLOAT32);
  }

  /** Kernels whose matrix products have a precision. */
  public ScriptedKernels(Precision precision) {
    this.precision = Objects.requireNonNull(precision, "precision");
  }

  @Override
  public Precision precision() {
    return precision;
  }

  @Override
  public NDArray linear(NDArray x, NDArray weight, NDArray bias) {
    return module(new TransformerSettings(0, 1, false, true, 0), 1)
        .call("linear", List.of(x), List.of(weight, bias));
  }

  @Override
  public NDArray layerNorm(NDArray x, NDArray weight, NDArray bias, double eps) {
    return module(new TransformerSettings(0, 1, false, true, eps), 1)
        .call("norm", List.of(x), List.of(weight, bias));
  }

  @Override
  public NDArray blocks(
      NDArray tokens,
      List<NDArray> parameters,
      TransformerSettings settings,
      NDArray branchScales) {
    List<NDArray> list = new ArrayList<>(parameters);
    if (branchScales != null) {
      list.add(branchScales);
    }
    return module(settings, 1).call("blocks", List.of(tokens), list);
  }

  @Override
  public NDArray attentionWeights(
      NDArray tokens, List<NDArray> parameters, TransformerSettings settings, int queries) {
    return module(settings, queries).call("attention_weights", List.of(tokens), parameters);
  }

  private ScriptModule module(TransformerSettings settings, int queries) {
    return modules.computeIfAbsent(new Module(settings, queries), this::compile);
  }

  private ScriptModule compile(Module module) {
    TransformerSettings settings = module.settings;
    return ScriptModule.compileResource(
        ScriptedKernels.class,
        "transformer.torchscript",
        Map.of(
            "depth",
            (long) settings.depth(),
            "heads",
            (long) settings.heads(),
            "fused_qkv",
            settings.fusedQkv(),
            "qkv_bias",
            settings.qkvBias(),
            "eps",
            settings.normEps(),
            "queries",
            (long) module.queries,
            "bfloat16",
            precision == Precision.BFLOAT16));
  }

  @Override
  public String toString() {
    return "scripted " + precision;
  }

  @Override
  public void close() {
    modules.values().forEach(ScriptModule::close);
  }

  /** Scripts read whole numbers from attributes, so each combination is a module of its own. */
  private record Module(TransformerSettings settings, int queries) {}
}
