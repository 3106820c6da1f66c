package org.mae4j.eval.scaling;

/**
 * What a model reached that was pretrained on some hours of video.
 *
 * @param hours positive
 * @param accuracy finite, in any unit; the fit's slope is in that unit per decade
 */
public record ScalingPoint(double hours, double accuracy) {

  public ScalingPoint {
    if (!(hours > 0) || Double.isInfinite(hours)) {
      throw new IllegalArgumentException("hours must be positive and finite, but were " + hours);
    }
    if (!Double.isFinite(accuracy)) {
      throw new IllegalArgumentException("accuracy must be finite, but was " + accuracy);
    }
  }
}
