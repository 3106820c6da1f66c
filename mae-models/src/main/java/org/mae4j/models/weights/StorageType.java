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

  /** How many bytes a value takes whose type is not read. */
  private static final Map<String, Integer> UNREAD =
      Map.of(
          "ShortStorage", 2,
          "ComplexFloatStorage", 8,
          "ComplexDoubleStorage", 16,
          "QInt8Storage", 1,
          "QUInt8Storage", 1,
          "QUInt4x2Storage", 1,
          "QUInt2x4Storage", 1,
          "QInt32Storage", 4,
          "UntypedStorage", 1);

  private StorageType() {}

  /** The type of the values; null if they are not read. */
  static DataType of(String name) {
    return TYPES.get(name);
  }

  /** How many bytes a value takes; 0 if there is no such storage. */
  static int width(String name) {
    DataType type = TYPES.get(name);
    return type == null ? UNREAD.getOrDefault(name, 0) : type.getNumOfBytes();
  }
}
