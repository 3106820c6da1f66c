package org.mae4j.eval.embedding;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.mae4j.api.Seeds;
import org.mae4j.api.internal.Checks;

/**
 * t-distributed stochastic neighbour embedding into two dimensions (van der Maaten and Hinton
 * 2008), exact: time and memory grow with the square of the number of points, which suits up to a
 * few thousand.
 *
 * <p>Gradient descent with gains, momentum 0.5 while neighbourhoods are exaggerated twelvefold for
 * the first quarter of the steps and 0.8 after, from a seeded start; the step size is n / 48, but
 * at least 50 (Belkina et al. 2019).
 */
public final class TSne {

  private static final double EXAGGERATION = 12;
  private static final double EXAGGERATED_SHARE = 0.25;
  private static final double START_DEVIATION = 1e-4;
  private static final double LEAST_GAIN = 0.01;
  private static final double TINY = 1e-12;
  private static final int BISECTIONS = 60;

  private final double perplexity;
  private final int steps;
  private final long seed;

  private TSne(Builder builder) {
    this.perplexity = builder.perplexity;
    this.steps = builder.steps;
    this.seed = builder.seed;
  }

  /** Collects options; none must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Maps points.
   *
   * @param rows n points of equal dimension, at least 4; where there are fewer than three times as
   *     many as the perplexity, a third of n - 1 is taken for it
   */
  public Embedded map(double[][] rows) {
    int n = rows.length;
    Checks.require(n >= 4, "a map needs at least 4 points, but there are %s", n);
    Points.require(rows);
    double[][] affinities =
        affinities(Points.squaredDistances(rows), Math.min(perplexity, (n - 1) / 3.0));
    RandomGenerator random = Seeds.generator(seed);
    double[][] points = new double[n][2];
    for (double[] point : points) {
      Arrays.setAll(point, d -> START_DEVIATION * random.nextGaussian());
    }
    double[][] velocity = new double[n][2];
    double[][] gains = new double[n][2];
    Arrays.stream(gains).forEach(gain -> Arrays.fill(gain, 1));
    double rate = Math.max(n / EXAGGERATION / 4, 50);
    double[][] kernel = new double[n][n];
    for (int step = 0; step < steps; step++) {
      boolean exaggerated = step < EXAGGERATED_SHARE * steps;
      double[][] gradient = gradient(affinities, points, kernel, exaggerated ? EXAGGERATION : 1);
      double momentum = exaggerated ? 0.5 : 0.8;
      for (int i = 0; i < n; i++) {
        for (int d = 0; d < 2; d++) {
          boolean turned = Math.signum(gradient[i][d]) != Math.signum(velocity[i][d]);
          gains[i][d] = Math.max(LEAST_GAIN, turned ? gains[i][d] + 0.2 : gains[i][d] * 0.8);
          velocity[i][d] = momentum * velocity[i][d] - rate * gains[i][d] * gradient[i][d];
          points[i][d] += velocity[i][d];
        }
      }
    }
    return new Embedded(points, divergence(affinities, points, kernel));
  }

  /** Symmetric neighbourhood probabilities, (n, n), which sum to 1. */
  private static double[][] affinities(double[][] squared, double perplexity) {
    int n = squared.length;
    double[][] conditional = new double[n][];
    for (int i = 0; i < n; i++) {
      conditional[i] = neighbourhood(squared[i], i, Math.log(perplexity));
    }
    double[][] joint = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        joint[i][j] = Math.max((conditional[i][j] + conditional[j][i]) / (2.0 * n), TINY);
      }
      joint[i][i] = 0;
    }
    return joint;
  }

  /** A Gaussian neighbourhood whose width gives it the wanted entropy in nats, by bisection. */
  private static double[] neighbourhood(double[] squared, int self, double entropy) {
    double nearest = Double.POSITIVE_INFINITY;
    for (int j = 0; j < squared.length; j++) {
      nearest = j == self ? nearest : Math.min(nearest, squared[j]);
    }
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double precision = 1;
    double[] weights = new double[squared.length];
    for (int k = 0; k < BISECTIONS; k++) {
      double sum = 0;
      double weighted = 0;
      for (int j = 0; j < squared.length; j++) {
        double distance = squared[j] - nearest;
        weights[j] = j == self ? 0 : Math.exp(-distance * precision);
        sum += weights[j];
        weighted += weights[j] == 0 ? 0 : weights[j] * distance;
      }
      if (Math.log(sum) + precision * weighted / sum > entropy) {
        low = precision;
        precision = Double.isInfinite(high) ? precision * 2 : (low + high) / 2;
      } else {
        high = precision;
        precision = (low + high) / 2;
      }
      for (int j = 0; j < weights.length; j++) {
        weights[j] /= sum;
      }
    }
    return weights;
  }

  /** Fills in Student's kernel 1 / (1 + squared distance) and returns its sum over all pairs. */
  private static double fill(double[][] kernel, double[][] points) {
    double sum = 0;
    for (int i = 0; i < points.length; i++) {
      for (int j = 0; j < i; j++) {
        double x = points[i][0] - points[j][0];
        double y = points[i][1] - points[j][1];
        double value = 1 / (1 + x * x + y * y);
        kernel[i][j] = value;
        kernel[j][i] = value;
        sum += 2 * value;
      }
    }
    return sum;
  }

  private static double[][] gradient(
      double[][] affinities, double[][] points, double[][] kernel, double exaggeration) {
    double sum = fill(kernel, points);
    double[][] gradient = new double[points.length][2];
    for (int i = 0; i < points.length; i++) {
      double x = 0;
      double y = 0;
      for (int j = 0; j < points.length; j++) {
        double force = (exaggeration * affinities[i][j] - kernel[i][j] / sum) * kernel[i][j];
        x += force * (points[i][0] - points[j][0]);
        y += force * (points[i][1] - points[j][1]);
      }
      gradient[i][0] = 4 * x;
      gradient[i][1] = 4 * y;
    }
    return gradient;
  }

  private static double divergence(double[][] affinities, double[][] points, double[][] kernel) {
    double sum = fill(kernel, points);
    double divergence = 0;
    for (int i = 0; i < points.length; i++) {
      for (int j = 0; j < points.length; j++) {
        if (i != j) {
          double model = Math.max(kernel[i][j] / sum, TINY);
          divergence += affinities[i][j] * Math.log(affinities[i][j] / model);
        }
      }
    }
    return divergence;
  }

  /** Collects the options of a {@link TSne}. */
  public static final class Builder {

    private double perplexity = 30;
    private int steps = 1_000;
    private long seed;

    private Builder() {}

    /** How many neighbours count, roughly; more than 1, by default 30. */
    public Builder optPerplexity(double perplexity) {
      Checks.require(
          perplexity > 1 && !Double.isInfinite(perplexity),
          "perplexity must be more than 1 and finite, but was %s",
          perplexity);
      this.perplexity = perplexity;
      return this;
    }

    /** Steps of gradient descent, at least 100; by default 1,000. */
    public Builder optSteps(int steps) {
      Checks.require(steps >= 100, "steps must be at least 100, but were %s", steps);
      this.steps = steps;
      return this;
    }

    /** Decides where points start; by default 0. */
    public Builder optSeed(long seed) {
      this.seed = seed;
      return this;
    }

    /** The mapping. */
    public TSne build() {
      return new TSne(this);
    }
  }

  /**
   * Points on a map. Its axes mean nothing; only what is near does.
   *
   * @param points n points of 2 coordinates
   * @param divergence the Kullback-Leibler divergence that was minimised, in nats
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Embedded(double[][] points, double divergence) {}
}
