package org.mae4j.eval.fewshot;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.BiFunction;

/**
 * Multinomial logistic regression on standardised features, in float64.
 *
 * <p>It minimises the mean cross-entropy in nats plus {@code penalty / 2} times the sum of the
 * squared weights; biases are free. In scikit-learn's terms C = 1 / (n x penalty). Features are
 * shifted and scaled to mean 0 and standard deviation 1 over the training clips.
 */
final class SoftmaxRegression implements AutoCloseable {

  private static final int MAX_STEPS = 2000;

  /** A spread this small beside the feature's magnitude is float32 rounding, not signal. */
  private static final double CONSTANT = 1e-6;

  private final NDManager manager;
  private final int[] labels;
  private final int classes;
  private final NDArray mean;
  private final NDArray scale;

  /** (n, F), the standardised training clips. */
  private final NDArray standardised;

  /** Null where there are no more features than clips, and nothing is gained by it. */
  private final RowSpace rowSpace;

  /** (n, K): coordinates in the row space, K = n, or the standardised features, K = F. */
  private final NDArray inputs;

  private final NDArray inputsTransposed;

  private final int width;

  /** (K + 1, C), row by row; the last row holds the biases. */
  private double[] parameters;

  /**
   * Takes the training clips in; all weights start at zero.
   *
   * @param parent lends native memory until {@link #close()}
   */
  SoftmaxRegression(NDManager parent, Features train, int classes) {
    this.manager = parent.newSubManager();
    this.labels = train.labels();
    this.classes = classes;
    try (NDManager scratch = manager.newSubManager()) {
      NDArray values = toDouble(train.values(), scratch);
      NDArray average = values.mean(new int[] {0}, true);
      NDArray centred = values.sub(average);
      NDArray spread = centred.square().mean(new int[] {0}, true).sqrt();
      double[] scales = scales(average.toDoubleArray(), spread.toDoubleArray());
      this.mean = average;
      this.scale = manager.create(scales, new Shape(1, train.width()));
      this.standardised = centred.div(scale);
      mean.attach(manager);
      standardised.attach(manager);
    }
    boolean wide = train.width() > train.size();
    this.rowSpace = wide ? new RowSpace(standardised) : null;
    this.inputs = wide ? rowSpace.coordinates(manager) : standardised;
    this.width = wide ? train.size() : train.width();
    this.parameters = new double[(width + 1) * classes];
    this.inputsTransposed = inputs.transpose();
  }

