package org.mae4j.data.ffmpeg;

import java.util.Optional;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.ffmpeg.internal.FrameTimes;
import org.mae4j.data.ffmpeg.internal.Picks;
import org.mae4j.data.ffmpeg.internal.StreamTiming;

/**
 * How a clip's frames are chosen, in two steps as in the authors' code: a window of presentation
 * times is decoded, then frames are picked from those that fell in it.
 *
 * <p>Presentation times are counted from the stream's first one, which is 0 in nearly every file.
 */
public enum FrameSelection {

  /**
   * The rule of pretraining, finetuning and evaluation. Where frames come at the rate that the file
   * declares it is {@link #REFERENCE}, to the frame. Where they do not, as in what phones, screens
   * and calls are recorded to, frames are picked by their times: each clip spans the same time, its
   * frames evenly apart. A video that turns out to be shorter than its file says is taken to be as
   * long as it is.
   */
  TRAINING {
    @Override
    Optional<Window> window(StreamTiming timing, ClipRequest request) {
      return placed(timing, request, timing.timeBaseNumerator());
    }

    @Override
    Picks expect(StreamTiming timing, Window window, FrameSampling sampling) {
      return timing.variableRate().orElse(false) && !window.equals(Window.WHOLE)
          ? Picks.evenly(window.first(), window.last(), sampling.frames())
          : REFERENCE.expect(timing, window, sampling);
    }

    @Override
    int[] pick(FrameTimes decoded, Window window, StreamTiming timing, ClipRequest request) {
      FrameSampling sampling = request.sampling();
      if (!isByTime(decoded, timing, sampling)) {
        return REFERENCE.pick(decoded, window, timing, request);
      }
      Window played = window.equals(Window.WHOLE) ? windowOf(decoded, timing, request) : window;
      return Picks.evenly(played.first(), played.last(), sampling.frames()).of(decoded);
    }

    /** The window of a whole video without a declared length, placed by time. */
    private Window windowOf(FrameTimes decoded, StreamTiming timing, ClipRequest request) {
      double seconds = timing.seconds(decoded.last() - decoded.first() + decoded.interval());
      return window(timing.withDuration(seconds), request).orElseThrow();
    }

    @Override
    boolean isByTime(FrameTimes decoded, StreamTiming timing, FrameSampling sampling) {
      return timing.variableRate().orElse(false)
          || !decoded.keepTo(timing.rate().orElse(sampling.nominalRate()), timing);
    }

    @Override
    boolean mindsTheLength() {
      return true;
    }
  },

  /**
   * The rule of the authors' code, its peculiarities included: frames are counted by the declared
   * rate, and the declared length is believed.
   */
  REFERENCE {
    @Override
    Optional<Window> window(StreamTiming timing, ClipRequest request) {
      // The time base's numerator is left out, as in the reference. Where it is not 1, as in AVI at
      // NTSC rates, the window mostly lies beyond the end, and the whole video is used instead.
      return placed(timing, request, 1);
    }

    @Override
    Picks expect(StreamTiming timing, Window window, FrameSampling sampling) {
      return Picks.counted(indices(0, reach(timing, sampling), sampling.frames()));
    }

    @Override
    int[] pick(FrameTimes decoded, Window window, StreamTiming timing, ClipRequest request) {
      double start = start(decoded.size(), window.equals(Window.WHOLE), timing, request);
      double end = start + reach(timing, request.sampling());
      return Picks.counted(indices(start, end, request.sampling().frames())).of(decoded);
    }
  },

  /**
   * The rule of the authors' script that draws reconstructions: the window is as long as from the
   * first frame of a clip to the last, and picks are the stride apart whatever the rate, and a bit
   * more. A video whose header declares no duration or no number of frames is read from its start.
   */
  FIGURES {
    @Override
    Optional<Window> window(StreamTiming timing, ClipRequest request) {
      if (timing.averageRate().isEmpty()
          || timing.durationPts().isEmpty()
          || timing.frameCount().isEmpty()) {
        return Optional.empty();
      }
      FrameSampling sampling = request.sampling();
      long frames = timing.frameCount().getAsLong();
      double length =
          Math.max(
              1,
              Math.ceil(
                  sampling.stride()
                      * (sampling.frames() - 1)
                      / sampling.nominalRate()
                      * timing.averageRate().getAsDouble()));
      double start = request.placement().start(Math.max(frames - length, 0), request.random());
      double ptsPerFrame = (double) timing.durationPts().getAsLong() / frames;
      return Optional.of(
          new Window(
              timing.startPts() + (long) (start * ptsPerFrame),
              timing.startPts() + (long) ((start + length - 1) * ptsPerFrame),
              true));
    }

    @Override
    Picks expect(StreamTiming timing, Window window, FrameSampling sampling) {
      return Picks.counted(indices(0, sampling.stride() * sampling.frames(), sampling.frames()));
    }

    @Override
    int[] pick(FrameTimes decoded, Window window, StreamTiming timing, ClipRequest request) {
      return expect(timing, window, request.sampling()).of(decoded);
    }

    @Override
    boolean isForeseen() {
      return true;
    }
  };

