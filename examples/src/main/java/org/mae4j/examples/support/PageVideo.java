package org.mae4j.examples.support;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.mae4j.api.internal.Checks;
import org.mae4j.data.ffmpeg.VideoCodec;
import org.mae4j.data.ffmpeg.VideoWriter;
import org.mae4j.eval.report.Block.Video;

/** Frames as a video inside a page, which browsers play: H.264 in MP4. */
public final class PageVideo {

  private static final int MILLIS = 1000;

  /** H.264 by OpenH264 takes no fewer rows or columns. */
  private static final int LEAST_SIDE = 16;

  /** Fine enough that the edges of enlarged pixels stay sharp. */
  private static final double QUALITY = 0.6;

  private PageVideo() {}

  /**
   * A piece of a page; parameters and exceptions are those of {@link #encode}.
   *
   * @param alternative what it shows, for who cannot see it
   * @param caption below it
   */
  public static Video of(
      List<BufferedImage> frames, int millis, String alternative, String caption) {
    byte[] mp4 = encode(frames, millis);
    BufferedImage first = frames.get(0);
    return Video.of(mp4, even(first.getWidth()), even(first.getHeight()), alternative, caption);
  }

  /**
   * Encodes a video.
   *
   * @param frames at least one, all of the same size of at least 16x16; of an odd side, the last
   *     row or column is there twice
   * @param millis how long each is shown, at least 1
   * @throws UncheckedIOException if it cannot be encoded
   */
  static byte[] encode(List<BufferedImage> frames, int millis) {
    Checks.require(!frames.isEmpty(), "a video needs at least one frame");
    Checks.require(millis >= 1, "a frame must be shown for at least 1 ms, but was for %s", millis);
    BufferedImage first = frames.get(0);
    Checks.require(
        first.getWidth() >= LEAST_SIDE && first.getHeight() >= LEAST_SIDE,
        "frames must be at least 16x16, but are %sx%s",
        first.getWidth(),
        first.getHeight());
    try {
      Path folder = Files.createTempDirectory("mae4j-page");
      Path file = folder.resolve("clip.mp4");
      try {
        write(frames, millis, file);
        return Files.readAllBytes(file);
      } finally {
        Files.deleteIfExists(file);
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a video for a page cannot be made: " + e, e);
    }
  }

  private static void write(List<BufferedImage> frames, int millis, Path file) {
    BufferedImage first = frames.get(0);
    try (VideoWriter writer =
        VideoWriter.builder()
            .setFile(file)
            .setCodec(VideoCodec.H264)
            .setSize(even(first.getWidth()), even(first.getHeight()))
            .setFrameRate(MILLIS, millis)
            .optQuality(QUALITY)
            .optKeyFrameInterval(frames.size())
            .build()) {
      for (BufferedImage frame : frames) {
        Checks.require(
            frame.getWidth() == first.getWidth() && frame.getHeight() == first.getHeight(),
            "frames must be of one size, but are %sx%s and %sx%s",
            first.getWidth(),
            first.getHeight(),
            frame.getWidth(),
            frame.getHeight());
        writer.write(rgb(frame));
      }
      writer.finish();
    }
  }

  /** The next even number, of an odd one. */
  private static int even(int side) {
    return side + side % 2;
  }

  private static ByteBuffer rgb(BufferedImage frame) {
    int width = even(frame.getWidth());
    int height = even(frame.getHeight());
    ByteBuffer bytes = ByteBuffer.allocate(3 * width * height);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int pixel =
            frame.getRGB(Math.min(x, frame.getWidth() - 1), Math.min(y, frame.getHeight() - 1));
        bytes.put((byte) (pixel >> 16)).put((byte) (pixel >> 8)).put((byte) pixel);
      }
    }
    return bytes.flip();
  }
}