  private static double[] scales(double[] mean, double[] spread) {
    double[] scales = new double[mean.length];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = spread[i] > CONSTANT * Math.abs(mean[i]) ? spread[i] : 1;
    }
    return scales;
  }

  /**
   * Minimises from where the previous fit ended.
   *
   * @param penalty positive
   * @param tolerance no entry of the gradient exceeds it afterwards, unless {@link
   *     Lbfgs.Minimum#gradient()} says so
   */
  Lbfgs.Minimum fit(double penalty, double tolerance) {
    Lbfgs.Minimum minimum =
        Lbfgs.minimise(
            (point, gradient) -> loss(point, gradient, penalty), parameters, tolerance, MAX_STEPS);
    parameters = minimum.point();
    return minimum;
  }

  /** (n, C), row by row. */
  double[] probabilities(NDArray features) {
    double[] values = logProbabilities(features);
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.exp(values[i]);
    }
    return values;
  }

  /** The mean cross-entropy of labelled clips, in nats. */
  double crossEntropy(Features clips) {
    double[] scores = logProbabilities(clips.values());
    double sum = 0;
    for (int i = 0; i < clips.size(); i++) {
      sum -= scores[i * classes + clips.labels()[i]];
    }
    return sum / clips.size();
  }

  /** (n, C), row by row. */
  double[] logProbabilities(NDArray features) {
    try (NDManager scratch = manager.newSubManager()) {
      NDArray clips = toDouble(features, scratch).sub(mean).div(scale);
      double[] scores = clips.matMul(featureWeights(scratch)).toDoubleArray();
      normalise(scores, parameters);
      return scores;
    }
  }

  /** (F + 1, C), row by row, for standardised features; the last row holds the biases. */
  double[] parameters() {
    try (NDManager scratch = manager.newSubManager()) {
      double[] weights = featureWeights(scratch).toDoubleArray();
      double[] all = Arrays.copyOf(weights, weights.length + classes);
      System.arraycopy(parameters, width * classes, all, weights.length, classes);
      return all;
    }
  }

  /**
   * The same classifier over features that are not standardised.
   *
   * @param make is given weights (C, F), row by row, and biases (C)
   */
  <T> T unscaled(BiFunction<float[], float[], T> make) {
    double[] fitted = parameters();
    double[] means = mean.toDoubleArray();
    double[] scales = scale.toDoubleArray();
    float[] weight = new float[classes * means.length];
    float[] bias = new float[classes];
    for (int c = 0; c < classes; c++) {
      double shift = fitted[means.length * classes + c];
      for (int f = 0; f < means.length; f++) {
        double value = fitted[f * classes + c] / scales[f];
        weight[c * means.length + f] = (float) value;
        shift -= value * means[f];
      }
      bias[c] = (float) shift;
    }
    return make.apply(weight, bias);
  }

  /** (F, C), for standardised features. */
  private NDArray featureWeights(NDManager owner) {
    if (rowSpace == null) {
      return weights(parameters, owner);
    }
    double[] weights = Arrays.copyOf(parameters, width * classes);
    NDArray combinations =
        owner.create(rowSpace.combinations(weights, classes), new Shape(width, classes));
    // (C, n) x (n, F): the first operand's manager owns the result.
    return combinations.transpose().matMul(standardised).transpose();
  }

  private double loss(double[] point, double[] gradient, double penalty) {
    try (NDManager scratch = manager.newSubManager()) {
      NDArray logits = inputs.matMul(weights(point, scratch));
      logits.attach(scratch);
      double[] scores = logits.toDoubleArray();
      normalise(scores, point);

      int clips = labels.length;
      int biases = width * classes;
      Arrays.fill(gradient, 0);
      double loss = 0;
      for (int i = 0; i < clips; i++) {
        for (int c = 0; c < classes; c++) {
          int at = i * classes + c;
          boolean right = labels[i] == c;
          loss -= right ? scores[at] / clips : 0;
          scores[at] = (Math.exp(scores[at]) - (right ? 1 : 0)) / clips;
          gradient[biases + c] += scores[at];
        }
      }
      NDArray slope = inputsTransposed.matMul(scratch.create(scores, new Shape(clips, classes)));
      slope.attach(scratch);
      double[] weightSlope = slope.toDoubleArray();
      for (int i = 0; i < biases; i++) {
        gradient[i] = weightSlope[i] + penalty * point[i];
        loss += penalty / 2 * point[i] * point[i];
      }
      return loss;
    }
  }

  private NDArray weights(double[] point, NDManager owner) {
    return owner.create(Arrays.copyOf(point, width * classes), new Shape(width, classes));
  }

  /** Adds the biases and turns each row of scores into log-probabilities. */
  private void normalise(double[] scores, double[] point) {
    for (int row = 0; row < scores.length; row += classes) {
      double max = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        scores[row + c] += point[width * classes + c];
        max = Math.max(max, scores[row + c]);
      }
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += Math.exp(scores[row + c] - max);
      }
      double shift = max + Math.log(sum);
      for (int c = 0; c < classes; c++) {
        scores[row + c] -= shift;
      }
    }
  }

  private static NDArray toDouble(NDArray values, NDManager owner) {
    NDArray converted = values.toType(DataType.FLOAT64, true);
    converted.attach(owner);
    return converted;
  }

  @Override
  public void close() {
    manager.close();
  }
}
