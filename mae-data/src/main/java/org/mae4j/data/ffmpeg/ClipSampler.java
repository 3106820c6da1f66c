package org.mae4j.data.ffmpeg;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipShape;
import org.mae4j.data.ffmpeg.internal.FrameSequence;
import org.mae4j.data.ffmpeg.internal.FrameTimes;
import org.mae4j.data.ffmpeg.internal.Picks;
import org.mae4j.data.ffmpeg.internal.StreamTiming;
import org.mae4j.data.internal.DirectMemory;
import org.mae4j.data.internal.Orientation;
import org.mae4j.data.internal.PixelBuffers;

/**
 * Cuts clips out of one video, converting no frame but those that a clip is made of.
 *
 * <p>Which frames these are depends on which fall in the window, and that is known only when all
 * are decoded. It can mostly be foreseen, though. On that guess frames are converted while they are
 * decoded; if it proves wrong, a second pass converts the right ones.
 */
final class ClipSampler {

  private static final long MOST_BYTES = Math.min(Integer.MAX_VALUE, DirectMemory.mostBytes());

  /** How often a clip is placed at most, where the video ends earlier than its file says. */
  static final int MOST_PLACEMENTS = 3;

  private static final String BY_TIME = "variable frame rate, so frames are picked by time";

  private final FrameSequence video;
  private final ClipInfo info;
  private final FrameSelection rule;
  private final PixelBuffers buffers;
  private final Orientation orientation;
  // What the file says, but for what was found not to be so.
  private StreamTiming timing;
  // Memory for the clips that are yet to be read.
  private final Deque<ByteBuffer> spare = new ArrayDeque<>();
  private int clipsToCome = 1;
  // Times of all the frames of the video, once they are known.
  private FrameTimes all;

  ClipSampler(FrameSequence video, ClipInfo info, FrameSelection rule, PixelBuffers buffers) {
    this.video = video;
    this.info = info;
    this.rule = rule;
    this.buffers = buffers;
    this.timing = video.timing();
    this.orientation = video.orientation();
  }

  List<Clip> sample(ClipRequest request) {
    if (request.sharedWindow()) {
      return Collections.nCopies(request.clips(), sampleOne(request));
    }
    List<Clip> clips = new ArrayList<>();
    clipsToCome = request.clips();
    try {
      for (; clipsToCome > 0; clipsToCome--) {
        clips.add(sampleOne(request));
      }
      return clips;
    } catch (RuntimeException | Error e) {
      clips.forEach(Clip::close);
      throw e;
    } finally {
      spare.forEach(buffers::giveBack);
      spare.clear();
    }
  }

  private Clip sampleOne(ClipRequest request) {
    for (int i = 0; i < MOST_PLACEMENTS; i++) {
      Optional<FrameSelection.Window> window = rule.window(timing, request);
      if (window.isEmpty()) {
        break;
      }
      boolean mayMove = rule.mindsTheLength() && i + 1 < MOST_PLACEMENTS;
      StreamTiming believed = timing;
      Optional<Clip> clip = sampleWindow(window.get(), request, mayMove);
      if (clip.isPresent()) {
        return clip.get();
      }
      if (timing.equals(believed)) {
        break;
      }
    }
    return sampleWhole(request);
  }

  /**
   * Empty if no frame falls in the window, or if the video has turned out to be so short that the
   * window has to be placed anew.
   */
  private Optional<Clip> sampleWindow(
      FrameSelection.Window window, ClipRequest request, boolean mayMove) {
    Picks guess = rule.expect(timing, window, request.sampling());
    try (FrameBuffer buffer = new FrameBuffer(guess.count())) {
      FrameTimes decoded = decode(window, guess, buffer);
      if (mayMove && endsBefore(window)) {
        return Optional.empty();
      }
      if (decoded.size() == 0) {
        return Optional.empty();
      }
      int[] picks = rule.pick(decoded, window, timing, request);
      if (!Arrays.equals(guess.of(decoded), picks)) {
        decode(window, Picks.counted(picks), buffer);
      }
      return Optional.of(buffer.toClip(remarks(decoded, request)));
    }
  }

  /**
   * Whether the video, read to its end, ends before the window and earlier than it was thought to,
   * which is then known.
   */
  private boolean endsBefore(FrameSelection.Window window) {
    if (!video.isAtEnd()) {
      return false;
    }
    double frame = 1 / timing.rate().getAsDouble();
    long last = video.current().pts();
    double length = Math.max(timing.seconds(last - timing.startPts()), 0) + frame;
    boolean tooShort =
        timing.seconds(window.last() - last) > 1.5 * frame
            && length < timing.durationSeconds().getAsDouble() - 1.5 * frame;
    if (tooShort) {
      timing = timing.withDuration(length);
    }
    return tooShort;
  }

