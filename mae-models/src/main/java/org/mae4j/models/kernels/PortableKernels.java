package org.mae4j.models.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.mae4j.models.kernels.Kernels.TransformerSettings;
import org.mae4j.models.torch.TorchArrays;

/** Kernels in plain NDArray operators, for any DJL engine: the specification of the others. */
public final class PortableKernels implements Kernels {

  @Override
  public NDArray linear(NDArray x, NDArray weight, NDArray bias) {
    return Linear.linear(x, weight, bias).singletonOrThrow();
  }

  @Override
  public NDArray layerNorm(NDArray x, NDArray weight, NDArray bias, double eps) {
    return LayerNorm.layerNorm(x, weight.getShape(), weight, bias, (float) eps).singletonOrThrow();
  }

  @Override
  public NDArray blocks(
      NDArray tokens,
      List<NDArray> parameters,
      TransformerSettings settings,
      NDArray branchScales) {
    Iterator<NDArray> next = parameters.iterator();
    NDManager manager = tokens.getManager();
    NDArray x = tokens;
    for (int block = 0; block < settings.depth(); block++) {
      // All attention weights of a large model at once would not fit into memory.
      try (NDManager scope = manager.newSubManager()) {
        if (block == 0) {
          x.tempAttach(scope);
        } else {
          x.attach(scope);
        }
        x =
            x.add(
                scaled(
                    attention(norm(x, next, settings), next, settings), branchScales, 2 * block));
        x = x.add(scaled(mlp(norm(x, next, settings), next), branchScales, 2 * block + 1));
        x.attach(manager);
      }
    }
    return x;
  }

  private static NDArray scaled(NDArray branch, NDArray scales, int row) {
    return scales == null ? branch : branch.mul(scales.get(row).reshape(-1, 1, 1));
  }

  private NDArray norm(NDArray x, Iterator<NDArray> next, TransformerSettings settings) {
    return layerNorm(x, next.next(), next.next(), settings.normEps());
  }

  private NDArray attention(NDArray x, Iterator<NDArray> next, TransformerSettings settings) {
    List<NDArray> qkv = queriesKeysValues(x, next, settings);
    NDArray merged = weights(qkv.get(0), qkv.get(1)).matMul(qkv.get(2)).transpose(0, 2, 1, 3);
    return linear(merged.reshape(x.getShape()), next.next(), next.next());
  }

  @Override
  public NDArray attentionWeights(
      NDArray tokens, List<NDArray> parameters, TransformerSettings settings, int queries) {
    Iterator<NDArray> next = parameters.iterator();
    List<NDArray> qkv = queriesKeysValues(norm(tokens, next, settings), next, settings);
    return weights(qkv.get(0).get(":, :, :" + queries), qkv.get(1));
  }

  private static NDArray weights(NDArray q, NDArray k) {
    double scale = 1 / Math.sqrt((double) q.getShape().get(3));
    return TorchArrays.times(q, scale).matMul(k.transpose(0, 1, 3, 2)).softmax(-1);
  }

  /** Projects (N, L, D) and splits each projection into (N, heads, L, D / heads). */
  private List<NDArray> queriesKeysValues(
      NDArray x, Iterator<NDArray> next, TransformerSettings settings) {
    NDList projections =
        settings.fusedQkv() ? projected(x, next, settings).split(3, 2) : new NDList();
    while (projections.size() < 3) {
      projections.add(projected(x, next, settings));
    }
    Shape shape = x.getShape();
    long headWidth = shape.get(2) / settings.heads();
    List<NDArray> heads = new ArrayList<>();
    for (NDArray projection : projections) {
      heads.add(
          projection
              .reshape(shape.get(0), shape.get(1), settings.heads(), headWidth)
              .transpose(0, 2, 1, 3));
    }
    return heads;
  }

  private NDArray projected(NDArray x, Iterator<NDArray> next, TransformerSettings settings) {
    return linear(x, next.next(), settings.qkvBias() ? next.next() : null);
  }

  private NDArray mlp(NDArray x, Iterator<NDArray> next) {
    NDArray hidden = Activation.gelu(linear(x, next.next(), next.next()));
    return linear(hidden, next.next(), next.next());
  }

  @Override
  public String toString() {
    return "portable FLOAT32";
  }
}
