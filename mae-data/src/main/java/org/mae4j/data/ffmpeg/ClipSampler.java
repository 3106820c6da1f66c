package org.mae4j.data.ffmpeg;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipShape;
import org.mae4j.data.internal.Orientation;
import org.mae4j.data.internal.PixelBuffers;

/**
 * Cuts clips out of one video, converting no frame but those that a clip is made of.
 *
 * <p>Which frames these are depends on how many fall in the window, and that is known only when all
 * are decoded. It seldom matters, though: a window holds about as many as a clip spans, so that its
 * first frame is the clip's first. On that guess frames are converted while they are counted; if
 * the count refutes it, a second pass converts the right ones.
 */
final class ClipSampler {

  private final FrameSequence video;
  private final ClipInfo info;
  private final FrameSelection rule;
  private final PixelBuffers buffers;
  private final StreamTiming timing;
  private final Orientation orientation;
  // How many frames the whole video has, once that is known.
  private int frames = -1;

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
    try {
      for (int i = 0; i < request.clips(); i++) {
        clips.add(sampleOne(request));
      }
      return clips;
    } catch (RuntimeException | Error e) {
      clips.forEach(Clip::close);
      throw e;
    }
  }

  private Clip sampleOne(ClipRequest request) {
    Optional<FrameSelection.Window> window = rule.window(timing, request);
    if (window.isPresent()) {
      Optional<Clip> clip = sampleWindow(window.get(), request);
      if (clip.isPresent()) {
        return clip.get();
      }
    }
    return sampleWhole(request);
  }

  /** Empty if no frame falls in the window. */
  private Optional<Clip> sampleWindow(FrameSelection.Window window, ClipRequest request) {
    int[] guess = rule.expect(timing, request.sampling());
    try (FrameBuffer buffer = new FrameBuffer(guess.length)) {
      int count = decode(window, guess, buffer);
      if (count == 0) {
        return Optional.empty();
      }
      int[] picks = rule.pick(count, false, timing, request);
      if (!Arrays.equals(clamp(guess, count), picks)) {
        decode(window, picks, buffer);
      }
      return Optional.of(buffer.toClip());
    }
  }

  private Clip sampleWhole(ClipRequest request) {
    try (FrameBuffer buffer = new FrameBuffer(request.sampling().frames())) {
      int[] guess = null;
      if (frames < 0) {
        guess = rule.expect(timing, request.sampling());
        frames = decode(FrameSelection.Window.WHOLE, guess, buffer);
      }
      if (frames == 0) {
        throw video.noFrames();
      }
      int[] picks = rule.pick(frames, true, timing, request);
      if (guess == null || !Arrays.equals(clamp(guess, frames), picks)) {
        decode(FrameSelection.Window.WHOLE, picks, buffer);
      }
      return buffer.toClip();
    }
  }

  private static int[] clamp(int[] indices, int count) {
    return Arrays.stream(indices).map(index -> Math.min(index, count - 1)).toArray();
  }

  /**
   * Decodes the frames of a window and converts those at {@code picks}.
   *
   * @param picks ascending indices of frames in the window; the last frame stands in for those
   *     beyond the end
   * @return how many frames the window has
   */
  private int decode(FrameSelection.Window window, int[] picks, FrameBuffer buffer) {
    buffer.clear();
    video.seek(window.first());
    int count = 0;
    boolean past = false;
    while (!past && video.next()) {
      FrameSequence.Frame frame = video.current();
      if (frame.pts() < window.first()) {
        continue;
      }
      past = frame.pts() > window.last();
      if (past && !window.oneMore()) {
        break;
      }
      if (buffer.size() < picks.length && picks[buffer.size()] == count) {
        buffer.add(frame);
        while (buffer.size() < picks.length && picks[buffer.size()] == count) {
          buffer.repeatLast();
        }
      }
      count++;
    }
    if (count > 0 && buffer.size() < picks.length) {
      buffer.add(past && !window.oneMore() ? video.previous() : video.current());
      while (buffer.size() < picks.length) {
        buffer.repeatLast();
      }
    }
    return count;
  }

  /**
   * The frames of a clip in the making, in a buffer that the clip takes over if it comes to one.
   */
  private final class FrameBuffer implements AutoCloseable {

    private final long[] pts;
    private int size;
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

    void add(FrameSequence.Frame frame) {
      if (size == 0) {
        allocate(frame.width(), frame.height());
      }
      frame.write(width, height, pixels, size * frameBytes);
      pts[size++] = frame.pts();
    }

    void repeatLast() {
      pixels.put(size * frameBytes, pixels, (size - 1) * frameBytes, frameBytes);
      pts[size] = pts[size - 1];
      size++;
    }

    private void allocate(int frameWidth, int frameHeight) {
      long bytes = 3L * frameWidth * frameHeight * pts.length;
      if (bytes > Integer.MAX_VALUE) {
        throw video.failure(
            Stage.CONVERT,
            pts.length + " frames of " + frameWidth + "x" + frameHeight + " are more than 2 GiB");
      }
      width = frameWidth;
      height = frameHeight;
      if (pixels != null && pixels.limit() != bytes) {
        close();
      }
      if (pixels == null) {
        pixels = buffers.take((int) bytes);
      }
      frameBytes = 3 * width * height;
    }

    Clip toClip() {
      ClipShape shape =
          new ClipShape(
              pts.length,
              orientation.shownHeight(width, height),
              orientation.shownWidth(width, height));
      double[] timestamps = Arrays.stream(pts).mapToDouble(timing::seconds).toArray();
      ByteBuffer taken = pixels;
      pixels = null;
      return new Clip(info, shape, taken, timestamps, () -> buffers.giveBack(taken));
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
