package org.mae4j.models.weights;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * One tensor of a weight file.
 *
 * @param type the type of its values in the file
 * @param shape its shape
 * @param bytes how many bytes its values take
 */
public record TensorInfo(DataType type, Shape shape, long bytes) {

  /**
   * Computes the size.
   *
   * @throws WeightFileException if a side is negative or the tensor is larger than 2 GiB, where
   *     sides of 0 count as 1: the engine computes strides so
   */
  static TensorInfo of(Path file, String name, DataType type, long... sides) {
    long most = type.getNumOfBytes();
    boolean empty = false;
    for (long side : sides) {
      long counted = Math.max(1, side);
      if (side < 0 || most > Integer.MAX_VALUE / counted) {
        throw new WeightFileException(
            file,
            String.format(
                "tensor %s of shape %s is larger than 2 GiB or negative",
                Pickle.shortened(name), Arrays.toString(sides)));
      }
      most *= counted;
      empty |= side == 0;
    }
    return new TensorInfo(type, new Shape(sides), empty ? 0 : most);
  }
}
