package org.mae4j.data.corruption;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.mae4j.data.augment.Frames;

/** Pictures as float32 in [0, 1], and linear filters over them. */
final class Pixels {

  /** ITU-R BT.601. */
  private static final float[] LUMA = {0.299f, 0.587f, 0.114f};

  private static final float WHITE = 255;

  private Pixels() {}

  /**
   * Changes frames as float32 in [0, 1]; what leaves that range is cut off.
   *
   * @param change of (T, h, w, 3) to (T, h, w, 3), or to (T, h, w) for grey pictures
   */
  static NDArray change(NDArray frames, UnaryOperator<NDArray> change) {
    Frames.check(frames);
    try (NDManager scope = frames.getManager().newSubManager()) {
      NDArray pixels = frames.toType(DataType.FLOAT32, true);
      pixels.attach(scope);
      NDArray changed = change.apply(pixels.div(WHITE));
      if (changed.getShape().dimension() == 3) {
        changed = NDArrays.stack(new NDList(changed, changed, changed), -1);
      }
      NDArray levels = changed.clip(0, 1).mul(WHITE).round().toType(DataType.UINT8, false);
      levels.attach(frames.getManager());
      return levels;
    }
  }

  /** (T, h, w, 3) to (T, h, w), brightness in [0, 1]. */
  static NDArray luminance(NDArray pixels) {
    return pixels.mul(pixels.getManager().create(LUMA, new Shape(3))).sum(new int[] {3});
  }

  /** Blurs (T, h, w) by a Gaussian; beyond the border there is nothing, and nothing is missing. */
  static NDArray blur(NDArray grey, double deviation) {
    NDManager manager = grey.getManager();
    NDArray down = gaussian(manager, height(grey), deviation);
    NDArray across = gaussian(manager, width(grey), deviation);
    return across(down(grey, down), across);
  }

  /** (T, h, w): each column multiplied by an (h, h) matrix. */
  static NDArray down(NDArray grey, NDArray matrix) {
    return matrix.expandDims(0).repeat(0, grey.getShape().get(0)).matMul(grey);
  }

  /** (T, h, w): each row multiplied by a (w, w) matrix. */
  static NDArray across(NDArray grey, NDArray matrix) {
    return grey.matMul(matrix.transpose().expandDims(0).repeat(0, grey.getShape().get(0)));
  }

  /** (n, n), whose rows sum to 1. */
  private static NDArray gaussian(NDManager manager, int n, double deviation) {
    float[] matrix = new float[n * n];
    for (int i = 0; i < n; i++) {
      double sum = 0;
      for (int j = 0; j < n; j++) {
        sum += Math.exp(-(i - j) * (i - j) / (2 * deviation * deviation));
      }
      for (int j = 0; j < n; j++) {
        matrix[i * n + j] =
            (float) (Math.exp(-(i - j) * (i - j) / (2 * deviation * deviation)) / sum);
      }
    }
    return manager.create(matrix, new Shape(n, n));
  }

  static int height(NDArray pixels) {
    return Math.toIntExact(pixels.getShape().get(1));
  }

  static int width(NDArray pixels) {
    return Math.toIntExact(pixels.getShape().get(2));
  }
}
