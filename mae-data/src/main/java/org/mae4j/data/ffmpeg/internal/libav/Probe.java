package org.mae4j.data.ffmpeg.internal.libav;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.mae4j.data.ffmpeg.VideoFacts;
import org.mae4j.data.ffmpeg.internal.StreamTiming;

/**
 * What looking through the beginning of a file has found: all that opening it needs besides its
 * header. Unknown values are null, so that it can be written as JSON.
 *
 * @param stream index of the video stream that libav thinks best
 * @param videoStreams how many there were to choose from
 * @param videoDelay frames that the decoder holds back to bring them in order
 * @param keyFrames decoding times of the key frames in units of the time base
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody; millions of these are kept.
public record Probe(
    int stream,
    int videoStreams,
    int videoDelay,
    String container,
    String codec,
    int width,
    int height,
    int timeBaseNumerator,
    int timeBaseDenominator,
    long startPts,
    Double durationSeconds,
    Double rate,
    Double averageRate,
    Long durationPts,
    Long frameCount,
    Boolean variableRate,
    long[] keyFrames) {

  public static Probe of(
      int stream,
      int videoStreams,
      int videoDelay,
      String container,
      String codec,
      int width,
      int height,
      StreamTiming timing,
      long[] keyFrames) {
    return new Probe(
        stream,
        videoStreams,
        videoDelay,
        container,
        codec,
        width,
        height,
        timing.timeBaseNumerator(),
        timing.timeBaseDenominator(),
        timing.startPts(),
        orNull(timing.durationSeconds()),
        orNull(timing.rate()),
        orNull(timing.averageRate()),
        orNull(timing.durationPts()),
        orNull(timing.frameCount()),
        timing.variableRate().orElse(null),
        keyFrames);
  }

  public Probe withVariableRate(boolean variable) {
    return of(
        stream,
        videoStreams,
        videoDelay,
        container,
        codec,
        width,
        height,
        timing().withVariableRate(variable),
        keyFrames);
  }

  public StreamTiming timing() {
    return new StreamTiming(
        timeBaseNumerator,
        timeBaseDenominator,
        startPts,
        orEmpty(durationSeconds),
        orEmpty(rate),
        orEmpty(averageRate),
        orEmpty(durationPts),
        orEmpty(frameCount),
        Optional.ofNullable(variableRate));
  }

  public VideoFacts facts() {
    StreamTiming timing = timing();
    List<Double> seconds = Arrays.stream(keyFrames).mapToObj(timing::seconds).toList();
    return new VideoFacts(
        container,
        codec,
        width,
        height,
        timing.durationSeconds(),
        timing.rate(),
        timing.frameCount(),
        timing.variableRate(),
        videoStreams,
        seconds);
  }

  private static Double orNull(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  private static Long orNull(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }

  private static OptionalDouble orEmpty(Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  private static OptionalLong orEmpty(Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
