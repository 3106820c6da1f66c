package org.mae4j.models.kernels;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.mae4j.models.kernels.Kernels.TransformerSettings;
import org.mae4j.models.torch.ScriptModule;

/**
 * Kernels in TorchScript: a whole stack of blocks is one call into libtorch, with its fused
 * scaled-dot-product attention. For the PyTorch engine only.
 *
 * <p>Where a processor has no instructions for bfloat16, operands are rounded to it and then
 * multiplied in float32, and the product is rounded: the same numbers at the speed of float32, with
 * activations of twice the size. libtorch would take a hundred times as long there.
 */
public final class ScriptedKernels implements Kernels {

  private final Precision precision;
  private final Predicate<Device> bfloat16Products;
  private final Map<Module, ScriptModule> modules = new ConcurrentHashMap<>();

  /** Kernels in float32. */
  public ScriptedKernels() {
    this(Precision.FLOAT32);
  }

  /** Kernels whose matrix products have a precision. */
  public ScriptedKernels(Precision precision) {
    this(precision, Bfloat16Products::areFastOn);
  }

  /** Kernels that are told on which devices libtorch's products of bfloat16s are to be used. */
  ScriptedKernels(Precision precision, Predicate<Device> bfloat16Products) {
    this.precision = Objects.requireNonNull(precision, "precision");
    this.bfloat16Products = bfloat16Products;
  }

  @Override
  public Precision precision() {
    return precision;
  }

  @Override
  public NDArray linear(NDArray x, NDArray weight, NDArray bias) {
    return module(new TransformerSettings(0, 1, false, true, 0), 1, x)
        .call("linear", List.of(x), List.of(weight, bias));
  }

  @Override
  public NDArray layerNorm(NDArray x, NDArray weight, NDArray bias, double eps) {
    return module(new TransformerSettings(0, 1, false, true, eps), 1, x)
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
    return module(settings, 1, tokens).call("blocks", List.of(tokens), list);
  }

  @Override
  public NDArray attentionWeights(
      NDArray tokens, List<NDArray> parameters, TransformerSettings settings, int queries) {
    return module(settings, queries, tokens).call("attention_weights", List.of(tokens), parameters);
  }

  private ScriptModule module(TransformerSettings settings, int queries, NDArray input) {
    boolean widened = precision == Precision.BFLOAT16 && !bfloat16Products.test(input.getDevice());
    return modules.computeIfAbsent(new Module(settings, queries, widened), this::compile);
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
            precision == Precision.BFLOAT16,
            "widened",
            module.widened));
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
  private record Module(TransformerSettings settings, int queries, boolean widened) {}
}
