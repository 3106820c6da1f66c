package org.mae4j.data;

import java.nio.ByteBuffer;
import java.util.List;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipShape;
import org.mae4j.api.frames.FrameReceiver.Frame;
import org.mae4j.api.frames.FrameReceiver.Rectangle;
import org.mae4j.data.internal.ClipPlan;
import org.mae4j.data.internal.FramePart;
import org.mae4j.data.internal.PixelBuffers;

/** Keeps what all of the clips need of each frame, as it was decoded. */
final class KeptParts implements ClipMaking {

  private final Group group;
  private final List<ClipPlan> plans;
  private final Rectangle part;
  private final PixelBuffers buffers;
  private final int frameBytes;
  // Null once a clip has it.
  private ByteBuffer pixels;
  private int size;

  /**
   * Takes the memory over.
   *
   * @param part what all plans need
   * @param pixels of {@code buffers}, as many bytes as that part of all frames
   */
  KeptParts(
      Group group, List<ClipPlan> plans, Rectangle part, ByteBuffer pixels, PixelBuffers buffers) {
    this.group = group;
    this.plans = plans;
    this.part = part;
    this.pixels = pixels;
    this.buffers = buffers;
    this.frameBytes = (int) FramePart.bytes(part);
  }

  @Override
  public void add(Frame frame) {
    frame.write(part, pixels, size * frameBytes);
    size++;
  }

  @Override
  public void addAgain() {
    pixels.put(size * frameBytes, pixels, (size - 1) * frameBytes, frameBytes);
    size++;
  }

  @Override
  public List<ReadClip> end(double[] timestamps, List<String> remarks) {
    ByteBuffer taken = pixels;
    pixels = null;
    Runnable release = () -> buffers.giveBack(taken);
    ClipShape shape = new ClipShape(group.shape().frames(), part.height(), part.width());
    Clip clip =
        group.still()
            ? Clip.still(group.info(), shape, taken, release)
            : new Clip(group.info(), shape, taken, timestamps, remarks, release);
    return plans.stream()
        .map(plan -> new ReadClip.Part(clip, part, plan))
        .map(some -> new ReadClip(group.info(), shape.frames(), remarks, some))
        .toList();
  }

  @Override
  public void close() {
    if (pixels != null) {
      buffers.giveBack(pixels);
      pixels = null;
    }
  }
}
