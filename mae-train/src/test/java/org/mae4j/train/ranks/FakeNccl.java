package org.mae4j.train.ranks;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.ArrayList;
import java.util.List;

/** NCCL as far as it can be seen without a GPU: notes its calls, and adds up with a second rank. */
final class FakeNccl implements Nccl {

  static final int SYSTEM_ERROR = 2;

  final List<String> calls = new ArrayList<>();

  /** What the other rank adds to each value. */
  double other;

  /** What a moving call returns. */
  int result;

  /** What is told of later. */
  volatile int asyncError;

  volatile boolean aborted;

  @Override
  public synchronized int ncclAllReduce(
      Pointer from, Pointer to, long count, int type, int operation, Pointer comm, Pointer stream) {
    calls.add("sum " + count + " of type " + type + " op " + operation + " on " + at(stream));
    for (long i = 0; i < count; i++) {
      if (type == FLOAT32) {
        to.setFloat(i * Float.BYTES, (float) (from.getFloat(i * Float.BYTES) + other));
      } else {
        to.setDouble(i * Double.BYTES, from.getDouble(i * Double.BYTES) + other);
      }
    }
    return result;
  }

  @Override
  public synchronized int ncclBroadcast(
      Pointer from, Pointer to, long count, int type, int root, Pointer comm, Pointer stream) {
    calls.add("send " + count + " of type " + type + " from " + root + " on " + at(stream));
    return result;
  }

  private static long at(Pointer stream) {
    return Pointer.nativeValue(stream);
  }

  @Override
  public int ncclGroupStart() {
    calls.add("group");
    return SUCCESS;
  }

  @Override
  public int ncclGroupEnd() {
    calls.add("end");
    return SUCCESS;
  }

  @Override
  public int ncclCommGetAsyncError(Pointer communicator, IntByReference error) {
    error.setValue(asyncError);
    return SUCCESS;
  }

  @Override
  public int ncclCommAbort(Pointer communicator) {
    aborted = true;
    return SUCCESS;
  }

  @Override
  public int ncclCommDestroy(Pointer communicator) {
    calls.add("destroy");
    return SUCCESS;
  }

  @Override
  public String ncclGetErrorString(int code) {
    return code == SYSTEM_ERROR ? "unhandled system error" : "error " + code;
  }

  @Override
  public int ncclGetUniqueId(UniqueId id) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int ncclCommInitRank(
      PointerByReference communicator, int size, UniqueId.Value id, int rank) {
    throw new UnsupportedOperationException();
  }
}
