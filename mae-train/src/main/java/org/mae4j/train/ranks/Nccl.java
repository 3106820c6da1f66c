package org.mae4j.train.ranks;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.mae4j.models.torch.internal.TensorMemory;

/**
 * What of NCCL's C interface is used; 0 means that a call went well. Calls that move data only
 * queue it on a stream.
 *
 * @see <a href="https://docs.nvidia.com/deeplearning/nccl/user-guide/docs/api.html">its
 *     documentation</a>
 */
interface Nccl extends Library {

  int SUCCESS = 0;

  /** Not yet known, of a communicator that does not block. */
  int IN_PROGRESS = 7;

  /** Codes of types. */
  int UINT8 = 1;

  int FLOAT32 = 7;
  int FLOAT64 = 8;

  /** The code of the operation. */
  int SUM = 0;

  int ncclGetUniqueId(UniqueId id);

  int ncclCommInitRank(PointerByReference communicator, int size, UniqueId.Value id, int rank);

  int ncclAllReduce(
      Pointer from, Pointer to, long count, int type, int operation, Pointer comm, Pointer stream);

  int ncclBroadcast(
      Pointer from, Pointer to, long count, int type, int root, Pointer comm, Pointer stream);

  int ncclGroupStart();

  int ncclGroupEnd();

  int ncclCommGetAsyncError(Pointer communicator, IntByReference error);

  int ncclCommAbort(Pointer communicator);

  int ncclCommDestroy(Pointer communicator);

  String ncclGetErrorString(int result);

  /** By which ranks find each other. */
  @Structure.FieldOrder("internal")
  class UniqueId extends Structure {

    /** Opaque. */
    public byte[] internal = new byte[128];

    /** Passed as it is. */
    static final class Value extends UniqueId implements Structure.ByValue {}

    Value value() {
      Value value = new Value();
      System.arraycopy(internal, 0, value.internal, 0, internal.length);
      return value;
    }
  }

  /**
   * The NCCL that PyTorch was built with or has loaded.
   *
   * @throws IllegalStateException if there is none
   */
  static Nccl load() {
    Map<String, Object> options = TensorMemory.openAgain();
    List<String> failures = new ArrayList<>();
    for (String name : List.of(TensorMemory.loaded("torch_cuda"), "libnccl.so.2")) {
      try {
        NativeLibrary.getInstance(name, options).getFunction("ncclCommInitRank");
        return Native.load(name, Nccl.class, options);
      } catch (UnsatisfiedLinkError e) {
        failures.add(String.valueOf(e.getMessage()).lines().findFirst().orElse(name));
      }
    }
    throw new IllegalStateException(
        "ranks on GPUs need NCCL, which PyTorch's CUDA builds for Linux bring, but: "
            + String.join("; ", failures));
  }
}
