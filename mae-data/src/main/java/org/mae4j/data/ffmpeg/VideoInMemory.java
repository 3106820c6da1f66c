package org.mae4j.data.ffmpeg;

import com.google.common.math.LongMath;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.frames.FrameReceiver;
import org.mae4j.api.frames.FrameReceiver.Rectangle;
import org.mae4j.data.ffmpeg.internal.FrameSequence;
import org.mae4j.data.ffmpeg.internal.FrameTimes;
import org.mae4j.data.ffmpeg.internal.StreamTiming;
import org.mae4j.data.internal.FrameMemory;
import org.mae4j.data.internal.MediaInMemory;
import org.mae4j.data.internal.MemoryBudget;
import org.mae4j.data.internal.Orientation;

/** All frames of a video, from which clips are cut as they are from a file. */
final class VideoInMemory implements MediaInMemory {

  private final StreamTiming timing;
  private final Orientation orientation;
  private final int width;
  private final int height;
  private final long[] pts;
  private final FrameMemory frames;
  private final List<String> remarks;
  private final FrameSelection rule;

  private VideoInMemory(
      StreamFrames video,
      int width,
      int height,
      long[] pts,
      FrameMemory frames,
      FrameSelection rule) {
    this.timing = video.timing();
    this.orientation = video.orientation();
    this.remarks = video.remarks();
    this.width = width;
    this.height = height;
    this.pts = pts;
    this.frames = frames;
    this.rule = rule;
  }

  /**
   * Decodes a video from where it is, its beginning.
   *
   * <p>What is decoded in one go from the start may differ from what is decoded after a jump into
   * the middle where a file is damaged, where times do not ascend, and where the size of the
   * picture changes.
   *
   * @return empty if clips out of memory might differ so, or the frames do not fit in the budget,
   *     or there are none
   */
  static Optional<MediaInMemory> decode(
      StreamFrames video, FrameSelection rule, MemoryBudget budget) {
    if (!video.next()) {
      return Optional.empty();
    }
    int width = video.current().width();
    int height = video.current().height();
    long frameBytes = 3L * width * height;
    long expected = expectedFrames(video.timing());
    if (frameBytes > Integer.MAX_VALUE
        || !budget.has(LongMath.saturatedMultiply(expected, frameBytes))) {
      return Optional.empty();
    }
    FrameMemory frames = new FrameMemory((int) frameBytes, expected, budget);
    try {
      Optional<long[]> pts = fill(frames, video, width, height);
      if (pts.isEmpty()) {
        frames.close();
        return Optional.empty();
      }
      frames.trim();
      return Optional.of(new VideoInMemory(video, width, height, pts.get(), frames, rule));
    } catch (RuntimeException | Error e) {
      frames.close();
      throw e;
    }
  }

  /** Writes the current frame and all that follow it; returns their times. */
  private static Optional<long[]> fill(
      FrameMemory frames, StreamFrames video, int width, int height) {
    Orientation orientation = video.orientation();
    Rectangle shown =
        Rectangle.whole(
            orientation.shownHeight(width, height), orientation.shownWidth(width, height));
    long[] pts = new long[16];
    do {
      FrameSequence.Frame frame = video.current();
      int size = frames.size();
      boolean ascends = size == 0 || frame.pts() > pts[size - 1];
      if (video.areDamaged()
          || !ascends
          || frame.width() != width
          || frame.height() != height
          || !frames.grow()) {
        return Optional.empty();
      }
      frame.write(width, height, shown, frames.frame(size), 0);
      if (size == pts.length) {
        pts = Arrays.copyOf(pts, 2 * size);
      }
      pts[size] = frame.pts();
    } while (video.next());
    return video.areDamaged() ? Optional.empty() : Optional.of(Arrays.copyOf(pts, frames.size()));
  }

  /** As the header has it, else 1. */
  private static long expectedFrames(StreamTiming timing) {
    double reckoned =
        timing.durationSeconds().orElse(0) * timing.averageRate().orElse(timing.rate().orElse(0));
    return Math.max(1, timing.frameCount().orElse((long) Math.ceil(reckoned)));
  }

  @Override
  public void read(ClipInfo info, ClipRequest request, FrameReceiver receiver) {
    new ClipSampler(new Reading(info.id()), info, rule, receiver).sample(request);
  }

  @Override
  public void close() {
    frames.close();
  }

  /** One reader's place in the frames. */
  private final class Reading implements FrameSequence {

    private final String file;
    private int position = -1;
    private boolean ended;

    Reading(String file) {
      this.file = file;
    }

    @Override
    public StreamTiming timing() {
      return timing;
    }

    @Override
    public Optional<FrameTimes> listedTimes() {
      return Optional.of(FrameTimes.of(pts));
    }

    @Override
    public Orientation orientation() {
      return orientation;
    }

    @Override
    public void seek(long wanted) {
      int found = Arrays.binarySearch(pts, wanted);
      // So that the one before is seen too, as it is when a file is decoded.
      position = Math.max((found < 0 ? -found - 1 : found) - 2, -1);
      ended = false;
    }

    @Override
    public boolean next() {
      ended = position + 1 == pts.length;
      if (!ended) {
        position++;
      }
      return !ended;
    }

    @Override
    public boolean isAtEnd() {
      return ended;
    }

    @Override
    public Frame current() {
      return new Stored(position);
    }

    @Override
    public Frame previous() {
      return new Stored(position - 1);
    }

    @Override
    public List<String> remarks() {
      return remarks;
    }

    @Override
    public ClipReadException noFrames() {
      return failure(Stage.DECODE, "no frame could be decoded");
    }

    @Override
    public ClipReadException failure(Stage stage, String reason) {
      return new ClipReadException(file, stage, reason);
    }
  }

  private final class Stored implements FrameSequence.Frame {

    private final int index;

    Stored(int index) {
      this.index = index;
    }

    @Override
    public long pts() {
      return pts[index];
    }

    @Override
    public int width() {
      return width;
    }

    @Override
    public int height() {
      return height;
    }

    /** All frames have one size, so that there is nothing to scale. */
    @Override
    public void write(int newWidth, int newHeight, Rectangle part, ByteBuffer pixels, int offset) {
      FrameReceiver.shown(frames.frame(index), orientation.shownWidth(width, height))
          .write(part, pixels, offset);
    }

    @Override
    public Optional<ByteBuffer> pixels() {
      return Optional.of(frames.frame(index));
    }
  }
}
