package org.mae4j.models.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.weights.Weights.Tensor;

/** Conversions between the layouts of published weights. Nothing is read before it is asked for. */
public final class WeightConversions {

  private static final String FUSED = ".attn.qkv.";
  private static final List<String> SEPARATE = List.of(".attn.q.", ".attn.k.", ".attn.v.");
  private static final String PROJECTION = "patch_embed.proj.weight";
  private static final List<String> PREFIXES = List.of("", "decoder_");

  private WeightConversions() {}

  /** Cuts each {@code attn.qkv} of 3D rows into {@code attn.q}, {@code attn.k}, {@code attn.v}. */
  public static Weights splitQkv(Weights weights) {
    return weights.converted(
        tensors -> {
          for (String name : List.copyOf(tensors.keySet())) {
            if (name.contains(FUSED)) {
              Tensor fused = tensors.remove(name);
              Checks.require(
                  fused.shape().dimension() > 0 && fused.shape().get(0) % 3 == 0,
                  "%s: %s of %s has no three parts",
                  weights.origin(),
                  name,
                  fused.shape());
              long rows = fused.shape().get(0) / 3;
              for (int i = 0; i < 3; i++) {
                String range = i * rows + ":" + (i + 1) * rows;
                tensors.put(
                    name.replace(FUSED, SEPARATE.get(i)),
                    new Tensor(
                        withRows(fused.shape(), rows),
                        manager -> computed(manager, scope -> fused.read(scope).get(range))));
              }
            }
          }
          return tensors;
        });
  }

  /** Puts {@code attn.q}, {@code attn.k} and {@code attn.v} together: the inverse of the above. */
  public static Weights fuseQkv(Weights weights) {
    return weights.converted(
        tensors -> {
          for (String name : List.copyOf(tensors.keySet())) {
            if (name.contains(SEPARATE.get(0))) {
              List<Tensor> parts = new ArrayList<>();
              for (String part : SEPARATE) {
                Tensor tensor = tensors.remove(name.replace(SEPARATE.get(0), part));
                Checks.require(
                    tensor != null, "%s: %s has no partner of %s", weights.origin(), name, part);
                parts.add(tensor);
              }
              Shape shape = parts.get(0).shape();
              tensors.put(
                  name.replace(SEPARATE.get(0), FUSED),
                  new Tensor(
                      withRows(shape, 3 * shape.get(0)),
                      manager -> computed(manager, scope -> concatenated(parts, scope))));
            }
          }
          return tensors;
        });
  }

  private static NDArray concatenated(List<Tensor> parts, NDManager scope) {
    NDList arrays = new NDList();
    parts.forEach(part -> arrays.add(part.read(scope)));
    return NDArrays.concat(arrays, 0);
  }

  private static Shape withRows(Shape shape, long rows) {
    return new Shape(rows).addAll(shape.slice(1));
  }

  /**
   * Turns an image transformer into a video transformer that gives the tokens of a static clip what
   * the image's had: patch projections are repeated over the frames and divided by their number,
   * spatial positions are kept, temporal ones are 0, q, k and v are cut apart.
   *
   * @param frames u, frames of a tubelet
   * @param slots temporal slots of the clip
   */
  public static Weights inflate(Weights weights, int frames, int slots) {
    return splitQkv(weights)
        .converted(
            tensors -> {
              tensors.computeIfPresent(
                  PROJECTION, (name, projection) -> repeated(projection, frames));
              PREFIXES.forEach(prefix -> separatePositions(tensors, prefix, slots));
              return tensors;
            });
  }

  private static Tensor repeated(Tensor projection, int frames) {
    Shape shape = projection.shape();
    Shape inflated = new Shape(shape.get(0), shape.get(1), frames, shape.get(2), shape.get(3));
    return new Tensor(
        inflated,
        manager ->
            computed(
                manager,
                scope ->
                    projection
                        .read(scope)
                        .expandDims(2)
                        .broadcast(inflated)
                        .div(scope.create((float) frames))));
  }

  private static void separatePositions(Map<String, Tensor> tensors, String prefix, int slots) {
    String name = prefix + "pos_embed";
    Tensor joint = tensors.remove(name);
    if (joint == null) {
      return;
    }
    long rows = joint.shape().get(1) - 1;
    long width = joint.shape().get(2);
    tensors.put(
        name + "_spatial",
        new Tensor(
            new Shape(1, rows, width),
            manager -> computed(manager, scope -> joint.read(scope).get(":, 1:"))));
    tensors.put(
        name + "_class",
        new Tensor(
            new Shape(1, 1, width),
            manager -> computed(manager, scope -> joint.read(scope).get(":, :1"))));
    Shape temporal = new Shape(1, slots, width);
    tensors.put(name + "_temporal", new Tensor(temporal, manager -> manager.zeros(temporal)));
  }

  /**
   * Stretches position tables to another grid: spatial ones bicubically, temporal ones linearly;
   * the class token's row of a joint image table stays.
   *
   * @param from the grid that they were trained for
   * @param to the grid that they are wanted for
   * @param rule how the places of the new tokens in the old table are computed
   */
  public static Weights resizePositions(
      Weights weights, TokenGrid from, TokenGrid to, PositionRule rule) {
    PositionResampling resampling =
        new PositionResampling(from, to, rule == PositionRule.BY_SIZE ? 0 : 0.1);
    return weights.converted(
        tensors -> {
          for (String prefix : PREFIXES) {
            tensors.computeIfPresent(
                prefix + "pos_embed_spatial", (name, table) -> resampling.spatial(table, 0));
            tensors.computeIfPresent(
                prefix + "pos_embed_temporal", (name, table) -> resampling.temporal(table));
            if (from.time() == 1 && to.time() == 1) {
              tensors.computeIfPresent(
                  prefix + "pos_embed",
                  (name, table) ->
                      resampling.spatial(table, (int) table.shape().get(1) - from.tokensPerSlot()));
            }
          }
          return tensors;
        });
  }

  /** Computes in a scope of its own; the result has memory of its own and the caller's owner. */
  private static NDArray computed(NDManager manager, Weights.Reader computation) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray result = computation.read(scope).duplicate();
      result.attach(manager);
      return result;
    }
  }

  /** How far apart the new tokens lie in the old table. */
  public enum PositionRule {
    /** Old side over new side: the paper's code. */
    BY_SIZE,
    /** Old side over (new side + 0.1), as code that passes a scale factor computes it. */
    BY_SCALE_FACTOR
  }
}
