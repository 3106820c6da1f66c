package org.mae4j.data.dataset;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.mae4j.data.ffmpeg.VideoCodec;
import org.mae4j.data.ffmpeg.VideoWriter;

/** Makes folders of real, tiny videos and images: each kind is encoded once and then copied. */
public final class Trees {

  private static final int SIDE = 16;

  private final Path scratch;
  private final Map<String, byte[]> encoded = new HashMap<>();

  /**
   * A maker.
   *
   * @param scratch an existing folder for files in the making
   */
  public Trees(Path scratch) {
    this.scratch = scratch;
  }

  /** Writes files, with their folders; their endings say what to put in. */
  public void write(Path root, String... paths) {
    for (String path : paths) {
      write(root.resolve(path));
    }
  }

  private void write(Path file) {
    String name = file.getFileName().toString();
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, encoded.computeIfAbsent(ending, this::encode));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] encode(String ending) {
    Path file = scratch.resolve("made." + ending);
    try {
      switch (ending) {
        case "mp4", "avi", "mkv" -> video(file, VideoCodec.MPEG4);
        case "webm" -> video(file, VideoCodec.VP8);
        case "png" -> ImageIO.write(picture(), "png", file.toFile());
        case "jpg", "jpeg" -> ImageIO.write(picture(), "jpeg", file.toFile());
        default -> Files.writeString(file, "neither video nor image");
      }
      byte[] bytes = Files.readAllBytes(file);
      Files.delete(file);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void video(Path file, VideoCodec codec) {
    video(file, codec, 32, 24, 15);
  }

  /** Writes a video of a grey that grows lighter, 30 frames/s. */
  public static void video(Path file, VideoCodec codec, int width, int height, int frames) {
    try (VideoWriter writer =
        VideoWriter.builder()
            .setFile(file)
            .setCodec(codec)
            .setSize(width, height)
            .setFrameRate(30, 1)
            .build()) {
      ByteBuffer frame = ByteBuffer.allocate(3 * width * height);
      for (int i = 0; i < frames; i++) {
        for (int p = 0; p < frame.capacity(); p++) {
          frame.put(p, (byte) (250 * i / frames));
        }
        writer.write(frame);
      }
      writer.finish();
    }
  }

  private static BufferedImage picture() {
    BufferedImage picture = new BufferedImage(2 * SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < 2 * SIDE; x++) {
        picture.setRGB(x, y, ((8 * x) << 16) | ((16 * y) << 8) | 128);
      }
    }
    return picture;
  }
}
