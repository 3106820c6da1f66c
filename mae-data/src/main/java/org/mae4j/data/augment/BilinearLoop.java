package org.mae4j.data.augment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Bilinear resizing, normalisation and mirroring of pixels in main memory, row by row: a row of
 * pixels is resized once, and two such rows are blended into each row of the result. Tensor
 * operators for the same arithmetic take intermediate tensors of several times the result's size,
 * and many times as long.
 */
final class BilinearLoop {

  private static final int CHANNELS = 3;
  // Looking a byte's value up is twice as fast as converting it.
  private static final float[] VALUES = new float[256];

  static {
    for (int i = 0; i < VALUES.length; i++) {
      VALUES[i] = i;
    }
  }

  private final Axis rows;
  private final int size;
  private final Normalization normalization;
  // For each output column, mirrored or not: where its neighbours' pixels begin in a row of bytes.
  private final int[] left;
  private final int[] right;
  private final float[] leftWeight;
  private final float[] rightWeight;
  private final int firstByte;
  private final int rowBytes;

  /** For the square that two axes of {@code size} positions make. */
  BilinearLoop(Axis rows, Axis columns, int size, Normalization normalization, boolean flip) {
    this.rows = rows;
    this.size = size;
    this.normalization = normalization;
    this.left = new int[size];
    this.right = new int[size];
    this.leftWeight = new float[size];
    this.rightWeight = new float[size];
    this.firstByte = CHANNELS * columns.low(0);
    this.rowBytes = CHANNELS * (columns.high(size - 1) + 1) - firstByte;
    for (int x = 0; x < size; x++) {
      int from = flip ? size - 1 - x : x;
      left[x] = CHANNELS * columns.low(from) - firstByte;
      right[x] = CHANNELS * columns.high(from) - firstByte;
      leftWeight[x] = columns.weight(0, from);
      rightWeight[x] = columns.weight(1, from);
    }
  }

  /**
   * Resizes all frames.
   *
   * @param frames (T, h, w, 3), uint8, in main memory
   * @return (3, T, S, S), float32, normalised; it belongs to the manager of {@code frames}
   */
  NDArray apply(NDArray frames) {
    Shape shape = frames.getShape();
    int count = Math.toIntExact(shape.get(0));
    int height = Math.toIntExact(shape.get(1));
    NDArray result =
        frames.getManager().create(new Shape(CHANNELS, count, size, size), DataType.FLOAT32);
    FloatBuffer values = result.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
    float[] scale = normalization.scale();
    float[] shift = normalization.shift();
    float[] line = new float[size];
    int stride = Math.toIntExact(CHANNELS * shape.get(2));
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
          values.put(((c * count + t) * size + y) * size, line);
        }
      }
    }
    return result;
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
    private final byte[] bytes = new byte[rowBytes];
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
      pixels.get(row * stride + firstByte, bytes);
      resize(channels[0], channels[1], channels[2]);
    }

    private void resize(float[] red, float[] green, float[] blue) {
      for (int x = 0; x < red.length; x++) {
        int l = left[x];
        int r = right[x];
        float toLeft = leftWeight[x];
        float toRight = rightWeight[x];
        red[x] = value(l) * toLeft + value(r) * toRight;
        green[x] = value(l + 1) * toLeft + value(r + 1) * toRight;
        blue[x] = value(l + 2) * toLeft + value(r + 2) * toRight;
      }
    }

    private float value(int index) {
      return VALUES[bytes[index] & 0xff];
    }
  }
}
