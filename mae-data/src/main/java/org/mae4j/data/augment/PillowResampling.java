package org.mae4j.data.augment;

import ai.djl.ndarray.NDArray;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.mae4j.api.Normalization;

/**
 * Pillow's resizing to the bit, with normalisation and mirroring: first along the rows, then along
 * the columns, in whole levels after each. Only pixels that the kept square needs are computed.
 */
final class PillowResampling {

  private final CropBox square;
  private final float[] scale;
  private final float[] shift;
  private final PillowAxis rows;
  private final PillowAxis columns;

  PillowResampling(PillowAxis.Kernel kernel, CropBox square, Normalization normalization) {
    this.square = square;
    this.scale = normalization.scale();
    this.shift = normalization.shift();
    Rectangle source = square.source();
    rows =
        PillowAxis.of(
            kernel, source.height(), square.scaled().height(), square.top(), square.size());
    columns =
        PillowAxis.of(
            kernel, source.width(), square.scaled().width(), square.left(), square.size());
  }

  /**
   * Resizes all frames.
   *
   * @param frames (T, h, w, 3), uint8, in main memory
   * @param clip receives (3, T, S, S) values
   */
  void apply(NDArray frames, FloatBuffer clip) {
    int count = Math.toIntExact(frames.getShape().get(0));
    int frameBytes = 3 * Frames.height(frames) * Frames.width(frames);
    ByteBuffer pixels = frames.toByteBuffer(true);
    byte[] frame = new byte[frameBytes];
    for (int t = 0; t < count; t++) {
      pixels.get(t * frameBytes, frame);
      int begin = rows.first(0);
      byte[] narrow = resizeRows(frame, 3 * Frames.width(frames), begin);
      resizeColumns(narrow, begin, clip, t, count);
    }
  }

  /** The needed rows of the source, each S pixels wide, from row {@code begin} of the source on. */
  private byte[] resizeRows(byte[] frame, int stride, int begin) {
    Rectangle source = square.source();
    int size = square.size();
    byte[] narrow = new byte[3 * size * (rows.end() - begin)];
    int to = 0;
    for (int y = begin; y < rows.end(); y++) {
      int row = (source.top() + y) * stride + 3 * source.left();
      for (int x = 0; x < size; x++) {
        int[] weights = columns.weights(x);
        int from = row + 3 * columns.first(x);
        int red = 0;
        int green = 0;
        int blue = 0;
        for (int weight : weights) {
          red += weight * (frame[from] & 0xff);
          green += weight * (frame[from + 1] & 0xff);
          blue += weight * (frame[from + 2] & 0xff);
          from += 3;
        }
        narrow[to++] = (byte) PillowAxis.level(red);
        narrow[to++] = (byte) PillowAxis.level(green);
        narrow[to++] = (byte) PillowAxis.level(blue);
      }
    }
    return narrow;
  }

  private void resizeColumns(byte[] narrow, int begin, FloatBuffer clip, int frame, int frames) {
    int size = square.size();
    int stride = 3 * size;
    int[] sums = new int[stride];
    float[] line = new float[size];
    for (int y = 0; y < size; y++) {
      Arrays.fill(sums, 0);
      int from = (rows.first(y) - begin) * stride;
      for (int weight : rows.weights(y)) {
        for (int i = 0; i < stride; i++) {
          sums[i] += weight * (narrow[from + i] & 0xff);
        }
        from += stride;
      }
      for (int channel = 0; channel < 3; channel++) {
        for (int x = 0; x < size; x++) {
          int level = PillowAxis.level(sums[3 * x + channel]);
          line[square.flip() ? size - 1 - x : x] = level * scale[channel] - shift[channel];
        }
        clip.put(((channel * frames + frame) * size + y) * size, line);
      }
    }
  }
}
