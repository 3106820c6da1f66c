package org.mae4j.examples.app.check;

import java.awt.image.BufferedImage;
import java.util.Optional;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;

/**
 * What looking at one file has found.
 *
 * @param <F> what such a file says of itself
 * @param info its id and label
 * @param bytes size of the file
 * @param facts what the file says of itself; empty if it cannot be opened
 * @param failure why no clip can be read; empty if one can
 * @param seconds how long it took
 * @param thumbnail of an image, or of the frame in the middle of a video, where one was wanted
 */
public record FileCheck<F>(
    ClipInfo info,
    long bytes,
    Optional<F> facts,
    Optional<ClipReadException> failure,
    double seconds,
    Optional<BufferedImage> thumbnail) {

  boolean isBroken() {
    return failure.isPresent();
  }
}
