package org.mae4j.examples;

import java.awt.image.BufferedImage;
import java.util.Optional;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.data.ffmpeg.VideoFacts;

/**
 * What looking at one video has found.
 *
 * @param info its id and label
 * @param bytes size of the file
 * @param facts what the file says of itself; empty if it cannot be opened
 * @param failure why no clip can be read; empty if one can
 * @param seconds how long it took
 * @param thumbnail of the frame in the middle, where one was wanted
 */
record FileCheck(
    ClipInfo info,
    long bytes,
    Optional<VideoFacts> facts,
    Optional<ClipReadException> failure,
    double seconds,
    Optional<BufferedImage> thumbnail) {

  boolean isBroken() {
    return failure.isPresent();
  }

  /** 0 if the file does not say. */
  double hours() {
    return facts.map(known -> known.durationSeconds().orElse(0) / 3600).orElse(0.0);
  }
}