  /** float32 values in a vector register of the machines the reference runs on (AVX2). */
  private static final int LANES = 8;

  /**
   * The presentation times to decode.
   *
   * @return empty if the header says too little, so that the whole video has to be decoded
   */
  abstract Optional<Window> window(StreamTiming timing, ClipRequest request);

  /** What {@link #pick} mostly comes to; known before anything is decoded. */
  abstract Picks expect(StreamTiming timing, Window window, FrameSampling sampling);

  /**
   * Picks a clip's frames from those that were decoded.
   *
   * @param decoded at least one
   * @param window that they fell in; {@link Window#WHOLE} of all there are
   * @return T indices in [0, frames decoded), ascending; the last frame stands in for those beyond
   *     the end
   */
  abstract int[] pick(FrameTimes decoded, Window window, StreamTiming timing, ClipRequest request);

  /** Whether frames are picked by their times, since counting them does not measure time. */
  boolean isByTime(FrameTimes decoded, StreamTiming timing, FrameSampling sampling) {
    return false;
  }

  /** Whether a window is placed anew where the video ends before its declared length. */
  boolean mindsTheLength() {
    return false;
  }

  /** Whether {@link #pick} always comes to what was expected, whatever else is decoded. */
  boolean isForeseen() {
    return false;
  }

  /** Where {@link #REFERENCE} has a clip begin, in frames of those decoded. */
  static double start(int frames, boolean whole, StreamTiming timing, ClipRequest request) {
    FrameSampling sampling = request.sampling();
    double rate = timing.rate().orElse(sampling.nominalRate());
    double room = Math.max(frames - sampling.windowFrames(rate), 0);
    WindowPlacement placement = whole ? request.placement() : WindowPlacement.centre();
    return placement.start(room, request.random());
  }

  /** From the first position of {@link #REFERENCE} to the last, in frames, at least 0. */
  static double reach(StreamTiming timing, FrameSampling sampling) {
    double rate = timing.rate().orElse(sampling.nominalRate());
    return Math.max(sampling.windowFrames(rate) - 1, 0);
  }

  private static Optional<Window> placed(
      StreamTiming timing, ClipRequest request, int timeBaseNumerator) {
    if (timing.rate().isEmpty() || timing.durationSeconds().isEmpty()) {
      return Optional.empty();
    }
    double rate = timing.rate().getAsDouble();
    double length = request.sampling().windowFrames(rate);
    double room = Math.max(rate * timing.durationSeconds().getAsDouble() - length, 0);
    double start = request.placement().start(room, request.random());
    double ptsPerFrame = timing.timeBaseDenominator() / rate / timeBaseNumerator;
    return Optional.of(
        new Window(
            timing.startPts() + (long) (start * ptsPerFrame),
            // At least a frame's time: the window of a single frame must not fall between two.
            timing.startPts() + (long) ((start + Math.max(length - 1, 1)) * ptsPerFrame),
            false));
  }

  /**
   * {@code count} evenly spaced positions from {@code start} to {@code end}, both included, at
   * least 0 and rounded down.
   *
   * <p>Positions often are whole numbers, where the last bit of the arithmetic decides between two
   * frames. So this is torch.linspace to the bit: float32, from both ends towards the middle, in
   * blocks of {@value #LANES} positions that are counted from the first of them.
   */
  private static int[] indices(double start, double end, int count) {
    float from = (float) start;
    float to = (float) end;
    float step = count == 1 ? 0 : (to - from) / (count - 1);
    int[] indices = new int[count];
    for (int i = 0; i < count; i++) {
      int block = i / LANES * LANES;
      int first = block + LANES <= count ? block : i;
      float base =
          first < count / 2 || count == 1 ? from + step * first : to - step * (count - first - 1);
      float position = base + step * (i - first);
      indices[i] = (int) Math.max(position, 0);
    }
    return indices;
  }

  /**
   * The frames of a video between two presentation times.
   *
   * @param first earliest presentation time, inclusive, in units of the stream's time base
   * @param last latest presentation time, inclusive, in the same units
   * @param oneMore whether the first frame after {@code last} belongs to the window too
   */
  record Window(long first, long last, boolean oneMore) {

    /** Every frame of the video. */
    static final Window WHOLE = new Window(Long.MIN_VALUE, Long.MAX_VALUE, false);
  }
}
