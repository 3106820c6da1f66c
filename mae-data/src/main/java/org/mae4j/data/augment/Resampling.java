package org.mae4j.data.augment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * Bilinear resizing without antialiasing, corners not aligned: a rectangle of a video is resized to
 * {@code height} x {@code width}, of which the square from ({@code squareTop}, {@code squareLeft})
 * of side {@code size} is kept. What of it lies outside is black.
 *
 * <p>DJL's interpolation always antialiases, which is the same only when nothing shrinks. Otherwise
 * just the four neighbours of each pixel that is kept are gathered, so that a small square of a
 * large video costs what a small square costs.
 */
record Resampling(
    ResizedCrop source, int height, int width, int squareTop, int squareLeft, int size) {

  private static final int BILINEAR = 1;

  /**
   * Resizes and normalises, and mirrors if asked: in one pass where pixels are in main memory, by
   * tensor operators on a device.
   *
   * @param frames (T, h, w, 3), uint8
   * @return (3, T, S, S), float32; it belongs to the manager of {@code frames}
   */
  NDArray apply(NDArray frames, Normalization normalization, boolean flip) {
    if (!frames.getDevice().isGpu()) {
      return new BilinearLoop(rows(), columns(), size, normalization, flip).apply(frames);
    }
    try (NDArray levels = apply(frames)) {
      return normalization.apply(levels, flip);
    }
  }

  /**
   * Resizes by tensor operators.
   *
   * @param frames (T, h, w, 3), uint8
   * @return (3, T, S, S), float32 levels in [0, 255]; it belongs to the manager of {@code frames}
   */
  NDArray apply(NDArray frames) {
    boolean shrinks = height < source.height() || width < source.width();
    NDManager manager = frames.getManager();
    try (NDManager scratch = manager.newSubManager(frames.getDevice())) {
      NDArray levels = shrinks || isPadded() ? gather(frames, scratch) : enlarge(frames, scratch);
      levels.attach(manager);
      return levels;
    }
  }

  private boolean isPadded() {
    return squareTop < 0
        || squareLeft < 0
        || squareTop + size > height
        || squareLeft + size > width;
  }

  private NDArray enlarge(NDArray frames, NDManager scratch) {
    int bottom = source.top() + source.height();
    int right = source.left() + source.width();
    NDArray part =
        frames.get(
            scratch, new NDIndex(":, {}:{}, {}:{}", source.top(), bottom, source.left(), right));
    NDArray levels = part.transpose(3, 0, 1, 2).toType(DataType.FLOAT32, true);
    if (height != source.height() || width != source.width()) {
      levels =
          levels.getNDArrayInternal().interpolation(new long[] {height, width}, BILINEAR, false);
    }
    if (height == size && width == size) {
      return levels;
    }
    return levels.get(
        new NDIndex(
            ":, :, {}:{}, {}:{}", squareTop, squareTop + size, squareLeft, squareLeft + size));
  }

  private NDArray gather(NDArray frames, NDManager scratch) {
    Axis rows = rows();
    Axis columns = columns();
    NDArray rowIndices = scratch.create(rows.neighbours(), new Shape(2, 1, size, 1));
    NDArray columnIndices = scratch.create(columns.neighbours(), new Shape(1, 2, 1, size));
    // Multiplied there: a large copy would wait for all that the device has yet to do.
    NDArray weights =
        scratch
            .create(rows.weights(), new Shape(2, 1, size, 1, 1))
            .mul(scratch.create(columns.weights(), new Shape(1, 2, 1, size, 1)));
    // (T, 2 rows, 2 columns, S, S, 3)
    NDArray corners = frames.get(scratch, new NDIndex(":, {}, {}", rowIndices, columnIndices));
    return corners
        .toType(DataType.FLOAT32, true)
        .muli(weights)
        .sum(new int[] {1, 2})
        .transpose(3, 0, 1, 2);
  }

  private Axis rows() {
    return Axis.of(source.top(), source.height(), height, squareTop, size);
  }

  private Axis columns() {
    return Axis.of(source.left(), source.width(), width, squareLeft, size);
  }
}
