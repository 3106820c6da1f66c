package org.mae4j.examples.benchmark;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Locale;
import org.mae4j.data.ffmpeg.VideoCodec;
import org.mae4j.data.ffmpeg.VideoWriter;

/**
 * A video to measure decoding with: ten seconds at 30 frames/s of moving waves over a fixed
 * texture.
 *
 * @param codec its codec; with B-frames where the encoder has them
 * @param width in pixels
 * @param height in pixels
 * @param keyFrames frames from one key frame to the next
 */
public record BenchmarkVideo(VideoCodec codec, int width, int height, int keyFrames) {

  /** Key frames two seconds apart. */
  public static final int FEW_KEY_FRAMES = 60;

  private static final int RATE = 30;
  private static final int FRAMES = 10 * RATE;
  private static final int B_FRAMES = 2;

  /** What it is called in results. */
  public String name() {
    String reordered = codec.hasBFrames() ? ", " + B_FRAMES + " B-frames" : "";
    String keys = keyFrames < FEW_KEY_FRAMES ? ", key frames " + keyFrames + " apart" : "";
    return codec.name().toLowerCase(Locale.ROOT) + " " + width + "x" + height + reordered + keys;
  }

  public void write(Path file) {
    VideoWriter.Builder builder =
        VideoWriter.builder()
            .setFile(file)
            .setCodec(codec)
            .setSize(width, height)
            .setFrameRate(RATE, 1)
            .optQuality(0.5)
            .optKeyFrameInterval(keyFrames);
    if (codec.hasBFrames()) {
      builder.optBFrames(B_FRAMES);
    }
    try (VideoWriter writer = builder.build()) {
      byte[] frame = new byte[3 * width * height];
      for (int time = 0; time < FRAMES; time++) {
        draw(frame, time);
        writer.write(ByteBuffer.wrap(frame));
      }
      writer.finish();
    }
  }

  private void draw(byte[] frame, int time) {
    int[] red = wave(width, 3 * time, 37);
    int[] green = wave(height, -2 * time, 29);
    int[] blue = wave(width + height, time, 61);
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int texture = (x * 7 + y * 13) % 23;
        frame[at++] = (byte) (red[x] + texture);
        frame[at++] = (byte) (green[y] + texture);
        frame[at++] = (byte) (blue[x + y] + texture);
      }
    }
  }

  private static int[] wave(int length, int phase, double period) {
    int[] levels = new int[length];
    for (int i = 0; i < length; i++) {
      levels[i] = (int) (128 + 90 * Math.sin((i + phase) / period));
    }
    return levels;
  }
}
