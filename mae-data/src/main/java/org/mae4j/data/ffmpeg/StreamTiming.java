package org.mae4j.data.ffmpeg;

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
 */
record StreamTiming(
    int timeBaseNumerator,
    int timeBaseDenominator,
    long startPts,
    OptionalDouble durationSeconds,
    OptionalDouble rate,
    OptionalDouble averageRate,
    OptionalLong durationPts,
    OptionalLong frameCount) {

  StreamTiming {
    Checks.require(
        timeBaseNumerator >= 1 && timeBaseDenominator >= 1,
        "time base must be positive, but was %s/%s",
        timeBaseNumerator,
        timeBaseDenominator);
  }

  /** A presentation time in seconds. */
  double seconds(long pts) {
    return (double) pts * timeBaseNumerator / timeBaseDenominator;
  }
}
