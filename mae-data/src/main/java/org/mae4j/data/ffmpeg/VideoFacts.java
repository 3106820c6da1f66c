package org.mae4j.data.ffmpeg;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a video file says of itself, without decoding it.
 *
 * @param container libav's names for it, such as {@code mov,mp4,m4a,3gp,3g2,mj2}
 * @param codec libav's name for it, such as {@code h264}
 * @param width of a frame as stored, in pixels
 * @param height of a frame as stored, in pixels
 * @param durationSeconds positive; empty if the file does not say
 * @param frameRate nominal frames/s, positive; empty if unknown
 * @param frames how many there are, positive; empty if the file does not say
 * @param variableRate whether frames come at other times than the rate says; empty if the file has
 *     no index that tells
 * @param videoStreams how many there are, at least 1; more than one is a choice: see {@link
 *     VideoReader.Builder#optStream}
 * @param keyFrameSeconds when the key frames are decoded, in seconds; empty if the file has no
 *     index of them at its head
 */
public record VideoFacts(
    String container,
    String codec,
    int width,
    int height,
    OptionalDouble durationSeconds,
    OptionalDouble frameRate,
    OptionalLong frames,
    Optional<Boolean> variableRate,
    int videoStreams,
    List<Double> keyFrameSeconds) {

  public VideoFacts {
    Objects.requireNonNull(container, "container");
    Objects.requireNonNull(codec, "codec");
    keyFrameSeconds = List.copyOf(keyFrameSeconds);
  }
}
