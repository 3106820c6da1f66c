package org.mae4j.data.ffmpeg;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.UUID;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.internal.Checks;
import org.mae4j.data.ffmpeg.internal.StreamTiming;
import org.mae4j.data.ffmpeg.internal.libav.Libav;
import org.mae4j.data.ffmpeg.internal.libav.ReadWatch;
import org.mae4j.data.ffmpeg.internal.libav.VideoInput;
import org.mae4j.data.ffmpeg.internal.libav.VideoStream;
import org.mae4j.data.internal.Orientation;

/**
 * Writes small copies of videos: H.264 in MP4, turned as they are shown, without sound, the shorter
 * side scaled to a given length (never enlarged) and frames at a constant rate.
 *
 * @param shortSide in pixels, even, at least 16
 * @param frameRate frames/s, at least 1
 */
public record VideoTranscoder(int shortSide, int frameRate) {

  /** Fine enough that a second coding is hard to see. */
  private static final double QUALITY = 0.75;

  /** Of a frame's time that containers lose, many of which count whole milliseconds. */
  private static final double ROUNDING = 0.05;

  private static final int LEAST_SIDE = 16;
  private static final Duration TIME_LIMIT = Duration.ofHours(2);
  private static final String UNFINISHED = ".unfinished.mp4";
  // Who writes one does so all the time, and gives up after two hours.
  private static final Duration ABANDONED_AFTER = Duration.ofDays(1);
  // A damaged timestamp, rather than a video that stands still for longer.
  private static final Duration LONGEST_STILL = Duration.ofHours(1);

  public VideoTranscoder {
    Checks.require(
        shortSide >= LEAST_SIDE && shortSide % 2 == 0,
        "short side must be even and at least 16, but was %s",
        shortSide);
    Checks.atLeast(1, frameRate, "frame rate");
  }

  /**
   * Copies one video. Each frame of the copy is the one that the video shows at its time; times
   * begin at 0.
   *
   * @param id names the video in messages
   * @param copy appears when it is complete, replacing an older one; its name ends in .mp4
   * @throws ClipReadException if the video cannot be read
   * @throws UncheckedIOException if the copy cannot be written
   */
  public void copy(Path video, String id, Path copy) {
    Libav.start();
    // Under a name of its own, so that two may make the same copy.
    Path partial = copy.resolveSibling(UUID.randomUUID() + UNFINISHED);
    removeAbandoned(copy.toAbsolutePath().getParent());
    try (ReadWatch watch = new ReadWatch(id, TIME_LIMIT);
        VideoStream stream =
            VideoStream.open(
                new VideoInput.OfPath(video), id, OptionalInt.empty(), Libav.MAX_PIXELS, watch)) {
      if (!stream.next()) {
        throw stream.noFrames();
      }
      write(stream, partial);
      Files.move(
          partial, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw WriteStage.FINISH.failure(copy, e.toString(), e);
    }
  }

  /** What a process has left that was killed. */
  private static void removeAbandoned(Path folder) {
    Instant old = Instant.now().minus(ABANDONED_AFTER);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + UNFINISHED + "*")) {
      for (Path file : files) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(old)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Another one may do the same; a folder that cannot be written will be told of soon.
    }
  }

  private void write(VideoStream stream, Path file) {
    int width = scaled(stream.current().width(), stream.current().height());
    int height = scaled(stream.current().height(), stream.current().width());
    if (Math.max(width, height) > VideoWriter.MAX_SIDE) {
      throw stream.failure(Stage.CONVERT, "a copy of " + width + "x" + height + " is too large");
    }
    Orientation orientation = stream.orientation();
    StreamTiming timing = stream.timing();
    ByteBuffer frame = ByteBuffer.allocateDirect(3 * width * height);
    try (FrameConverter converter = new FrameConverter(orientation);
        VideoWriter writer =
            VideoWriter.builder()
                .setFile(file)
                .setCodec(VideoCodec.H264)
                .setSize(
                    orientation.shownWidth(width, height), orientation.shownHeight(width, height))
                .setFrameRate(frameRate, 1)
                .optKeyFrameInterval(frameRate)
                .optQuality(QUALITY)
                .build()) {
      double first = timing.seconds(stream.currentPts());
      boolean more = true;
      while (more) {
        int code = converter.convert(stream.current(), width, height, frame, 0);
        if (code < 0) {
          throw stream.failure(Stage.CONVERT, Libav.describe(code));
        }
        more = stream.next();
        // Until the next one is shown; the last one once.
        double end = writer.framesWritten() + 1;
        if (more) {
          double seconds = timing.seconds(stream.currentPts()) - first;
          end = seconds * frameRate - ROUNDING;
          if (end - writer.framesWritten() > LONGEST_STILL.toSeconds() * frameRate) {
            throw stream.failure(
                Stage.DECODE, "a frame is shown until second " + Math.round(seconds));
          }
        }
        while (writer.framesWritten() < end) {
          writer.write(frame);
        }
      }
      writer.finish();
    }
  }

  /** Even, as the codec wants it. */
  private int scaled(int side, int other) {
    double scale = Math.min(1, (double) shortSide / Math.min(side, other));
    return Math.max(LEAST_SIDE, 2 * (int) Math.round(side * scale / 2));
  }
}
