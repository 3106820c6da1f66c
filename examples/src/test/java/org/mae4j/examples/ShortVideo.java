package org.mae4j.examples;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.mae4j.data.ffmpeg.VideoCodec;
import org.mae4j.data.ffmpeg.VideoWriter;

/** Black videos of so many frames, 30 a second. */
public final class ShortVideo {

  private static final int SIDE = 16;

  private ShortVideo() {}

  public static void write(Path file, int frames) {
    try (VideoWriter writer =
        VideoWriter.builder()
            .setFile(file)
            .setCodec(VideoCodec.MPEG4)
            .setSize(SIDE, SIDE)
            .setFrameRate(30, 1)
            .build()) {
      for (int i = 0; i < frames; i++) {
        writer.write(ByteBuffer.allocate(3 * SIDE * SIDE));
      }
      writer.finish();
    }
  }
}
