package org.mae4j.data.augment;

import org.mae4j.api.ClipInput.CentreCrop.Rounding;
import org.mae4j.api.frames.FrameReceiver.Rectangle;
import org.mae4j.api.internal.Checks;

/**
 * A random square of a frame whose shorter side is scaled to a random length first.
 *
 * @param minShortSide of the scaled frame in pixels, at least S
 * @param maxShortSide at least that, and at most 32768
 * @param flip probability of mirroring left to right, in [0, 1]
 * @param size S in pixels
 */
record RandomSquare(double minShortSide, double maxShortSide, double flip, int size)
    implements CropRule {

  private static final int LONGEST = 1 << 15;

  RandomSquare {
    Checks.require(
        minShortSide >= size && minShortSide <= maxShortSide && maxShortSide <= LONGEST,
        "short side must be a range in [%s, %s], but was [%s, %s]",
        size,
        LONGEST,
        minShortSide,
        maxShortSide);
    Checks.share(flip, "flip probability");
  }

  @Override
  public CropBox box(int height, int width, CropDraws draws) {
    int shortSide = (int) Math.rint(draws.between(minShortSide, maxShortSide));
    ScaledSize scaled = ScaledSize.of(height, width, shortSide, Rounding.SLOWFAST);
    int top = offset(scaled.height(), draws);
    int left = offset(scaled.width(), draws);
    boolean mirrored = flip > 0 && draws.chance(flip);
    return new CropBox(Rectangle.whole(height, width), scaled, top, left, size, mirrored);
  }

  /** The paper's code never draws the very last offset; neither does this. */
  private int offset(int length, CropDraws draws) {
    return length > size ? draws.integer(0, length - size - 1) : 0;
  }
}
