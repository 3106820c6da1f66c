package org.mae4j.train.ranks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.mae4j.models.torch.ScriptModule;
import org.mae4j.models.torch.internal.TensorMemory;

/**
 * Shows native code many arrays as few pieces of memory: small ones are copied into a buffer and
 * back, since each call costs more than their copies do; large ones are shown where they lie.
 */
final class Packing implements AutoCloseable {

  /** Values of a buffer: 64 MiB. */
  private static final long BUFFER = 1L << 24;

  private final long direct;
  private final ScriptModule script =
      ScriptModule.compileResource(Packing.class, "packing.torchscript", Map.of());

  /**
   * A packing.
   *
   * @param direct how many values an array has at least that is shown where it lies
   */
  Packing(long direct) {
    this.direct = direct;
  }

  /** Shows all values of float32 arrays, in an order that follows from their shapes alone. */
  void forEach(List<NDArray> arrays, Consumer<TensorMemory> use) {
    List<NDArray> small = new ArrayList<>();
    long values = 0;
    for (NDArray array : arrays) {
      long size = array.getShape().size();
      if (size == 0) {
        continue;
      }
      if (size >= direct && TensorMemory.of(array).contiguous()) {
        use.accept(TensorMemory.of(array));
        continue;
      }
      if (values > 0 && values + size > BUFFER) {
        packed(small, values, use);
        small.clear();
        values = 0;
      }
      small.add(array);
      values += size;
    }
    if (!small.isEmpty()) {
      packed(small, values, use);
    }
  }

  private void packed(List<NDArray> arrays, long values, Consumer<TensorMemory> use) {
    try (NDManager scope = arrays.get(0).getManager().newSubManager()) {
      List<NDArray> buffer = List.of(scope.create(new Shape(values), DataType.FLOAT32));
      script.update("pack", List.of(arrays, buffer));
      use.accept(TensorMemory.of(buffer.get(0)));
      script.update("unpack", List.of(arrays, buffer));
    }
  }

  @Override
  public void close() {
    script.close();
  }
}
