package org.mae4j.models.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import java.util.Iterator;
import java.util.List;
import org.mae4j.models.torch.TorchArrays;

/** Kernels in plain NDArray operators, for any DJL engine: the specification of the others. */
public final class PortableKernels implements Kernels {

  @Override
  public NDArray linear(NDArray x, NDArray weight, NDArray bias) {
    return Linear.linear(x, weight, bias).singletonOrThrow();
  }

  @Override
  public NDArray transformer(
      NDArray tokens, List<NDArray> parameters, TransformerSettings settings) {
    Iterator<NDArray> next = parameters.iterator();
    NDArray x = tokens;
    for (int block = 0; block < settings.depth(); block++) {
      x = x.add(attention(layerNorm(x, next, settings), next, settings));
      x = x.add(mlp(layerNorm(x, next, settings), next));
    }
    return layerNorm(x, next, settings);
  }

  private static NDArray layerNorm(
      NDArray x, Iterator<NDArray> next, TransformerSettings settings) {
    NDArray weight = next.next();
    NDArray bias = next.next();
    return LayerNorm.layerNorm(x, weight.getShape(), weight, bias, (float) settings.normEps())
        .singletonOrThrow();
  }

  private NDArray attention(NDArray x, Iterator<NDArray> next, TransformerSettings settings) {
    NDArray q = heads(x, next, settings);
    NDArray k = heads(x, next, settings);
    NDArray v = heads(x, next, settings);
    double scale = 1 / Math.sqrt((double) q.getShape().get(3));
    NDArray weights = TorchArrays.times(q, scale).matMul(k.transpose(0, 1, 3, 2)).softmax(-1);
    NDArray merged = weights.matMul(v).transpose(0, 2, 1, 3).reshape(x.getShape());
    return linear(merged, next.next(), next.next());
  }

  /** Projects (N, L, D) and splits it into (N, heads, L, D / heads). */
  private NDArray heads(NDArray x, Iterator<NDArray> next, TransformerSettings settings) {
    NDArray weight = next.next();
    NDArray bias = settings.qkvBias() ? next.next() : null;
    Shape shape = x.getShape();
    return linear(x, weight, bias)
        .reshape(shape.get(0), shape.get(1), settings.heads(), shape.get(2) / settings.heads())
        .transpose(0, 2, 1, 3);
  }

  private NDArray mlp(NDArray x, Iterator<NDArray> next) {
    NDArray hidden = Activation.gelu(linear(x, next.next(), next.next()));
    return linear(hidden, next.next(), next.next());
  }
}
