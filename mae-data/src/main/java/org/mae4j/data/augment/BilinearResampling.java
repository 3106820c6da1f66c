package org.mae4j.data.augment;

import ai.djl.ndarray.NDArray;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.mae4j.api.Normalization;

/**
 * Bilinear resizing without antialiasing, corners not aligned, with normalisation and mirroring, in
 * one pass over pixels in main memory: a row of pixels is resized once, and two such rows are
 * blended into each row of the result. Tensor operators for the same arithmetic take intermediate
 * tensors of several times the result's size, and many times as long.
 */
final class BilinearResampling {

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
  private final int firstByte;
  private final int rowBytes;

  BilinearResampling(CropBox square, Normalization normalization) {
    this.rows = square.rows();
    this.size = square.size();
    this.scale = normalization.scale();
    this.shift = normalization.shift();
    this.left = new int[size];
    this.leftWeight = new float[size];
    this.rightWeight = new float[size];
    Axis columns = square.columns();
    this.firstByte = CHANNELS * columns.low(0);
    this.rowBytes = CHANNELS * (columns.high(size - 1) + 1) - firstByte;
    for (int x = 0; x < size; x++) {
      int from = square.flip() ? size - 1 - x : x;
      left[x] = CHANNELS * columns.low(from) - firstByte;
      leftWeight[x] = columns.weight(0, from);
      rightWeight[x] = columns.weight(1, from);
    }
  }

  /**
   * Resizes all frames.
   *
   * @param frames (T, h, w, 3), uint8, in main memory
   * @param clip receives (3, T, S, S) values
   */
  void apply(NDArray frames, FloatBuffer clip) {
    int count = Math.toIntExact(frames.getShape().get(0));
    int height = Frames.height(frames);
    int stride = CHANNELS * Frames.width(frames);
    float[] line = new float[size];
    ResizedRow upper = new ResizedRow(frames.toByteBuffer(true), stride);
    ResizedRow lower = new ResizedRow(frames.toByteBuffer(true), stride);
    for (int t = 0; t < count; t++) {
      for (int y = 0; y < size; y++) {
        int low = t * height + rows.low(y);
        if (lower.row == low) {
          ResizedRow kept = lower;
          lower = upper;
          upper = kept;
        }
        upper.moveTo(low);
        lower.moveTo(t * height + rows.high(y));
        for (int c = 0; c < CHANNELS; c++) {
          blend(
              upper.channels[c],
              lower.channels[c],
              rows.weight(0, y),
              rows.weight(1, y),
              scale[c],
              shift[c],
              line);
          clip.put(((c * count + t) * size + y) * size, line);
        }
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

  /** One row of all frames' pixels, resized, with its channels apart. */
  private final class ResizedRow {

    private final ByteBuffer pixels;
    private final int stride;
    private final byte[] bytes = new byte[rowBytes + Long.BYTES];
    private final float[][] channels = new float[CHANNELS][size];
    private int row = -1;

    ResizedRow(ByteBuffer pixels, int stride) {
      this.pixels = pixels;
      this.stride = stride;
    }

    void moveTo(int row) {
      if (this.row == row) {
        return;
      }
      this.row = row;
      pixels.get(row * stride + firstByte, bytes, 0, rowBytes);
      // The last pixel is its own right neighbour.
      System.arraycopy(bytes, rowBytes - CHANNELS, bytes, rowBytes, CHANNELS);
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
