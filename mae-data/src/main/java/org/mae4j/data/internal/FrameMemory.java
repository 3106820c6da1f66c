package org.mae4j.data.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.mae4j.api.internal.Checks;

/**
 * Frames of one size outside the heap, within a budget. The memory is neither zeroed nor counted by
 * the JVM, and is free as soon as this is closed: direct buffers would be none of these.
 *
 * <p>Once filled, safe for reading by several threads at once.
 */
public final class FrameMemory implements AutoCloseable {

  private static final int BLOCK_BYTES = 16 << 20;

  private final int frameBytes;
  private final int framesPerBlock;
  private final MemoryBudget budget;
  private final List<Pointer> blocks = new ArrayList<>();
  private final List<ByteBuffer> views = new ArrayList<>();
  private int size;

  /**
   * Takes no memory yet.
   *
   * @param frameBytes of each frame, at least 1
   * @param expectedFrames at least 1; any number of frames may come
   */
  public FrameMemory(int frameBytes, long expectedFrames, MemoryBudget budget) {
    Checks.require(frameBytes >= 1, "a frame must have at least 1 byte, but had %s", frameBytes);
    Checks.require(
        expectedFrames >= 1, "expected frames must be at least 1, but were %s", expectedFrames);
    this.frameBytes = frameBytes;
    this.framesPerBlock = (int) Math.min(expectedFrames, Math.max(1, BLOCK_BYTES / frameBytes));
    this.budget = Objects.requireNonNull(budget, "budget");
  }

  /** How many frames there are. */
  public int size() {
    return size;
  }

  /** Adds a frame of arbitrary content, or returns false if the budget has no room for it. */
  public boolean grow() {
    if (size == blocks.size() * framesPerBlock && !addBlock()) {
      return false;
    }
    size++;
    return true;
  }

  private boolean addBlock() {
    long bytes = (long) framesPerBlock * frameBytes;
    if (!budget.take(bytes)) {
      return false;
    }
    Pointer block = Pointer.malloc(bytes);
    if (block == null || block.isNull()) {
      budget.giveBack(bytes);
      throw new OutOfMemoryError("no " + bytes + " bytes of native memory for frames");
    }
    blocks.add(block);
    views.add(view(block, bytes));
    return true;
  }

  private static ByteBuffer view(Pointer block, long bytes) {
    return new BytePointer(block).capacity(bytes).asByteBuffer();
  }

  /**
   * The bytes of one frame, to be used only until this is closed.
   *
   * @param index in [0, size)
   * @return a fresh view at position 0
   */
  public ByteBuffer frame(int index) {
    Objects.checkIndex(index, size);
    return views.get(index / framesPerBlock).slice(index % framesPerBlock * frameBytes, frameBytes);
  }

  /** Frees what lies behind the last frame. No frame can be added from then on. */
  public void trim() {
    int last = blocks.size() - 1;
    long spare = ((long) blocks.size() * framesPerBlock - size) * frameBytes;
    if (spare == 0) {
      return;
    }
    long bytes = (long) framesPerBlock * frameBytes - spare;
    Pointer shrunk = Pointer.realloc(blocks.get(last), bytes);
    if (shrunk != null && !shrunk.isNull()) {
      blocks.set(last, shrunk);
      views.set(last, view(shrunk, bytes));
      budget.giveBack(spare);
    }
  }

  @Override
  public void close() {
    for (int i = 0; i < blocks.size(); i++) {
      budget.giveBack(views.get(i).capacity());
      Pointer.free(blocks.get(i));
    }
    blocks.clear();
    views.clear();
    size = 0;
  }
}
