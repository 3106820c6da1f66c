package org.mae4j.models;

import java.util.Optional;
import org.mae4j.api.internal.Checks;

/** What geometries of masked autoencoders check alike about what their decoder predicts. */
final class LatentWidth {

  private LatentWidth() {}

  /** A width of at least 1, or none; JSON leaves out what there is none of. */
  static Optional<Integer> checked(Optional<Integer> width) {
    if (width == null || width.isEmpty()) {
      return Optional.empty();
    }
    Checks.atLeast(1, width.get(), "width of predicted latents");
    return width;
  }

  /** Refuses to speak of pixels where there are none. */
  static void requirePixels(Optional<Integer> width) {
    if (width.isPresent()) {
      throw new IllegalStateException(
          "the decoder predicts latents of width " + width.get() + ", no pixels");
    }
  }
}
