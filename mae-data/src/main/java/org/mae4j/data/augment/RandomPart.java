package org.mae4j.data.augment;

import org.mae4j.api.RandomCrop;
import org.mae4j.api.frames.FrameReceiver.Rectangle;

/**
 * A random part of the frame, resized to a square of S x S pixels; a smaller one is enlarged. The
 * area is uniform, the aspect ratio uniform on a logarithmic scale. If no rectangle fits in ten
 * attempts it is the largest centred one whose aspect ratio is allowed.
 */
record RandomPart(RandomCrop crop, int size) implements CropRule {

  /** How often a rectangle that does not fit is drawn again before the fallback. */
  private static final int ATTEMPTS = 10;

  @Override
  public CropBox box(int height, int width, CropDraws draws) {
    Rectangle part = part(height, width, draws);
    boolean flip = crop.flip() > 0 && draws.chance(crop.flip());
    return CropBox.resized(part, size, flip);
  }

  private Rectangle part(int height, int width, CropDraws draws) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double area = draws.between(crop.minArea(), crop.maxArea()) * (double) height * width;
      double aspect =
          Math.exp(draws.between(Math.log(crop.minAspect()), Math.log(crop.maxAspect())));
      int w = (int) Math.rint(Math.sqrt(area * aspect));
      int h = (int) Math.rint(Math.sqrt(area / aspect));
      if (w > 0 && w <= width && h > 0 && h <= height) {
        int top = draws.integer(0, height - h);
        int left = draws.integer(0, width - w);
        return new Rectangle(top, left, h, w);
      }
    }
    double aspect = (double) width / height;
    int w = aspect > crop.maxAspect() ? atLeastOne(height * crop.maxAspect()) : width;
    int h = aspect < crop.minAspect() ? atLeastOne(width / crop.minAspect()) : height;
    return new Rectangle((height - h) / 2, (width - w) / 2, h, w);
  }

  private static int atLeastOne(double pixels) {
    return Math.max(1, (int) Math.rint(pixels));
  }
}
