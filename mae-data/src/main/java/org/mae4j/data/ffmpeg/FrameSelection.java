package org.mae4j.data.ffmpeg;

import java.util.Optional;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.WindowPlacement;

/**
 * How a clip's frames are chosen, in two steps as in the authors' code: a window of presentation
 * times is decoded, then frames are picked from those that fell in it.
 *
 * <p>The rules reproduce that code's results to the frame, its peculiarities included. Presentation
 * times are counted from the stream's first one, which is 0 in nearly every file.
 */
public enum FrameSelection {

  /** The rule of pretraining, finetuning and evaluation. */
  TRAINING {
    @Override
    Optional<Window> window(StreamTiming timing, ClipRequest request) {
      if (timing.rate().isEmpty() || timing.durationSeconds().isEmpty()) {
        return Optional.empty();
      }
      double rate = timing.rate().getAsDouble();
      double length = request.sampling().windowFrames(rate);
      double room = Math.max(rate * timing.durationSeconds().getAsDouble() - length, 0);
      double start = request.placement().start(room, request.random());
      // The time base's numerator is left out, as in the reference. Where it is not 1, as in AVI at
      // NTSC rates, the window mostly lies beyond the end, and the whole video is used instead.
      double ptsPerFrame = timing.timeBaseDenominator() / rate;
      return Optional.of(
          new Window(
              timing.startPts() + (long) (start * ptsPerFrame),
              // At least a frame's time: the window of a single frame must not fall between two.
              timing.startPts() + (long) ((start + Math.max(length - 1, 1)) * ptsPerFrame),
              false));
    }

    @Override
    double start(int frames, boolean whole, StreamTiming timing, ClipRequest request) {
      FrameSampling sampling = request.sampling();
      double room = Math.max(frames - sampling.windowFrames(rate(timing, sampling)), 0);
      WindowPlacement placement = whole ? request.placement() : WindowPlacement.centre();
      return placement.start(room, request.random());
    }

    @Override
    double reach(StreamTiming timing, FrameSampling sampling) {
      return Math.max(sampling.windowFrames(rate(timing, sampling)) - 1, 0);
    }

    private double rate(StreamTiming timing, FrameSampling sampling) {
      return timing.rate().orElse(sampling.nominalRate());
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
    double start(int frames, boolean whole, StreamTiming timing, ClipRequest request) {
      return 0;
    }

    @Override
    double reach(StreamTiming timing, FrameSampling sampling) {
      return sampling.stride() * sampling.frames();
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

  /**
   * Picks a clip's frames from those that were decoded.
   *
   * @param frames how many were decoded, at least 1
   * @param whole whether these are the whole video, and not just the frames of {@link #window}
   * @return T indices in [0, frames), ascending; the last frame stands in for those beyond the end
   */
  int[] pick(int frames, boolean whole, StreamTiming timing, ClipRequest request) {
    double start = start(frames, whole, timing, request);
    FrameSampling sampling = request.sampling();
    return indices(start, start + reach(timing, sampling), sampling.frames(), frames);
  }

  /**
   * What {@link #pick} returns if nothing has to be left out at the beginning, whatever the number
   * of frames, but for frames beyond the end. Known before anything is decoded.
   */
  int[] expect(StreamTiming timing, FrameSampling sampling) {
    return indices(0, reach(timing, sampling), sampling.frames(), Integer.MAX_VALUE);
  }

  /** The position of the first frame of a clip among those decoded. */
  abstract double start(int frames, boolean whole, StreamTiming timing, ClipRequest request);

  /** From the first position to the last, in frames, at least 0. */
  abstract double reach(StreamTiming timing, FrameSampling sampling);

  /**
   * {@code count} evenly spaced positions from {@code start} to {@code end}, both included, kept in
   * [0, {@code frames}) and rounded down.
   *
   * <p>Positions often are whole numbers, where the last bit of the arithmetic decides between two
   * frames. So this is torch.linspace to the bit: float32, from both ends towards the middle, in
   * blocks of {@value #LANES} positions that are counted from the first of them.
   */
  private static int[] indices(double start, double end, int count, int frames) {
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
      indices[i] = (int) Math.min(Math.max(position, 0), frames - 1);
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
