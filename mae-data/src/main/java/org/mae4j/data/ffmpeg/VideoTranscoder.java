package org.mae4j.data.ffmpeg;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.internal.Checks;
import org.mae4j.data.ffmpeg.internal.StreamTiming;
import org.mae4j.data.ffmpeg.internal.libav.Libav;
import org.mae4j.data.ffmpeg.internal.libav.ReadWatch;
import org.mae4j.data.ffmpeg.internal.libav.VideoInput;
import org.mae4j.data.ffmpeg.internal.libav.VideoStream;
import org.mae4j.data.internal.Orientation;

/**
 * Writes small copies of videos: Motion JPEG in QuickTime's container, its index in front, turned
 * as they are shown, without sound, the shorter side scaled to a given length (never enlarged but
 * to even sides of at least 16 pixels) and frames at a constant rate. Fields of interlaced footage
 * are not taken apart.
 *
 * <p>Every frame can be decoded alone, so that a clip costs as many as it has. At this size that
 * takes no more room than H.264 of the same likeness by the encoder that comes along, and half the
 * time to decode.
 *
 * @param shortSide in pixels, even, at least 16
 * @param frameRate frames/s, in [0.1, 240]; kept to a thousandth
 */
public record VideoTranscoder(int shortSide, double frameRate) {

  /** Large enough for random parts of a frame that become squares of 224 pixels. */
  public static final int USUAL_SHORT_SIDE = 256;

  /** A quantiser of 3, with which a second coding is hard to see. */
  private static final double QUALITY = 0.93;

  /** Frames of a copy for each that is sampled. */
  private static final double FRAMES_PER_SAMPLE = 4;

  /** Of a frame's time that containers lose, many of which count whole milliseconds. */
  private static final double ROUNDING = 0.05;

  private static final int RATE_UNITS = 1000;
  private static final double LOWEST_RATE = 0.1;
  private static final double HIGHEST_RATE = 240;
  private static final int LEAST_SIDE = 16;

  /** Without anything coming; thirty times that for all of a video. */
  private static final Duration TIME_LIMIT = Duration.ofMinutes(30);

  // A damaged timestamp, rather than a video that stands still for longer.
  private static final Duration LONGEST_STILL = Duration.ofHours(1);

  public VideoTranscoder {
    Checks.require(
        shortSide >= LEAST_SIDE && shortSide % 2 == 0,
        "short side must be even and at least 16, but was %s",
        shortSide);
    Checks.require(
        frameRate >= LOWEST_RATE && frameRate <= HIGHEST_RATE,
        "frame rate must be in [0.1, 240], but was %s",
        frameRate);
  }

  /**
   * Copies from which clips of this sampling are read fast, and of another that takes up to twice
   * as many frames a second: {@value #USUAL_SHORT_SIDE} pixels, four frames for each that is
   * sampled, which is 15 frames/s for {@link FrameSampling#PAPER}.
   */
  public static VideoTranscoder of(FrameSampling sampling) {
    double sampled = sampling.nominalRate() / sampling.stride();
    double rate = Math.max(LOWEST_RATE, Math.min(FRAMES_PER_SAMPLE * sampled, HIGHEST_RATE));
    return new VideoTranscoder(USUAL_SHORT_SIDE, rate);
  }

  /**
   * What was written.
   *
   * @param seconds that the copy lasts
   * @param declaredSeconds that the video's file says it lasts, if it does
   */
  public record Written(double seconds, OptionalDouble declaredSeconds) {

    public Written {
      Objects.requireNonNull(declaredSeconds, "declared seconds");
    }
  }

  /**
   * Copies one video. Each frame of the copy is the one that the video shows at its time; times
   * begin at 0. The copy is read back before it gets its name: its codec, size, number of frames,
   * length, and the first, middle and last frame.
   *
   * @param id names the video in messages
   * @param copy appears when it is complete, replacing an older file; its name ends in .mov
   * @throws ClipReadException if the video cannot be read, or its copy not read back
   * @throws UncheckedIOException if the copy cannot be written
   */
  public Written copy(Path video, String id, Path copy) {
    return copy(new VideoInput.OfPath(video), id, copy);
  }

