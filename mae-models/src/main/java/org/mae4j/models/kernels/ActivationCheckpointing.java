package org.mae4j.models.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.List;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.kernels.Kernels.TransformerSettings;
import org.mae4j.models.torch.internal.Gradients;

/**
 * Kernels that keep only what enters every few blocks, and compute the rest once more on the way
 * back: less memory for a third more arithmetic (Chen et al. 2016, arXiv 1604.06174).
 *
 * <p>Gradients are the same bit for bit. They must be asked for with the model's {@code backward},
 * since the collector's own is only the first part of the way. For one training thread; any number
 * of threads may use frozen models meanwhile.
 */
public final class ActivationCheckpointing implements Kernels {

  private final Kernels kernels;
  private final int blocksPerGroup;
  private final boolean owning;
  private final List<Group> groups = new ArrayList<>();
  private NDManager tape;

  /**
   * Checkpointing over other kernels.
   *
   * @param kernels stay the caller's to close
   * @param blocksPerGroup how many blocks are computed again at a time, at least 1; the square root
   *     of the depth needs the least memory
   */
  public ActivationCheckpointing(Kernels kernels, int blocksPerGroup) {
    this(kernels, blocksPerGroup, false);
  }

  private ActivationCheckpointing(Kernels kernels, int blocksPerGroup, boolean owning) {
    Checks.atLeast(1, blocksPerGroup, "blocks per group");
    this.kernels = kernels;
    this.blocksPerGroup = blocksPerGroup;
    this.owning = owning;
  }

  /** Checkpointing over kernels that are closed with it. */
  static ActivationCheckpointing owning(Kernels kernels, int blocksPerGroup) {
    return new ActivationCheckpointing(kernels, blocksPerGroup, true);
  }

  @Override
  public NDArray linear(NDArray x, NDArray weight, NDArray bias) {
    return kernels.linear(x, weight, bias);
  }

  @Override
  public NDArray layerNorm(NDArray x, NDArray weight, NDArray bias, double eps) {
    return kernels.layerNorm(x, weight, bias, eps);
  }

  @Override
  public NDArray attentionWeights(
      NDArray tokens, List<NDArray> parameters, TransformerSettings settings, int queries) {
    return kernels.attentionWeights(tokens, parameters, settings, queries);
  }

  @Override
  public NDArray blocks(
      NDArray tokens,
      List<NDArray> parameters,
      TransformerSettings settings,
      NDArray branchScales) {
    // Nothing is recorded of frozen parameters, so nothing must be kept for a way back.
    boolean recorded =
        Gradients.areRecorded()
            && (tokens.hasGradient() || parameters.stream().anyMatch(NDArray::hasGradient));
    if (!recorded) {
      return kernels.blocks(tokens, parameters, settings, branchScales);
    }
    if (tape == null) {
      tape = tokens.getManager().getEngine().newBaseManager(tokens.getDevice());
    }
    int each = settings.parametersPerBlock();
    NDArray source = tokens.reshape(tokens.getShape());
    source.attach(tape);
    NDArray input = leaf(source);
    for (int from = 0; from < settings.depth(); from += blocksPerGroup) {
      int to = Math.min(settings.depth(), from + blocksPerGroup);
      NDArray scales = branchScales == null ? null : branchScales.get(2 * from + ":" + 2 * to);
      if (scales != null) {
        scales.attach(tape);
      }
      Group group =
          new Group(
              from == 0 ? source : null,
              input,
              parameters.subList(from * each, to * each),
              settings.withDepth(to - from),
              scales);
      group.output = leaf(Gradients.unrecorded(() -> group.compute(kernels)));
      groups.add(group);
      input = group.output;
    }
    NDArray result = input.reshape(input.getShape());
    result.attach(tokens.getManager());
    return result;
  }

  /** A constant of these values whose gradient will be wanted; it belongs to the tape. */
  private NDArray leaf(NDArray values) {
    NDArray leaf = values.stopGradient();
    leaf.attach(tape);
    leaf.setRequiresGradient(true);
    return leaf;
  }

  @Override
  public void continueBackward(GradientCollector collector) {
    if (tape == null) {
      return;
    }
    try {
      for (int i = groups.size() - 1; i >= 0; i--) {
        groups.get(i).backward(collector, kernels, tape);
      }
    } finally {
      forget();
    }
  }

  @Override
  public Precision precision() {
    return kernels.precision();
  }

  @Override
  public int checkpointedBlocks() {
    return blocksPerGroup;
  }

  @Override
  public void forget() {
    groups.clear();
    if (tape != null) {
      tape.close();
      tape = null;
    }
  }

  @Override
  public String toString() {
    return kernels + ", checkpointed every " + blocksPerGroup + " blocks";
  }

  @Override
  public void close() {
    forget();
    if (owning) {
      kernels.close();
    }
  }

  /** Some blocks between a kept input and a kept output. */
  private static final class Group {

    private final NDArray source;
    private final NDArray input;
    private final List<NDArray> parameters;
    private final TransformerSettings settings;
    private final NDArray branchScales;
    private NDArray output;

    /** {@code source} is what the input is a copy of if gradients go on beyond it, else null. */
    private Group(
        NDArray source,
        NDArray input,
        List<NDArray> parameters,
        TransformerSettings settings,
        NDArray branchScales) {
      this.source = source;
      this.input = input;
      this.parameters = parameters;
      this.settings = settings;
      this.branchScales = branchScales;
    }

    private NDArray compute(Kernels kernels) {
      return kernels.blocks(input, parameters, settings, branchScales);
    }

    private void backward(GradientCollector collector, Kernels kernels, NDManager tape) {
      try (NDManager scope = tape.newSubManager()) {
        NDArray again = compute(kernels);
        again.attach(scope);
        back(collector, again, output, scope);
        if (source != null) {
          back(collector, source, input, scope);
        }
      }
    }

    /** Hands the gradient that a copy received to what it is a copy of. */
    private static void back(
        GradientCollector collector, NDArray original, NDArray copy, NDManager scope) {
      NDArray gradient = copy.getGradient();
      gradient.attach(scope);
      // Of the sum of products, the gradient by one factor is the other.
      NDArray products = original.mul(gradient);
      products.attach(scope);
      NDArray sum = products.sum();
      sum.attach(scope);
      collector.backward(sum);
    }
  }
}
