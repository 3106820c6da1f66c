package org.mae4j.data.augment;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.mae4j.api.Normalization;
import org.mae4j.api.frames.FrameReceiver.Rectangle;
import org.mae4j.data.internal.ClipPlan;
import org.mae4j.data.internal.FramePart;

/**
 * Pillow's resizing to the bit, with normalisation and mirroring: first along the rows, then along
 * the columns, in whole levels after each. Only pixels that the kept square needs are computed.
 */
final class PillowResampling implements ClipPlan {

  private final CropBox square;
  private final float[] scale;
  private final float[] shift;
  private final PillowAxis rows;
  private final PillowAxis columns;
  private final Rectangle source;
  private final byte[] row;
  // The needed rows of the source, each S pixels wide.
  private final byte[] narrow;

  PillowResampling(PillowAxis.Kernel kernel, CropBox square, Normalization normalization) {
    this.square = square;
    this.scale = normalization.scale();
    this.shift = normalization.shift();
    Rectangle part = square.source();
    rows =
        PillowAxis.of(kernel, part.height(), square.scaled().height(), square.top(), square.size());
    columns =
        PillowAxis.of(kernel, part.width(), square.scaled().width(), square.left(), square.size());
    source =
        new Rectangle(
            part.top() + rows.first(0),
            part.left() + columns.first(0),
            rows.end() - rows.first(0),
            columns.end() - columns.first(0));
    row = new byte[3 * source.width()];
    narrow = new byte[3 * square.size() * source.height()];
  }

  @Override
  public int size() {
    return square.size();
  }

  @Override
  public Rectangle source() {
    return source;
  }

  @Override
  public void make(FramePart frame, FloatBuffer clip, int t, int frames) {
    resizeRows(frame);
    resizeColumns(clip, t, frames);
  }

  private void resizeRows(FramePart frame) {
    int size = square.size();
    int to = 0;
    for (int y = 0; y < source.height(); y++) {
      frame.row(source.top() + y, source.left(), source.width(), row);
      for (int x = 0; x < size; x++) {
        int[] weights = columns.weights(x);
        int from = 3 * (columns.first(x) - columns.first(0));
        int red = 0;
        int green = 0;
        int blue = 0;
        for (int weight : weights) {
          red += weight * (row[from] & 0xff);
          green += weight * (row[from + 1] & 0xff);
          blue += weight * (row[from + 2] & 0xff);
          from += 3;
        }
        narrow[to++] = (byte) PillowAxis.level(red);
        narrow[to++] = (byte) PillowAxis.level(green);
        narrow[to++] = (byte) PillowAxis.level(blue);
      }
    }
  }

  private void resizeColumns(FloatBuffer clip, int frame, int frames) {
    int size = square.size();
    int stride = 3 * size;
    int[] sums = new int[stride];
    float[] line = new float[size];
    for (int y = 0; y < size; y++) {
      Arrays.fill(sums, 0);
      int from = (rows.first(y) - rows.first(0)) * stride;
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