  private Clip sampleWhole(ClipRequest request) {
    FrameSelection.Window window = FrameSelection.Window.WHOLE;
    try (FrameBuffer buffer = new FrameBuffer(request.sampling().frames())) {
      Optional<Picks> guess = Optional.empty();
      if (all == null) {
        guess = Optional.of(rule.expect(timing, window, request.sampling()));
        all = decode(window, guess.get(), buffer);
      }
      if (all.size() == 0) {
        throw video.noFrames();
      }
      int[] picks = rule.pick(all, window, timing, request);
      if (guess.isEmpty() || !Arrays.equals(guess.get().of(all), picks)) {
        decode(window, Picks.counted(picks), buffer);
      }
      return buffer.toClip(remarks(all, request));
    }
  }

  private List<String> remarks(FrameTimes decoded, ClipRequest request) {
    return rule.isByTime(decoded, timing, request.sampling())
        ? Stream.concat(video.remarks().stream(), Stream.of(BY_TIME)).toList()
        : video.remarks();
  }

  /**
   * Decodes the frames of a window and converts those that are picked; the last frame stands in for
   * those beyond the end.
   *
   * @return the times of all the frames in the window
   */
  private FrameTimes decode(FrameSelection.Window window, Picks picks, FrameBuffer buffer) {
    buffer.clear();
    video.seek(window.first());
    FrameTimes times = new FrameTimes();
    boolean past = false;
    while (!past && video.next()) {
      long pts = video.current().pts();
      if (pts < window.first()) {
        times.setPreceded();
        continue;
      }
      past = pts > window.last();
      if (past && !window.oneMore()) {
        break;
      }
      times.add(pts);
      int frame = times.size() - 1;
      while ((frame > 0 || times.isPreceded())
          && buffer.size() < picks.count()
          && picks.isPassed(buffer.size(), frame, times)) {
        buffer.add(frame - 1, video.previous());
      }
    }
    if (times.size() > 0 && buffer.size() < picks.count()) {
      FrameSequence.Frame last = past && !window.oneMore() ? video.previous() : video.current();
      while (buffer.size() < picks.count()) {
        buffer.add(times.size() - 1, last);
      }
    }
    return times;
  }

  /**
   * The frames of a clip in the making, in a buffer that the clip takes over if it comes to one.
   */
  private final class FrameBuffer implements AutoCloseable {

    private final long[] pts;
    private int size;
    private int lastFrame;
    private int width;
    private int height;
    private int frameBytes;
    private ByteBuffer pixels;

    FrameBuffer(int frames) {
      pts = new long[frames];
    }

    int size() {
      return size;
    }

    void clear() {
      size = 0;
    }

    /**
     * Adds a frame.
     *
     * @param number of the frame in its window, by which it is known again
     */
    void add(int number, FrameSequence.Frame frame) {
      if (size == 0) {
        allocate(frame.width(), frame.height());
      }
      if (size > 0 && number == lastFrame) {
        pixels.put(size * frameBytes, pixels, (size - 1) * frameBytes, frameBytes);
      } else {
        frame.write(width, height, pixels, size * frameBytes);
      }
      lastFrame = number;
      pts[size++] = frame.pts();
    }

    private void allocate(int frameWidth, int frameHeight) {
      long bytes = 3L * frameWidth * frameHeight * pts.length;
      if (bytes > MOST_BYTES) {
        throw video.failure(
            Stage.CONVERT,
            String.format(
                Locale.ROOT,
                "%d frames of %dx%d are %d MB, more than the %d MB of memory that a clip may have"
                    + " (Java's option -XX:MaxDirectMemorySize, and 2 GiB at most)",
                pts.length,
                frameWidth,
                frameHeight,
                bytes >> 20,
                MOST_BYTES >> 20));
      }
      width = frameWidth;
      height = frameHeight;
      if (pixels != null && pixels.limit() != bytes) {
        close();
      }
      if (pixels == null) {
        pixels = take((int) bytes);
      }
      frameBytes = 3 * width * height;
    }

    /** With the first buffer come those of the clips that follow. */
    private ByteBuffer take(int bytes) {
      if (!spare.isEmpty() && spare.peek().limit() == bytes) {
        return spare.pop();
      }
      spare.forEach(buffers::giveBack);
      spare.clear();
      try {
        spare.addAll(buffers.take(bytes, clipsToCome));
        return spare.pop();
      } catch (OutOfMemoryError e) {
        throw video.failure(
            Stage.CONVERT,
            pts.length + " frames of " + width + "x" + height + ": " + e.getMessage());
      }
    }

    Clip toClip(List<String> remarks) {
      ClipShape shape =
          new ClipShape(
              pts.length,
              orientation.shownHeight(width, height),
              orientation.shownWidth(width, height));
      double[] timestamps = Arrays.stream(pts).mapToDouble(timing::seconds).toArray();
      ByteBuffer taken = pixels;
      pixels = null;
      return new Clip(info, shape, taken, timestamps, remarks, () -> buffers.giveBack(taken));
    }

    @Override
    public void close() {
      if (pixels != null) {
        buffers.giveBack(pixels);
        pixels = null;
      }
    }
  }
}
