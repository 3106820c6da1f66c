package org.mae4j.eval.fewshot;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.mae4j.api.ClipPrediction;
import org.mae4j.api.Encoder;
import org.mae4j.api.FewShotEvaluator;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.FewShotTask;
import org.mae4j.api.Pooling;
import org.mae4j.models.torch.TorchEngine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A linear classifier on the features of a frozen encoder.
 *
 * <p>Every clip is encoded with all tokens visible, its tokens are pooled, the features are
 * standardised by the training clips, and a multinomial logistic regression with an L2 penalty is
 * fitted to them until no entry of the gradient exceeds {@value #TOLERANCE} (mean cross-entropy in
 * nats). Nothing is random: the same encoder and clips give the same report.
 *
 * <p>Unless fixed, the penalty is chosen by cross-validation inside the training clips, because
 * pretrained and untrained encoders need very different ones and a fixed penalty would favour one
 * of them. The test clips play no part in it.
 */
public final class LinearProbe implements FewShotEvaluator {

  private static final Logger LOGGER = LoggerFactory.getLogger(LinearProbe.class);

  private static final double TOLERANCE = 1e-6;

  private final Pooling pooling;
  private final double penalty;
  private final int folds;
  private final Device device;

  private LinearProbe(Builder builder) {
    this.pooling = builder.pooling;
    this.penalty = builder.penalty;
    this.folds = builder.folds;
    this.device = builder.device;
  }

  /** Collects options; only the pooling must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Runs the task.
   *
   * @throws IllegalArgumentException if a class has too few training clips, a label is not in [0,
   *     C), or the encoder returns a value that is not finite
   * @throws IllegalStateException if a clip has no label
   */
  @Override
  public FewShotReport evaluate(Encoder pretrained, FewShotTask task) {
    try (NDManager manager = newManager();
        Fitted fitted = fitted(pretrained, task, manager)) {
      List<ClipPrediction> predictions =
          ViewAverage.predict(
              task,
              manager,
              batch ->
                  fitted.regression().probabilities(Features.ofBatch(pretrained, pooling, batch)));
      return new FewShotReport(
          task.name(),
          describe(fitted) + ViewAverage.describe(task),
          task.classes(),
          predictions,
          fitted.clips(),
          Provenance.of(manager));
    }
  }

  /**
   * Learns from the examples of a task alone.
   *
   * @return the classifier over the encoder's pooled features as they are
   * @throws IllegalArgumentException as {@link #evaluate}
   */
  public LinearHead fit(Encoder pretrained, FewShotTask task) {
    try (NDManager manager = newManager();
        Fitted fitted = fitted(pretrained, task, manager)) {
      return fitted.regression().head();
    }
  }

  private Fitted fitted(Encoder pretrained, FewShotTask task, NDManager manager) {
    int classes = task.classes().size();
    Features train = Features.extract(pretrained, pooling, task.train(), classes, manager);
    int fewest = requireEnoughClips(train, task);
    int usedFolds = Math.min(folds, fewest);
    double used =
        crossValidated()
            ? new CrossValidation(usedFolds).choosePenalty(manager, train, classes)
            : penalty;
    SoftmaxRegression regression = new SoftmaxRegression(manager, train, classes);
    Lbfgs.Minimum minimum = regression.fit(used, TOLERANCE);
    if (minimum.gradient() > TOLERANCE) {
      LOGGER.warn(
          "linear probe of {} stopped after {} steps at gradient {} instead of {}",
          task.name(),
          minimum.steps(),
          minimum.gradient(),
          TOLERANCE);
    }
    return new Fitted(regression, train.size(), train.width(), used, usedFolds);
  }

  /** What was learnt from n clips of F features. */
  private record Fitted(
      SoftmaxRegression regression, int clips, int features, double penalty, int folds)
      implements AutoCloseable {

    @Override
    public void close() {
      regression.close();
    }
  }

  private NDManager newManager() {
    return device == null ? TorchEngine.newManager() : TorchEngine.newManager(device);
  }

  private boolean crossValidated() {
    return penalty == 0;
  }

  /** Returns the number of training clips of the smallest class. */
  private int requireEnoughClips(Features train, FewShotTask task) {
    int needed = crossValidated() ? 2 : 1;
    int[] counts = new int[task.classes().size()];
    Arrays.stream(train.labels()).forEach(label -> counts[label]++);
    for (int c = 0; c < counts.length; c++) {
      if (counts[c] < needed) {
        throw new IllegalArgumentException(
            task.name()
                + ": each class needs at least "
                + needed
                + (crossValidated() ? " training clips to choose the penalty" : " training clip")
                + ", but "
                + task.classes().get(c)
                + " has "
                + counts[c]);
      }
    }
    return Arrays.stream(counts).min().orElseThrow();
  }

  private String describe(Fitted fitted) {
    return String.format(
        Locale.ROOT,
        "linear probe on the frozen encoder, %s (%d features), L2 penalty %s %s",
        pooling.description(),
        fitted.features(),
        fitted.penalty(),
        crossValidated() ? "by " + fitted.folds() + "-fold cross-validation" : "fixed");
  }

  /** Collects the options of a {@link LinearProbe}. */
  public static final class Builder {

    private Pooling pooling;
    private double penalty;
    private int folds = 5;
    private Device device;

    private Builder() {}

    /** How tokens become features. */
    public Builder setPooling(Pooling pooling) {
      this.pooling = Objects.requireNonNull(pooling, "pooling");
      return this;
    }

    /**
     * Fixes the penalty.
     *
     * @param penalty factor of half the sum of squared weights beside the mean cross-entropy;
     *     positive
     */
    public Builder optPenalty(double penalty) {
      if (!(penalty > 0) || Double.isInfinite(penalty)) {
        throw new IllegalArgumentException(
            "penalty must be positive and finite, but was " + penalty);
      }
      this.penalty = penalty;
      return this;
    }

    /**
     * Sets the number of cross-validation folds; classes with fewer clips lower it to their number.
     *
     * @param folds at least 2
     */
    public Builder optFolds(int folds) {
      if (folds < 2) {
        throw new IllegalArgumentException("folds must be at least 2, but was " + folds);
      }
      this.folds = folds;
      return this;
    }

    /** Sets the device that the encoder is on; by default the first GPU, or the CPU. */
    public Builder optDevice(Device device) {
      this.device = Objects.requireNonNull(device, "device");
      return this;
    }

    /**
     * Builds the probe.
     *
     * @throws NullPointerException if no pooling was set
     */
    public LinearProbe build() {
      Objects.requireNonNull(pooling, "pooling must be set");
      return new LinearProbe(this);
    }
  }
}
