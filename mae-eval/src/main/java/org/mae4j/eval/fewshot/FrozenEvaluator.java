package org.mae4j.eval.fewshot;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.BiFunction;
import org.mae4j.api.Encoder;
import org.mae4j.api.FewShotEvaluator;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.FewShotTask;
import org.mae4j.api.Pooling;
import org.mae4j.api.internal.Checks;
import org.mae4j.eval.internal.EvaluationPass;

/** Learns from the pooled features of a frozen encoder. */
abstract class FrozenEvaluator<L extends FrozenEvaluator.Learnt> implements FewShotEvaluator {

  private final Pooling pooling;
  private final Device device;

  FrozenEvaluator(Builder<?> builder) {
    this.pooling = Objects.requireNonNull(builder.pooling, "pooling must be set");
    this.device = builder.device;
  }

  /** What was learnt from the examples of a task. */
  interface Learnt extends AutoCloseable {

    /**
     * Scores test clips by their features (N, F).
     *
     * @return (N, C), row by row; the higher, the likelier
     */
    double[] scores(NDArray features);

    /** How it was learnt, for readers. */
    String method();

    @Override
    default void close() {}
  }

  /**
   * Learns.
   *
   * @param train the features of the examples; their manager may own what is learnt
   */
  abstract L learn(Features train, FewShotTask task);

  /**
   * Runs the task.
   *
   * @throws IllegalArgumentException if there are too few training clips, no clip that can be read,
   *     a label is not in [0, C), or the encoder returns a value that is not finite
   * @throws IllegalStateException if a clip has no label
   */
  @Override
  public final FewShotReport evaluate(Encoder pretrained, FewShotTask task) {
    return learn(
        pretrained,
        task,
        (train, learnt) ->
            ViewAverage.report(
                task,
                learnt.method(),
                train.size(),
                train.values().getManager(),
                batch -> learnt.scores(EvaluationPass.features(pretrained, pooling, batch))));
  }

  /** Uses what is learnt before it is closed. */
  final <R> R learn(Encoder pretrained, FewShotTask task, BiFunction<Features, L, R> use) {
    try (NDManager manager = EvaluationPass.newManager(unwrapped(pretrained), device)) {
      Features train =
          Features.extract(pretrained, pooling, task.train(), task.classes().size(), manager);
      try (L learnt = learn(train, task)) {
        return use.apply(train, learnt);
      }
    }
  }

  /** The model whose weights say which device an encoder is on. */
  private static Encoder unwrapped(Encoder encoder) {
    if (encoder instanceof BagOfFrames bag) {
      return bag.image();
    }
    return encoder instanceof HeadView view ? view.model() : encoder;
  }

  final Pooling pooling() {
    return pooling;
  }

  /** The number of training clips of each class, at least 1. */
  static int[] clipsPerClass(Features train, FewShotTask task) {
    int[] counts = new int[task.classes().size()];
    Arrays.stream(train.labels()).forEach(label -> counts[label]++);
    for (int c = 0; c < counts.length; c++) {
      Checks.require(
          counts[c] >= 1,
          "%s: each class needs at least 1 training clip, but %s has 0",
          task.name(),
          task.classes().get(c));
    }
    return counts;
  }

  /** Collects the options that all have. */
  abstract static class Builder<B extends Builder<B>> {

    private Pooling pooling;
    private Device device;

    /** Returns this builder. */
    abstract B self();

    /** How tokens become features. */
    public final B setPooling(Pooling pooling) {
      this.pooling = Objects.requireNonNull(pooling, "pooling");
      return self();
    }

    /** Sets the device that the encoder is on; by default that of its weights. */
    public final B optDevice(Device device) {
      this.device = Objects.requireNonNull(device, "device");
      return self();
    }
  }
}
