package org.mae4j.eval.fewshot;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.Locale;
import org.mae4j.api.Encoder;
import org.mae4j.api.FewShotTask;
import org.mae4j.api.internal.Checks;
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
public final class LinearProbe extends FrozenEvaluator<LinearProbe.Fitted> {

  private static final Logger LOGGER = LoggerFactory.getLogger(LinearProbe.class);

  private static final double TOLERANCE = 1e-6;

  private final double penalty;
  private final int folds;

  private LinearProbe(Builder builder) {
    super(builder);
    this.penalty = builder.penalty;
    this.folds = builder.folds;
  }

  /** Collects options; only the pooling must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * A linear classifier of F features: logits = weight x features + bias.
   *
   * @param weight (C, F), row by row
   * @param bias (C)
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Head(float[] weight, float[] bias) {

    public Head {
      Checks.require(
          bias.length > 0 && weight.length % bias.length == 0,
          "%s weights do not make rows for %s classes",
          weight.length,
          bias.length);
    }

    /** C. */
    public int classes() {
      return bias.length;
    }

    /** F. */
    public int features() {
      return weight.length / bias.length;
    }
  }

  /**
   * Learns from the examples of a task alone.
   *
   * @return the classifier over the encoder's pooled features as they are
   * @throws IllegalArgumentException as {@link #evaluate}
   */
  public Head fit(Encoder pretrained, FewShotTask task) {
    return learn(pretrained, task, (train, fitted) -> fitted.regression().unscaled(Head::new));
  }

  @Override
  Fitted learn(Features train, FewShotTask task) {
    int classes = task.classes().size();
    int[] counts = clipsPerClass(train, task);
    int usedFolds =
        Arrays.stream(counts)
            .filter(clips -> clips > 1)
            .map(c -> Math.min(c, folds))
            .min()
            .orElse(0);
    Checks.require(
        usedFolds > 0 || !crossValidated(),
        "%s: a class needs at least 2 training clips to choose the penalty by, but each has 1;"
            + " optPenalty fixes it",
        task.name());
    var manager = train.values().getManager();
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
    return new Fitted(regression, describe(train.width(), used, usedFolds));
  }

  /** A regression that was fitted, and how. */
  record Fitted(SoftmaxRegression regression, String method) implements Learnt {
    @Override
    public double[] scores(NDArray features) {
      return regression.probabilities(features);
    }

    @Override
    public void close() {
      regression.close();
    }
  }

  private boolean crossValidated() {
    return penalty == 0;
  }

  private String describe(int features, double used, int usedFolds) {
    return String.format(
        Locale.ROOT,
        "linear probe on the frozen encoder, %s (%d features), L2 penalty %s %s",
        pooling().description(),
        features,
        used,
        crossValidated() ? "by " + usedFolds + "-fold cross-validation" : "fixed");
  }

  /** Collects the options of a {@link LinearProbe}. */
  public static final class Builder extends FrozenEvaluator.Builder<Builder> {

    private double penalty;
    private int folds = 5;

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /**
     * Fixes the penalty.
     *
     * @param penalty factor of half the sum of squared weights beside the mean cross-entropy;
     *     positive and finite
     */
    public Builder optPenalty(double penalty) {
      this.penalty = Checks.positiveFinite(penalty, "penalty");
      return this;
    }

    /**
     * Sets the number of cross-validation folds; classes with fewer clips lower it to their number,
     * but for those with a single clip, which is always trained on.
     *
     * @param folds at least 2
     */
    public Builder optFolds(int folds) {
      this.folds = Checks.atLeast(2, folds, "folds");
      return this;
    }

    /**
     * Builds the probe.
     *
     * @throws NullPointerException if no pooling was set
     */
    public LinearProbe build() {
      return new LinearProbe(this);
    }
  }
}
