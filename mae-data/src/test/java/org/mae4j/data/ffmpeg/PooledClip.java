package org.mae4j.data.ffmpeg;

import java.nio.ByteBuffer;
import org.mae4j.api.Clip;

/**
 * The reference's figure preparation, written out: short side to 256 by bilinear interpolation,
 * centre crop of 224, normalised with mean .45 and deviation .225, then 16x16 means.
 */
final class PooledClip {

  private static final int SHORT_SIDE = 256;
  private static final int CROP = 224;
  private static final int CELL = 16;

  private PooledClip() {}

  /** (3, T, 14, 14), flat. */
  static float[] of(Clip clip) {
    int frames = clip.shape().frames();
    int height = clip.shape().height();
    int width = clip.shape().width();
    int newHeight = width < height ? (int) ((double) height / width * SHORT_SIDE) : SHORT_SIDE;
    int newWidth = width < height ? SHORT_SIDE : (int) ((double) width / height * SHORT_SIDE);
    int top = (newHeight - CROP + 1) / 2;
    int left = (newWidth - CROP + 1) / 2;
    int cells = CROP / CELL;
    ByteBuffer pixels = clip.pixels();
    float[] pooled = new float[3 * frames * cells * cells];
    for (int t = 0; t < frames; t++) {
      for (int y = 0; y < CROP; y++) {
        double sourceY = Math.max((y + top + 0.5) * height / newHeight - 0.5, 0);
        int y0 = Math.min((int) sourceY, height - 1);
        int y1 = Math.min(y0 + 1, height - 1);
        double wy = sourceY - y0;
        for (int x = 0; x < CROP; x++) {
          double sourceX = Math.max((x + left + 0.5) * width / newWidth - 0.5, 0);
          int x0 = Math.min((int) sourceX, width - 1);
          int x1 = Math.min(x0 + 1, width - 1);
          double wx = sourceX - x0;
          for (int c = 0; c < 3; c++) {
            double above =
                mix(
                    at(pixels, width, height, t, y0, x0, c),
                    at(pixels, width, height, t, y0, x1, c),
                    wx);
            double below =
                mix(
                    at(pixels, width, height, t, y1, x0, c),
                    at(pixels, width, height, t, y1, x1, c),
                    wx);
            double value = (mix(above, below, wy) / 255 - 0.45) / 0.225;
            pooled[((c * frames + t) * cells + y / CELL) * cells + x / CELL] +=
                (float) (value / (CELL * CELL));
          }
        }
      }
    }
    return pooled;
  }

  private static double mix(double a, double b, double weight) {
    return a + (b - a) * weight;
  }

  private static int at(ByteBuffer pixels, int width, int height, int t, int y, int x, int c) {
    return pixels.get(((t * height + y) * width + x) * 3 + c) & 0xff;
  }
}
