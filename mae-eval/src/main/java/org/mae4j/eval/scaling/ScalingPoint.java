package org.mae4j.eval.scaling;

import org.mae4j.api.internal.Checks;

/**
 * What a model reached that was pretrained on some hours of video.
 *
 * @param hours positive
 * @param accuracy finite, in any unit; the fit's slope is in that unit per decade
 */
public record ScalingPoint(double hours, double accuracy) {

  public ScalingPoint {
    Checks.require(
        hours > 0 && !Double.isInfinite(hours),
        "hours must be positive and finite, but were %s",
        hours);
    Checks.require(Double.isFinite(accuracy), "accuracy must be finite, but was %s", accuracy);
  }
}
