package org.mae4j.models.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.mae4j.api.Seeds;
import org.mae4j.api.internal.Checks;

/**
 * Arrays of numbers from Java, safe to use where gradients are recorded.
 *
 * <p>On the CPU, what {@link NDManager#create(java.nio.Buffer, Shape, DataType)} makes shares the
 * Java buffer's memory, and only the Java object keeps that alive; the scalar of {@code
 * mul(Number)} and {@code div(Number)} is such an array, closed at once. A gradient graph that
 * needs the values later would read freed memory.
 */
public final class TorchArrays {

  private TorchArrays() {}

  /**
   * An array with memory of its own.
   *
   * @param data direct, in native byte order, from position 0
   */
  public static NDArray copyOf(NDManager manager, ByteBuffer data, Shape shape, DataType type) {
    try (NDArray shared = manager.create(data, shape, type)) {
      return shared.duplicate();
    }
  }

  /**
   * An array that is filled where it lies.
   *
   * @param manager on the CPU
   * @param shape of one value at least
   * @param filler fills a direct buffer in native byte order, which is the array's memory
   */
  public static NDArray filled(
      NDManager manager, Shape shape, DataType type, Consumer<ByteBuffer> filler) {
    NDArray array = manager.create(shape, type);
    try {
      filler.accept(array.toByteBuffer(true));
      return array;
    } catch (RuntimeException e) {
      array.close();
      throw e;
    }
  }

  /**
   * A parameter to be trained, with fresh values: normal, with mean 0. They are a function of seed
   * and name, the same in each run and on every device, where DJL's initialisers draw from what the
   * engine has drawn before.
   *
   * @param manager owns it, on the device to compute on
   * @param deviation of the values, at least 0 and finite
   * @return float32, with gradients
   */
  public static NDArray parameter(
      NDManager manager, String name, Shape shape, double deviation, long seed) {
    Checks.notNegativeFinite(deviation, "deviation of " + name);
    RandomGenerator random = Seeds.generator(seed, name.hashCode());
    ByteBuffer data =
        ByteBuffer.allocateDirect(Math.multiplyExact(Math.toIntExact(shape.size()), Float.BYTES))
            .order(ByteOrder.nativeOrder());
    while (data.hasRemaining()) {
      data.putFloat((float) (random.nextGaussian() * deviation));
    }
    NDArray parameter = copyOf(manager, data.flip(), shape, DataType.FLOAT32);
    parameter.setRequiresGradient(true);
    return parameter;
  }

  /**
   * The product of an array and a number.
   *
   * @param x float32
   * @return it belongs to the manager of {@code x}
   */
  public static NDArray times(NDArray x, double factor) {
    ByteBuffer data = ByteBuffer.allocateDirect(Float.BYTES).order(ByteOrder.nativeOrder());
    data.putFloat(0, (float) factor);
    try (NDArray scalar = copyOf(x.getManager(), data, new Shape(), DataType.FLOAT32)) {
      return x.mul(scalar);
    }
  }

  /** Copies the values of arrays into others of the same shapes, without recording gradients. */
  public static void overwrite(List<NDArray> targets, List<NDArray> values) {
    try (ScriptModule copying =
        ScriptModule.compileResource(TorchArrays.class, "overwrite.torchscript", Map.of())) {
      copying.update("overwrite", List.of(targets, values));
    }
  }
}
