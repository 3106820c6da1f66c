package org.mae4j.data.image;

import java.util.List;
import java.util.Optional;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipShape;
import org.mae4j.api.frames.FrameReceiver;
import org.mae4j.api.frames.FrameReceiver.Rectangle;
import org.mae4j.data.internal.FrameMemory;
import org.mae4j.data.internal.MediaInMemory;
import org.mae4j.data.internal.MemoryBudget;

/** An image, which is a still clip of any length. */
final class ImageInMemory implements MediaInMemory {

  private final int height;
  private final int width;
  private final FrameMemory frame;

  private ImageInMemory(int height, int width, FrameMemory frame) {
    this.height = height;
    this.width = width;
    this.frame = frame;
  }

  /** Copies an image as it is shown; empty if the budget has no room for it. */
  static Optional<MediaInMemory> copy(DecodedImage image, MemoryBudget budget) {
    FrameMemory frame = new FrameMemory(image.rgb().length, 1, budget);
    if (!frame.grow()) {
      return Optional.empty();
    }
    ClipShape shape = image.shape(1);
    image.frame().write(Rectangle.whole(shape.height(), shape.width()), frame.frame(0), 0);
    return Optional.of(new ImageInMemory(shape.height(), shape.width(), frame));
  }

  @Override
  public void read(ClipInfo info, ClipRequest request, FrameReceiver receiver) {
    ClipShape shape = new ClipShape(request.sampling().frames(), height, width);
    receiver.begin(0, request.clips(), info, shape, true);
    receiver.add(FrameReceiver.shown(frame.frame(0), width));
    receiver.end(new double[shape.frames()], List.of());
  }

  @Override
  public void close() {
    frame.close();
  }
}
