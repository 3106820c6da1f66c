package org.mae4j.data.ffmpeg;

import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.data.ffmpeg.internal.StreamTiming;
import org.mae4j.data.ffmpeg.internal.libav.Libav;
import org.mae4j.data.ffmpeg.internal.libav.Probe;
import org.mae4j.data.ffmpeg.internal.libav.ReadWatch;
import org.mae4j.data.ffmpeg.internal.libav.VideoInput;
import org.mae4j.data.ffmpeg.internal.libav.VideoStream;

/**
 * Reads a copy back.
 *
 * @param id names the video in messages
 * @param frames that were written
 * @param rate frames/s
 */
record CopyCheck(String id, Path file, int width, int height, long frames, double rate) {

  private static final Duration TIME_LIMIT = Duration.ofMinutes(2);

  /**
   * Returns if the copy says of itself what it should, and its first, middle and last frame can be
   * decoded.
   *
   * @throws ClipReadException if not
   */
  void run() {
    try (ReadWatch watch = new ReadWatch(id, TIME_LIMIT);
        VideoStream stream =
            VideoStream.open(
                new VideoInput.OfPath(file), id, OptionalInt.empty(), Libav.MAX_PIXELS, watch)) {
      Probe found = stream.probe();
      StreamTiming timing = stream.timing();
      require(found.codec().equals("mjpeg"), "its codec is " + found.codec());
      require(
          found.width() == width && found.height() == height,
          "it has " + found.width() + "x" + found.height() + " pixels");
      require(
          timing.frameCount().orElse(-1) == frames,
          "it has " + timing.frameCount() + " frames, not " + frames);
      require(
          Math.abs(timing.durationSeconds().orElse(-1) - frames / rate) < 1 / rate,
          "it lasts " + timing.durationSeconds() + " s, not " + frames / rate);
      for (long place : new long[] {0, frames / 2, frames - 1}) {
        long pts = timing.startPts() + Math.round(timing.pts(place / rate));
        stream.seek(pts);
        boolean there = stream.next();
        while (there && stream.currentPts() < pts) {
          there = stream.next();
        }
        require(there && !stream.isDamaged(), "frame " + place + " cannot be decoded");
      }
    } catch (ClipReadException e) {
      throw new ClipReadException(
          id, Stage.CONVERT, "its copy cannot be read back: " + e.getMessage(), e);
    }
  }

  private void require(boolean holds, String problem) {
    if (!holds) {
      throw new ClipReadException(id, Stage.CONVERT, "its copy cannot be read back: " + problem);
    }
  }
}
