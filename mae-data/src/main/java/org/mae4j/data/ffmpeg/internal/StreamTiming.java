package org.mae4j.data.ffmpeg.internal;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.mae4j.api.internal.Checks;

/**
 * What a file's header says about time in its video stream.
 *
 * @param timeBaseNumerator of the unit of presentation times, in seconds; positive
 * @param timeBaseDenominator of that unit; positive
 * @param startPts the stream's first presentation time
 * @param durationSeconds length of the stream, positive; empty if unknown
 * @param rate nominal frames/s, positive; empty if unknown
 * @param averageRate mean frames/s, positive; empty if unknown
 * @param durationPts length in units of the time base, as the stream (and not just the container)
 *     declares it, positive; empty if it does not
 * @param frameCount number of frames that the header declares, positive; empty if it does not
 * @param variableRate whether frames come at other times than the rate says; empty if the file has
 *     no index to tell
 */
public record StreamTiming(
    int timeBaseNumerator,
    int timeBaseDenominator,
    long startPts,
    OptionalDouble durationSeconds,
    OptionalDouble rate,
    OptionalDouble averageRate,
    OptionalLong durationPts,
    OptionalLong frameCount,
    Optional<Boolean> variableRate) {

  public StreamTiming {
    Checks.require(
        timeBaseNumerator >= 1 && timeBaseDenominator >= 1,
        "time base must be positive, but was %s/%s",
        timeBaseNumerator,
        timeBaseDenominator);
  }

  /** A presentation time in seconds. */
  public double seconds(long pts) {
    return seconds((double) pts);
  }

  /** The same of a time between two, or of a distance. */
  public double seconds(double pts) {
    return pts * timeBaseNumerator / timeBaseDenominator;
  }

  /** The presentation time of a number of seconds, in units of the time base. */
  public double pts(double seconds) {
    return seconds * timeBaseDenominator / timeBaseNumerator;
  }

  /** The same of a video of another length, in seconds. */
  public StreamTiming withDuration(double seconds) {
    return new StreamTiming(
        timeBaseNumerator,
        timeBaseDenominator,
        startPts,
        OptionalDouble.of(seconds),
        rate,
        averageRate,
        durationPts,
        frameCount,
        variableRate);
  }

  /** The same of a video whose first frame is shown at another time. */
  public StreamTiming withStart(long pts) {
    return new StreamTiming(
        timeBaseNumerator,
        timeBaseDenominator,
        pts,
        durationSeconds,
        rate,
        averageRate,
        durationPts,
        frameCount,
        variableRate);
  }

  /** The same of the true length, in seconds, unless the declared one is next to it. */
  public StreamTiming withTrueDuration(double seconds) {
    double frame = 1 / rate.orElseThrow();
    boolean isNear = Math.abs(durationSeconds.orElse(0) - seconds) <= 1.5 * frame;
    return isNear ? this : withDuration(seconds);
  }

  /** The same, known to be of a variable rate or not to be. */
  public StreamTiming withVariableRate(boolean variable) {
    return new StreamTiming(
        timeBaseNumerator,
        timeBaseDenominator,
        startPts,
        durationSeconds,
        rate,
        averageRate,
        durationPts,
        frameCount,
        Optional.of(variable));
  }
}
