package org.mae4j.models.weights;

import ai.djl.ndarray.types.DataType;
import java.util.Map;

/** The classes of PyTorch's storages, by the names that checkpoints give them. */
final class StorageType {

  private static final Map<String, DataType> TYPES =
      Map.of(
          "FloatStorage", DataType.FLOAT32,
          "DoubleStorage", DataType.FLOAT64,
          "HalfStorage", DataType.FLOAT16,
          "BFloat16Storage", DataType.BFLOAT16,
          "LongStorage", DataType.INT64,
          "IntStorage", DataType.INT32,
          "CharStorage", DataType.INT8,
          "ByteStorage", DataType.UINT8,
          "BoolStorage", DataType.BOOLEAN);

  private StorageType() {}

  /** The type of the values; null if there is no such storage. */
  static DataType of(String name) {
    return TYPES.get(name);
  }
}
