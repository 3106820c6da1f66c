package org.mae4j.models.torch.internal;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.Arrays;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * Where an array's values lie, for native code that is to read or write them in place. Asked of
 * libtorch itself, by the C interface that it exports for compiled models.
 *
 * @param address of the first value, valid for as long as the array is open; on a GPU, the device's
 * @param elements how many values there are
 * @param bytes how many those take
 * @param contiguous whether they lie in the order of the array's indices, without gaps
 */
public record TensorMemory(Pointer address, long elements, long bytes, boolean contiguous) {

  /**
   * The memory of an array.
   *
   * @throws IllegalStateException if libtorch cannot be asked, or answers what cannot be
   */
  public static TensorMemory of(NDArray array) {
    return Shim.VERIFIED.memory(array);
  }

  /**
   * The stream that torch queues the calling thread's work on.
   *
   * @param gpu its number
   * @throws IllegalStateException if libtorch cannot be asked
   */
  public static Pointer currentStream(int gpu) {
    PointerByReference stream = new PointerByReference();
    require(
        cuda().aoti_torch_get_current_cuda_stream(gpu, stream) == 0, "what the current stream is");
    return stream.getValue();
  }

  /**
   * Makes a call with a GPU as the calling thread's own.
   *
   * @param gpu its number
   * @throws IllegalStateException if libtorch cannot be asked for that
   */
  public static int onGpu(int gpu, IntSupplier call) {
    Cuda cuda = cuda();
    PointerByReference guard = new PointerByReference();
    require(cuda.aoti_torch_create_cuda_guard(gpu, guard) == 0, "which GPU is current");
    try {
      return call.getAsInt();
    } finally {
      cuda.aoti_torch_delete_cuda_guard(guard.getValue());
    }
  }

  private static Cuda cuda() {
    try {
      return CudaShim.LOADED;
    } catch (LinkageError e) {
      throw new IllegalStateException("PyTorch was loaded without CUDA", e);
    }
  }

  /** The name by which the loader knows a library of PyTorch that is loaded already. */
  public static String loaded(String name) {
    if (Platform.isWindows()) {
      return name;
    }
    return "lib" + name + (Platform.isMac() ? ".dylib" : ".so");
  }

  /** How to open a library that is loaded already: nothing is bound again, and no other found. */
  public static Map<String, Object> openAgain() {
    final int lazy = 1;
    final int onlyIfLoaded = Platform.isMac() ? 0x10 : 4;
    return Platform.isWindows() ? Map.of() : Map.of(Library.OPTION_OPEN_FLAGS, lazy | onlyIfLoaded);
  }

  private static void require(boolean sound, String what) {
    if (!sound) {
      throw new IllegalStateException(
          "libtorch does not say as expected "
              + what
              + ": is it of the version this was built for?");
    }
  }

  private interface Cuda extends Library {
    int aoti_torch_get_current_cuda_stream(int device, PointerByReference stream);

    int aoti_torch_create_cuda_guard(int device, PointerByReference guard);

    int aoti_torch_delete_cuda_guard(Pointer guard);
  }

  private static final class CudaShim {
    static final Cuda LOADED = Native.load(loaded("torch_cuda"), Cuda.class, openAgain());
  }

  private interface Cpu extends Library {
    int aoti_torch_get_data_ptr(Pointer tensor, PointerByReference address);

    int aoti_torch_get_dtype(Pointer tensor, IntByReference type);

    int aoti_torch_get_dim(Pointer tensor, LongByReference dimensions);

    int aoti_torch_get_sizes(Pointer tensor, PointerByReference sizes);

    int aoti_torch_get_strides(Pointer tensor, PointerByReference strides);

    int aoti_torch_dtype_float32();

    int aoti_torch_dtype_float64();
  }

  /** Looked at once: a misunderstanding here writes over foreign memory. */
  private static final class Shim {

    static final Shim VERIFIED = verified();

    private final Cpu torch;

    private Shim(Cpu torch) {
      this.torch = torch;
    }

    private static Shim verified() {
      Shim shim;
      try {
        shim = new Shim(Native.load(loaded("torch_cpu"), Cpu.class, openAgain()));
        NativeLibrary.getInstance(loaded("torch_cpu"), openAgain())
            .getFunction("aoti_torch_get_data_ptr");
      } catch (UnsatisfiedLinkError e) {
        throw new IllegalStateException(
            "addresses of tensors cannot be asked of libtorch: " + e.getMessage(), e);
      }
      try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager()) {
        float[] values = {1, 2, 3, 4, 5, 6};
        try (NDManager cpu = manager.newSubManager(Device.cpu())) {
          NDArray array = cpu.create(values, new Shape(2, 3)).duplicate();
          TensorMemory memory = shim.memory(array);
          require(
              memory.contiguous
                  && Arrays.equals(memory.address.getFloatArray(0, values.length), values),
              "where values lie");
          require(!shim.memory(array.transpose()).contiguous, "how values lie");
        }
      }
      return shim;
    }

    TensorMemory memory(NDArray array) {
      Pointer tensor = new Pointer(((PtNDArray) array).getHandle());
      LongByReference dimensions = new LongByReference();
      PointerByReference sizes = new PointerByReference();
      PointerByReference strides = new PointerByReference();
      PointerByReference address = new PointerByReference();
      require(
          torch.aoti_torch_get_dim(tensor, dimensions) == 0
              && torch.aoti_torch_get_sizes(tensor, sizes) == 0
              && torch.aoti_torch_get_strides(tensor, strides) == 0
              && torch.aoti_torch_get_data_ptr(tensor, address) == 0,
          "what an array is");
      long[] shape = array.getShape().getShape();
      require(dimensions.getValue() == shape.length, "how many dimensions an array has");
      require(
          shape.length == 0 || Arrays.equals(sizes.getValue().getLongArray(0, shape.length), shape),
          "the shape of an array");
      requireType(tensor, array.getDataType());
      long elements = array.getShape().size();
      return new TensorMemory(
          address.getValue(),
          elements,
          Math.multiplyExact(elements, (long) array.getDataType().getNumOfBytes()),
          isContiguous(shape, strides.getValue()));
    }

    private void requireType(Pointer tensor, DataType type) {
      IntByReference code = new IntByReference();
      require(torch.aoti_torch_get_dtype(tensor, code) == 0, "the type of an array");
      boolean same =
          switch (type) {
            case FLOAT32 -> code.getValue() == torch.aoti_torch_dtype_float32();
            case FLOAT64 -> code.getValue() == torch.aoti_torch_dtype_float64();
            default -> true;
          };
      require(same, "the type of an array");
    }

    private static boolean isContiguous(long[] shape, Pointer strides) {
      long expected = 1;
      for (int i = shape.length - 1; i >= 0; i--) {
        if (shape[i] != 1 && strides.getLong((long) i * Long.BYTES) != expected) {
          return false;
        }
        expected *= shape[i];
      }
      return true;
    }
  }
}
