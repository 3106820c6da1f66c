package org.mae4j.data.augment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Bilinear resizing, normalisation and mirroring in one pass over pixels in main memory. The same
 * arithmetic as by tensor operators takes an intermediate tensor of four times the result's size,
 * and many times as long.
 */
final class BilinearLoop {

  private static final int CHANNELS = 3;

  private final Axis rows;
  private final int size;
  private final float[] scale;
  private final float[] shift;
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
    this.scale = normalization.scale();
    this.shift = normalization.shift();
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
    int stride = Math.toIntExact(CHANNELS * shape.get(2));
    int frameBytes = Math.toIntExact(shape.get(1) * stride);
    ByteBuffer pixels = frames.toByteBuffer(true);
    NDArray result =
        frames.getManager().create(new Shape(CHANNELS, count, size, size), DataType.FLOAT32);
    FloatBuffer values = result.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
    byte[] upper = new byte[rowBytes];
    byte[] lower = new byte[rowBytes];
    float[][] line = new float[CHANNELS][size];
    for (int t = 0; t < count; t++) {
      for (int y = 0; y < size; y++) {
        int frame = t * frameBytes + firstByte;
        pixels.get(frame + rows.low(y) * stride, upper);
        pixels.get(frame + rows.high(y) * stride, lower);
        blend(upper, lower, rows.weight(0, y), rows.weight(1, y), line);
        for (int c = 0; c < CHANNELS; c++) {
          values.put(((c * count + t) * size + y) * size, line[c]);
        }
      }
    }
    return result;
  }

  private void blend(
      byte[] upper, byte[] lower, float upperWeight, float lowerWeight, float[][] line) {
    float[] red = line[0];
    float[] green = line[1];
    float[] blue = line[2];
    float redScale = scale[0];
    float greenScale = scale[1];
    float blueScale = scale[2];
    float redShift = shift[0];
    float greenShift = shift[1];
    float blueShift = shift[2];
    for (int x = 0; x < red.length; x++) {
      int l = left[x];
      int r = right[x];
      float toRight = rightWeight[x];
      float toLeft = leftWeight[x];
      float upperLeft = upperWeight * toLeft;
      float upperRight = upperWeight * toRight;
      float lowerLeft = lowerWeight * toLeft;
      float lowerRight = lowerWeight * toRight;
      red[x] =
          ((upper[l] & 0xff) * upperLeft
                      + (upper[r] & 0xff) * upperRight
                      + (lower[l] & 0xff) * lowerLeft
                      + (lower[r] & 0xff) * lowerRight)
                  * redScale
              - redShift;
      green[x] =
          ((upper[l + 1] & 0xff) * upperLeft
                      + (upper[r + 1] & 0xff) * upperRight
                      + (lower[l + 1] & 0xff) * lowerLeft
                      + (lower[r + 1] & 0xff) * lowerRight)
                  * greenScale
              - greenShift;
      blue[x] =
          ((upper[l + 2] & 0xff) * upperLeft
                      + (upper[r + 2] & 0xff) * upperRight
                      + (lower[l + 2] & 0xff) * lowerLeft
                      + (lower[r + 2] & 0xff) * lowerRight)
                  * blueScale
              - blueShift;
    }
  }
}
