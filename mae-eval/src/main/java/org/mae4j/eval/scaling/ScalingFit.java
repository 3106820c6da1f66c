package org.mae4j.eval.scaling;

import com.google.common.math.LinearTransformation;
import com.google.common.math.PairedStatsAccumulator;
import java.util.List;
import org.apache.commons.statistics.distribution.TDistribution;
import org.mae4j.api.Interval;
import org.mae4j.api.internal.Checks;

/**
 * The least-squares line accuracy = a + b log10(hours), as in the paper's Figure 4.
 *
 * <p>Intervals are those of simple linear regression: independent errors of equal variance, and
 * Student's t with n - 2 degrees of freedom. With the usual four points those are two, so the
 * intervals are wide, and they know nothing of how the law itself may end: accuracy cannot pass
 * 100%.
 *
 * @param points at least 2, of at least 2 different hours
 * @param intercept a, the accuracy at one hour
 * @param slope b, per tenfold hours
 */
public record ScalingFit(List<ScalingPoint> points, double intercept, double slope) {

  public ScalingFit {
    points = List.copyOf(points);
  }

  /**
   * Fits the line.
   *
   * @throws IllegalArgumentException if there are not two points of different hours
   */
  public static ScalingFit of(List<ScalingPoint> points) {
    Checks.require(
        points.stream().mapToDouble(ScalingPoint::hours).distinct().count() >= 2,
        "a fit needs points of at least 2 different hours, but has %s",
        points);
    PairedStatsAccumulator pairs = new PairedStatsAccumulator();
    points.forEach(point -> pairs.add(Math.log10(point.hours()), point.accuracy()));
    LinearTransformation line = pairs.leastSquaresFit();
    double intercept = line.transform(0);
    return new ScalingFit(points, intercept, line.transform(1) - intercept);
  }

  /** The fitted accuracy, also beyond the points. */
  public double at(double hours) {
    return intercept + slope * Math.log10(hours);
  }

  /**
   * The confidence interval of the fitted line at some hours.
   *
   * @param level in (0, 1)
   * @throws IllegalStateException if there are fewer than 3 points
   */
  public Interval band(double hours, double level) {
    double distance = Math.log10(hours) - meanLog();
    double variance = 1.0 / points.size() + distance * distance / spreadOfLogs();
    return around(at(hours), Math.sqrt(variance), level);
  }

  /**
   * The confidence interval of the slope.
   *
   * @param level in (0, 1)
   * @throws IllegalStateException if there are fewer than 3 points
   */
  public Interval slopeInterval(double level) {
    return around(slope, 1 / Math.sqrt(spreadOfLogs()), level);
  }

  private Interval around(double middle, double scale, double level) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("confidence must be in (0, 1), but was " + level);
    }
    int freedom = points.size() - 2;
    if (freedom < 1) {
      throw new IllegalStateException(
          "an interval needs at least 3 points, but there are " + points.size());
    }
    double residuals =
        points.stream()
            .mapToDouble(point -> point.accuracy() - at(point.hours()))
            .map(residual -> residual * residual)
            .sum();
    double quantile = TDistribution.of(freedom).inverseCumulativeProbability(0.5 + level / 2);
    double half = quantile * Math.sqrt(residuals / freedom) * scale;
    return new Interval(middle - half, middle + half, level);
  }

  private double meanLog() {
    return points.stream().mapToDouble(point -> Math.log10(point.hours())).average().orElseThrow();
  }

  private double spreadOfLogs() {
    double mean = meanLog();
    return points.stream()
        .mapToDouble(point -> Math.log10(point.hours()) - mean)
        .map(distance -> distance * distance)
        .sum();
  }
}
