package org.mae4j.data.internal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipShape;
import org.mae4j.api.frames.FrameReceiver;

/** Puts the frames it is shown into clips at full size. */
public final class WholeClips implements FrameReceiver, AutoCloseable {

  private final int wanted;
  private final PixelBuffers buffers;
  private final List<Clip> clips = new ArrayList<>();
  // Memory for the clips that are yet to come.
  private final Deque<ByteBuffer> spare = new ArrayDeque<>();
  // Of the clip in the making; the buffer is null where there is none.
  private ByteBuffer pixels;
  private int count;
  private ClipInfo info;
  private ClipShape shape;
  private boolean still;
  private Rectangle whole;
  private int frameBytes;
  private int size;

  /**
   * No clip yet.
   *
   * @param wanted how many clips there will be
   * @param buffers where their memory is from
   */
  public WholeClips(int wanted, PixelBuffers buffers) {
    this.wanted = wanted;
    this.buffers = buffers;
  }

  /**
   * Clips of what a reader shows.
   *
   * @param reading shows what the request asks for
   * @return to be closed by the caller
   */
  public static List<Clip> of(
      ClipRequest request, PixelBuffers buffers, Consumer<FrameReceiver> reading) {
    try (WholeClips clips = new WholeClips(request.clips(), buffers)) {
      reading.accept(clips);
      return clips.take();
    }
  }

  @Override
  public void begin(
      int first, int newCount, ClipInfo newInfo, ClipShape newShape, boolean isStill) {
    List<Clip> others = clips.subList(first, clips.size());
    others.forEach(Clip::close);
    others.clear();
    count = newCount;
    info = newInfo;
    shape = newShape;
    still = isStill;
    whole = Rectangle.whole(shape.height(), shape.width());
    size = 0;
    int frames = still ? 1 : shape.frames();
    long bytes = frames * FramePart.bytes(whole);
    if (pixels == null || pixels.limit() != bytes) {
      dropBuffer();
      int toCome = count == 1 ? wanted - first : 1;
      pixels = memory(bytes, toCome, frames);
    }
    frameBytes = (int) FramePart.bytes(whole);
  }

  /** With the first buffer come those of the clips that follow. */
  private ByteBuffer memory(long bytes, int toCome, int frames) {
    if (spare.isEmpty() || spare.peek().limit() != bytes) {
      dropSpare();
      String what = frames + " frames of " + shape.width() + "x" + shape.height();
      buffers
          .refusal(bytes, toCome)
          .ifPresent(
              why -> {
                throw new ClipReadException(info.id(), Stage.CONVERT, what + " are " + why);
              });
      spare.addAll(buffers.take((int) bytes, toCome));
    }
    return spare.pop();
  }

  @Override
  public void add(Frame frame) {
    frame.write(whole, pixels, size * frameBytes);
    size++;
  }

  @Override
  public void addAgain() {
    pixels.put(size * frameBytes, pixels, (size - 1) * frameBytes, frameBytes);
    size++;
  }

  @Override
  public void end(double[] timestamps, List<String> remarks) {
    ByteBuffer taken = pixels;
    pixels = null;
    Runnable release = () -> buffers.giveBack(taken);
    Clip clip =
        still
            ? Clip.still(info, shape, taken, release)
            : new Clip(info, shape, taken, timestamps, remarks, release);
    clips.addAll(Collections.nCopies(count, clip));
  }

  /** The clips so far, to be closed by the caller. */
  public List<Clip> take() {
    List<Clip> taken = List.copyOf(clips);
    clips.clear();
    return taken;
  }

  private void dropBuffer() {
    if (pixels != null) {
      buffers.giveBack(pixels);
      pixels = null;
    }
  }

  private void dropSpare() {
    spare.forEach(buffers::giveBack);
    spare.clear();
  }

  @Override
  public void close() {
    dropBuffer();
    dropSpare();
    clips.forEach(Clip::close);
    clips.clear();
  }
}
