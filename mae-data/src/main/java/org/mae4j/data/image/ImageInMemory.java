package org.mae4j.data.image;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipShape;
import org.mae4j.data.internal.FrameMemory;
import org.mae4j.data.internal.MediaInMemory;
import org.mae4j.data.internal.MemoryBudget;
import org.mae4j.data.internal.PixelBuffers;

/** An image, which is a still clip of any length. */
final class ImageInMemory implements MediaInMemory {

  private final int height;
  private final int width;
  private final FrameMemory frame;
  private final PixelBuffers buffers;

  private ImageInMemory(int height, int width, FrameMemory frame, PixelBuffers buffers) {
    this.height = height;
    this.width = width;
    this.frame = frame;
    this.buffers = buffers;
  }

  /** Empty if the budget has no room for it. */
  static Optional<MediaInMemory> copy(Clip still, PixelBuffers buffers, MemoryBudget budget) {
    ByteBuffer pixels = still.frame(0);
    FrameMemory frame = new FrameMemory(pixels.remaining(), 1, budget);
    if (!frame.grow()) {
      return Optional.empty();
    }
    frame.frame(0).put(pixels);
    ClipShape shape = still.shape();
    return Optional.of(new ImageInMemory(shape.height(), shape.width(), frame, buffers));
  }

  @Override
  public List<Clip> clips(ClipInfo info, ClipRequest request) {
    ClipShape shape = new ClipShape(request.sampling().frames(), height, width);
    ByteBuffer stored = frame.frame(0);
    ByteBuffer pixels = buffers.take(stored.remaining());
    pixels.put(0, stored, 0, stored.remaining());
    Clip clip = Clip.still(info, shape, pixels, () -> buffers.giveBack(pixels));
    return Collections.nCopies(request.clips(), clip);
  }

  @Override
  public void close() {
    frame.close();
  }
}
