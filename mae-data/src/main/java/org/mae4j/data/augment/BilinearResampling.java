package org.mae4j.data.augment;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.mae4j.api.Normalization;
import org.mae4j.api.frames.FrameReceiver.Rectangle;
import org.mae4j.data.internal.ClipPlan;
import org.mae4j.data.internal.FramePart;

/**
 * Bilinear resizing without antialiasing, corners not aligned, with normalisation and mirroring, in
 * one pass over pixels in main memory: a row of pixels is resized once, and two such rows are
 * blended into each row of the result. Tensor operators for the same arithmetic take intermediate
 * tensors of several times the result's size, and many times as long.
 */
final class BilinearResampling implements ClipPlan {

  private static final int CHANNELS = 3;
  // Looking a byte's value up is faster than converting it.
  private static final float[] VALUES = new float[256];
  // Two neighbouring pixels are read at once: red, green and blue of the left one are the lowest
  // bytes, those of the right one follow.
  private static final VarHandle NEIGHBOURS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  static {
    for (int i = 0; i < VALUES.length; i++) {
      VALUES[i] = i;
    }
  }

  private final Axis rows;
  private final int size;
  private final float[] scale;
  private final float[] shift;
  // For each output column, mirrored or not: where its left neighbour begins in a row of bytes.
  private final int[] left;
  private final float[] leftWeight;
  private final float[] rightWeight;
  private final int firstColumn;
  private final int sourceWidth;
  private final float[] line;
  private ResizedRow upper;
  private ResizedRow lower;

  BilinearResampling(CropBox square, Normalization normalization) {
    this.rows = square.rows();
    this.size = square.size();
    this.scale = normalization.scale();
    this.shift = normalization.shift();
    this.left = new int[size];
    this.leftWeight = new float[size];
    this.rightWeight = new float[size];
    Axis columns = square.columns();
    this.firstColumn = columns.low(0);
    this.sourceWidth = columns.high(size - 1) + 1 - firstColumn;
    for (int x = 0; x < size; x++) {
      int from = square.flip() ? size - 1 - x : x;
      left[x] = CHANNELS * (columns.low(from) - firstColumn);
      leftWeight[x] = columns.weight(0, from);
      rightWeight[x] = columns.weight(1, from);
    }
    this.line = new float[size];
    this.upper = new ResizedRow();
    this.lower = new ResizedRow();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Rectangle source() {
    int top = rows.low(0);
    return new Rectangle(top, firstColumn, rows.high(size - 1) + 1 - top, sourceWidth);
  }

  @Override
  public void make(FramePart frame, FloatBuffer clip, int t, int frames) {
    upper.forget();
    lower.forget();
    for (int y = 0; y < size; y++) {
      int low = rows.low(y);
      if (lower.row == low) {
        ResizedRow kept = lower;
        lower = upper;
        upper = kept;
      }
      upper.moveTo(low, frame);
      lower.moveTo(rows.high(y), frame);
      for (int c = 0; c < CHANNELS; c++) {
        blend(
            upper.channels[c],
            lower.channels[c],
            rows.weight(0, y),
            rows.weight(1, y),
            scale[c],
            shift[c],
            line);
        clip.put(((c * frames + t) * size + y) * size, line);
      }
    }
  }

  // A loop of its own over nothing but floats, which the compiler turns into vector instructions.
  private static void blend(
      float[] upper,
      float[] lower,
      float upperWeight,
      float lowerWeight,
      float scale,
      float shift,
      float[] line) {
    for (int x = 0; x < line.length; x++) {
      line[x] = (upper[x] * upperWeight + lower[x] * lowerWeight) * scale - shift;
    }
  }

  /** One row of a frame's pixels, resized, with its channels apart. */
  private final class ResizedRow {

    private static final int NONE = -1;

    private final byte[] bytes = new byte[CHANNELS * sourceWidth + Long.BYTES];
    private final float[][] channels = new float[CHANNELS][size];
    private int row = NONE;

    /** From here on the rows are those of another frame. */
    void forget() {
      row = NONE;
    }

    void moveTo(int newRow, FramePart frame) {
      if (row == newRow) {
        return;
      }
      row = newRow;
      frame.row(row, firstColumn, sourceWidth, bytes);
      // The last pixel is its own right neighbour.
      int end = CHANNELS * sourceWidth;
      System.arraycopy(bytes, end - CHANNELS, bytes, end, CHANNELS);
      resize(channels[0], channels[1], channels[2]);
    }

    private void resize(float[] red, float[] green, float[] blue) {
      for (int x = 0; x < red.length; x++) {
        long both = (long) NEIGHBOURS.get(bytes, left[x]);
        int l = (int) both;
        int r = (int) (both >>> (8 * CHANNELS));
        float toLeft = leftWeight[x];
        float toRight = rightWeight[x];
        red[x] = VALUES[l & 0xff] * toLeft + VALUES[r & 0xff] * toRight;
        green[x] = VALUES[(l >> 8) & 0xff] * toLeft + VALUES[(r >> 8) & 0xff] * toRight;
        blue[x] = VALUES[(l >> 16) & 0xff] * toLeft + VALUES[(r >> 16) & 0xff] * toRight;
      }
    }
  }
}
