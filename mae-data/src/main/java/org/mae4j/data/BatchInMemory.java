package org.mae4j.data;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;

/**
 * A batch in main memory that is filled clip by clip, by several threads at once, in any order. The
 * memory is written by whoever has a clip, without tensor operators: these have threads of their
 * own, and many threads that each call upon as many again get in each other's way.
 */
final class BatchInMemory {

  private final int clips;
  private final int frames;
  private final NDManager manager;
  // Made when the first clip is there, since its augmentation decides its size.
  private NDArray batch;

  /**
   * A batch without memory yet.
   *
   * @param clips N
   * @param frames T
   * @param manager of the batch, on the CPU
   */
  BatchInMemory(int clips, int frames, NDManager manager) {
    this.clips = clips;
    this.frames = frames;
    this.manager = manager;
  }

  /**
   * Copies a clip to its place.
   *
   * @param index in [0, N)
   * @param clip (3, T, S, S), or (3, 1, S, S) for a still that is shown T times, float32
   */
  void put(int index, NDArray clip) {
    Shape shape = clip.getShape();
    boolean still = shape.get(1) == 1 && frames > 1;
    try (NDArray place = place(clip.getDataType(), shape).get(index)) {
      ByteBuffer target = place.toByteBuffer(true);
      ByteBuffer source = clip.toByteBuffer(true);
      int channels = still ? Math.toIntExact(shape.get(0)) : 1;
      int length = source.remaining() / channels;
      for (int channel = 0; channel < channels; channel++) {
        for (int frame = 0; frame < (still ? frames : 1); frame++) {
          target.put(source.slice(channel * length, length));
        }
      }
    }
  }

  private synchronized NDArray place(DataType type, Shape clip) {
    Shape wanted = new Shape(clips, clip.get(0), frames, clip.get(2), clip.get(3));
    if (batch == null) {
      batch = manager.create(wanted, type);
    }
    checkArgument(
        batch.getShape().equals(wanted) && batch.getDataType() == type,
        "all clips of a batch must be augmented to one shape, but they were to %s and %s",
        batch.getShape(),
        wanted);
    return batch;
  }

  /** (N, 3, T, S, S), once every clip is in its place; it belongs to the manager. */
  NDArray batch() {
    return batch;
  }
}
