package org.mae4j.data.augment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * What {@link RandAugment} draws from. Frames are (T, h, w, 3) levels in [0, 255], float32;
 * strength is in [-1, 1], where 0 changes nothing.
 */
enum PixelChange {
  /** Darker or brighter, by up to 90%. */
  BRIGHTNESS {
    @Override
    NDArray apply(NDArray frames, double strength) {
      return frames.mul(1 + RANGE * strength);
    }
  },

  /** Towards the clip's mean grey or away from it. */
  CONTRAST {
    @Override
    NDArray apply(NDArray frames, double strength) {
      NDArray grey = grey(frames).mean();
      return blend(grey, frames, 1 + RANGE * strength);
    }
  },

  /** Towards shades of grey or away from them. */
  COLOUR {
    @Override
    NDArray apply(NDArray frames, double strength) {
      return blend(grey(frames), frames, 1 + RANGE * strength);
    }
  },

  /** Keeps from 8 down to 4 bits of each level. */
  POSTERIZE {
    @Override
    NDArray apply(NDArray frames, double strength) {
      int step = 1 << (int) Math.round(4 * Math.abs(strength));
      return frames.div(step).floor().mul(step);
    }
  },

  /** Inverts levels above a threshold, from white down to black. */
  SOLARIZE {
    @Override
    NDArray apply(NDArray frames, double strength) {
      double threshold = (WHITE + 1) * (1 - Math.abs(strength));
      NDArray bright = frames.gte(threshold).toType(DataType.FLOAT32, true);
      // 255 - x where bright: x + bright (255 - 2 x).
      return frames.add(bright.mul(frames.mul(-2).add(WHITE)));
    }
  },

  /** Stretches levels to the whole range, as far as the strength says. */
  AUTO_CONTRAST {
    @Override
    NDArray apply(NDArray frames, double strength) {
      NDArray least = frames.min();
      double range = frames.max().getFloat() - least.getFloat();
      return range == 0
          ? frames
          : blend(frames, frames.sub(least).mul(WHITE / range), Math.abs(strength));
    }
  },

  /** Turns by up to 30 degrees. */
  ROTATE {
    @Override
    NDArray apply(NDArray frames, double strength) {
      double angle = Math.toRadians(30 * strength);
      double cosine = Math.cos(angle);
      double sine = Math.sin(angle);
      return moved(frames, (y, x) -> new double[] {cosine * y + sine * x, cosine * x - sine * y});
    }
  },

  /** Slants rows by up to 0.3. */
  SHEAR_X {
    @Override
    NDArray apply(NDArray frames, double strength) {
      return moved(frames, (y, x) -> new double[] {y, x + SHEAR * strength * y});
    }
  },

  /** Slants columns by up to 0.3. */
  SHEAR_Y {
    @Override
    NDArray apply(NDArray frames, double strength) {
      return moved(frames, (y, x) -> new double[] {y + SHEAR * strength * x, x});
    }
  },

  /** Shifts sideways by up to 45% of the width. */
  TRANSLATE_X {
    @Override
    NDArray apply(NDArray frames, double strength) {
      double shift = SHIFT * strength * Frames.width(frames);
      return moved(frames, (y, x) -> new double[] {y, x + shift});
    }
  },

  /** Shifts up or down by up to 45% of the height. */
  TRANSLATE_Y {
    @Override
    NDArray apply(NDArray frames, double strength) {
      double shift = SHIFT * strength * Frames.height(frames);
      return moved(frames, (y, x) -> new double[] {y + shift, x});
    }
  };

  static final double WHITE = 255;

  private static final double RANGE = 0.9;
  private static final double SHEAR = 0.3;
  private static final double SHIFT = 0.45;

  /** What shows where a moved picture leaves off. */
  private static final float FILL = 128;

  abstract NDArray apply(NDArray frames, double strength);

  private static NDArray blend(NDArray from, NDArray to, double share) {
    return to.mul(share).add(from.mul(1 - share));
  }

  /** (T, h, w, 1): the brightness that people see (ITU-R BT.601). */
  private static NDArray grey(NDArray frames) {
    NDManager manager = frames.getManager();
    return frames
        .mul(manager.create(new float[] {0.299f, 0.587f, 0.114f}))
        .sum(new int[] {3}, true);
  }

  /** Takes each pixel from the nearest one to where a map says, from the centre. */
  private static NDArray moved(NDArray frames, Map map) {
    int height = Frames.height(frames);
    int width = Frames.width(frames);
    long[] sources = new long[height * width];
    float[] inside = new float[height * width];
    double centreY = (height - 1) / 2.0;
    double centreX = (width - 1) / 2.0;
    for (int i = 0; i < sources.length; i++) {
      int row = i / width;
      double[] from = map.source(row - centreY, i - row * width - centreX);
      long y = Math.round(from[0] + centreY);
      long x = Math.round(from[1] + centreX);
      if (y >= 0 && y < height && x >= 0 && x < width) {
        sources[i] = y * width + x;
        inside[i] = 1;
      }
    }
    NDManager manager = frames.getManager();
    NDArray mask = manager.create(inside, new Shape(1, inside.length, 1));
    NDArray outside = mask.mul(-FILL).add(FILL);
    return frames
        .reshape(frames.getShape().get(0), sources.length, 3)
        .get(new NDIndex(":, {}", manager.create(sources)))
        .mul(mask)
        .add(outside)
        .reshape(frames.getShape());
  }

  private interface Map {
    /** The row and column, from the centre, that a pixel is taken from. */
    double[] source(double y, double x);
  }
}