  /** As the other method, of a video that is in memory. */
  public Written copy(byte[] video, String id, Path copy) {
    return copy(new VideoInput.OfBytes(video, id), id, copy);
  }

  private Written copy(VideoInput video, String id, Path copy) {
    Libav.start();
    try (ReadWatch watch = new ReadWatch(id, TIME_LIMIT);
        VideoStream stream =
            VideoStream.open(video, id, OptionalInt.empty(), Libav.MAX_PIXELS, watch)) {
      if (!stream.next()) {
        throw stream.noFrames();
      }
      return write(stream, id, copy);
    }
  }

  private Written write(VideoStream stream, String id, Path file) {
    int width = scaled(stream.current().width(), stream.current().height());
    int height = scaled(stream.current().height(), stream.current().width());
    if (Math.max(width, height) > VideoWriter.MAX_SIDE) {
      throw stream.failure(Stage.CONVERT, "a copy of " + width + "x" + height + " is too large");
    }
    Orientation orientation = stream.orientation();
    StreamTiming timing = stream.timing();
    int shownWidth = orientation.shownWidth(width, height);
    int shownHeight = orientation.shownHeight(width, height);
    ByteBuffer frame = ByteBuffer.allocateDirect(3 * width * height);
    try (FrameConverter converter = new FrameConverter(orientation);
        VideoWriter writer =
            VideoWriter.builder()
                .setFile(file)
                .setCodec(VideoCodec.MJPEG)
                .setSize(shownWidth, shownHeight)
                .setFrameRate(rateInThousandths(), RATE_UNITS)
                .optQuality(QUALITY)
                .optIndexFirst()
                .build()) {
      double first = timing.seconds(stream.currentPts());
      boolean more = true;
      while (more) {
        more = stream.next();
        // Until the next one is shown; the last one as long as one is, and one at least.
        double seconds = timing.seconds(stream.currentPts()) - first;
        double end =
            more
                ? seconds * rate() - ROUNDING
                : Math.max((seconds + lastsFor(timing)) * rate() - ROUNDING, 1 - ROUNDING);
        if (end - writer.framesWritten() > LONGEST_STILL.toSeconds() * rate()) {
          throw stream.failure(
              Stage.DECODE, "a frame is shown until second " + Math.round(seconds));
        }
        if (writer.framesWritten() < end) {
          int code =
              converter.convert(
                  more ? stream.previous() : stream.current(), width, height, frame, 0);
          if (code < 0) {
            throw stream.failure(Stage.CONVERT, Libav.describe(code));
          }
        }
        while (writer.framesWritten() < end) {
          writer.write(frame);
        }
      }
      writer.finish(
          unnamed ->
              new CopyCheck(id, unnamed, shownWidth, shownHeight, writer.framesWritten(), rate())
                  .run());
      return new Written(writer.framesWritten() / rate(), timing.durationSeconds());
    }
  }

  private static double lastsFor(StreamTiming timing) {
    return timing.rate().isPresent() ? 1 / timing.rate().getAsDouble() : 0;
  }

  private int rateInThousandths() {
    return (int) Math.round(frameRate * RATE_UNITS);
  }

  private double rate() {
    return (double) rateInThousandths() / RATE_UNITS;
  }

  /** Even, as the codec wants it. */
  private int scaled(int side, int other) {
    double scale = Math.min(1, (double) shortSide / Math.min(side, other));
    return Math.max(LEAST_SIDE, 2 * (int) Math.round(side * scale / 2));
  }

  /** {@code shorter side 256, 7.5 frames/s}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "shorter side %d, %s frames/s", shortSide, rate());
  }
}
