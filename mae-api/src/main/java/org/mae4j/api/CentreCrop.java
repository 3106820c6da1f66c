package org.mae4j.api;

import java.util.Objects;
import org.mae4j.api.internal.Checks;

/**
 * How a frame becomes the square that a model sees when nothing is random: its shorter side is
 * scaled to a length, and the square in the middle is cut out.
 *
 * @param shortSide the shorter side of the scaled frame in pixels, at least {@code size}; at least
 *     1 with {@link Rounding#TORCHVISION}, which frames in black what is smaller than the square
 * @param size S in pixels, at least 1
 * @param rounding to whole pixels
 */
public record CentreCrop(int shortSide, int size, Rounding rounding) {

  /** Whose rule decides the last pixel. */
  public enum Rounding {
    /**
     * The paper's code for videos (as in SlowFast): the longer side is rounded down, the square's
     * offset up.
     */
    SLOWFAST,

    /**
     * torchvision's {@code Resize} and {@code CenterCrop} for images: the longer side is rounded
     * down, halves of the square's offset go to the even neighbour.
     */
    TORCHVISION
  }

  /** The usual proportion of a scaled photograph's shorter side to the square: 256 to 224. */
  private static final double PHOTOGRAPH_MARGIN = 256.0 / 224;

  public CentreCrop {
    Checks.atLeast(1, size, "size");
    Objects.requireNonNull(rounding, "rounding");
    Checks.atLeast(1, shortSide, "short side");
    Checks.require(
        shortSide >= size || rounding == Rounding.TORCHVISION,
        "short side must be at least the size %s, but was %s",
        size,
        shortSide);
  }

  /** The largest square of a video, as S x S pixels. */
  public static CentreCrop ofVideo(int size) {
    return new CentreCrop(size, size, Rounding.SLOWFAST);
  }

  /** The usual look at a photograph: its shorter side is scaled to 256 pixels where S is 224. */
  public static CentreCrop ofPhotograph(int size) {
    return new CentreCrop((int) (size * PHOTOGRAPH_MARGIN), size, Rounding.TORCHVISION);
  }
}
