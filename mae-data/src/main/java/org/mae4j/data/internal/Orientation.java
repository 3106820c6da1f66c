package org.mae4j.data.internal;

import java.nio.ByteBuffer;
import org.mae4j.api.frames.FrameReceiver.Rectangle;

/**
 * How stored frames are turned to be shown: rows and columns exchanged or not, then mirrored.
 *
 * @param transposed whether what is stored as a row is shown as a column
 * @param mirroredX whether left and right of what is shown are exchanged
 * @param mirroredY whether top and bottom of what is shown are exchanged
 */
public record Orientation(boolean transposed, boolean mirroredX, boolean mirroredY) {

  /** Not turned. */
  public static final Orientation AS_STORED = new Orientation(false, false, false);

  /**
   * From an Exif orientation.
   *
   * @param code 1 to 8; anything else is taken for 1, which is not turned
   */
  public static Orientation ofExif(int code) {
    return new Orientation(
        code >= 5 && code <= 8,
        code == 2 || code == 3 || code == 6 || code == 7,
        code == 3 || code == 4 || code == 7 || code == 8);
  }

  /**
   * From a display matrix of ISO/IEC 14496-12: a stored pixel (x, y) is shown at (a x + c y, b x +
   * d y). Angles that are no multiple of 90 degrees are not applied.
   *
   * @param matrix 9 entries a, b, u, c, d, v, x, y, w
   */
  public static Orientation ofDisplayMatrix(int[] matrix) {
    int a = matrix[0];
    int b = matrix[1];
    int c = matrix[3];
    int d = matrix[4];
    if (b == 0 && c == 0 && a != 0 && d != 0) {
      return new Orientation(false, a < 0, d < 0);
    }
    if (a == 0 && d == 0 && b != 0 && c != 0) {
      return new Orientation(true, c < 0, b < 0);
    }
    return AS_STORED;
  }

  /** The turned frame's size, of the stored one's. */
  public int shownWidth(int width, int height) {
    return transposed ? height : width;
  }

  /** The turned frame's size, of the stored one's. */
  public int shownHeight(int width, int height) {
    return transposed ? width : height;
  }

  /**
   * Where a part of the turned frame is stored.
   *
   * @param shown the part, in the turned frame
   * @param width stored width in pixels
   * @param height stored height in pixels
   */
  public Rectangle stored(Rectangle shown, int width, int height) {
    int top = mirroredY ? shownHeight(width, height) - shown.bottom() : shown.top();
    int left = mirroredX ? shownWidth(width, height) - shown.right() : shown.left();
    return transposed
        ? new Rectangle(left, top, shown.width(), shown.height())
        : new Rectangle(top, left, shown.height(), shown.width());
  }

  /**
   * Turns one RGB24 frame, or a part of it.
   *
   * @param stored {@code height} rows of {@code stride} bytes
   * @param width stored width in pixels
   * @param height stored height in pixels
   * @param shown receives the turned frame from {@code offset} on, without gaps between rows
   */
  public void apply(
      ByteBuffer stored, int stride, int width, int height, ByteBuffer shown, int offset) {
    int columns = shownWidth(width, height);
    int rows = shownHeight(width, height);
    int alongRow = (transposed ? stride : 3) * (mirroredX ? -1 : 1);
    byte[] row = new byte[3 * columns];
    for (int y = 0; y < rows; y++) {
      int line = mirroredY ? rows - 1 - y : y;
      int from = line * (transposed ? 3 : stride) + (mirroredX ? -alongRow * (columns - 1) : 0);
      for (int x = 0; x < columns; x++, from += alongRow) {
        row[3 * x] = stored.get(from);
        row[3 * x + 1] = stored.get(from + 1);
        row[3 * x + 2] = stored.get(from + 2);
      }
      shown.put(offset + y * row.length, row);
    }
  }
}
