package org.mae4j.data.ffmpeg;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.mae4j.api.Clip;
import org.mae4j.data.ffmpeg.internal.libav.ReadWatch;
import org.mae4j.data.ffmpeg.internal.libav.VideoInput;
import org.mae4j.data.ffmpeg.internal.libav.VideoStream;
import org.mae4j.data.internal.Orientation;

/** What a file decodes to from its start, without any seeking. */
final class AllFrames {

  private AllFrames() {}

  /** RGB of each frame as stored, by its time in seconds. */
  static Map<Double, byte[]> of(Path file) {
    Map<Double, byte[]> frames = new TreeMap<>();
    try (ReadWatch watch = new ReadWatch("x", Duration.ofSeconds(60));
        VideoStream video =
            VideoStream.open(
                new VideoInput.OfPath(file), "x", OptionalInt.empty(), Integer.MAX_VALUE, watch);
        FrameConverter converter = new FrameConverter(Orientation.AS_STORED)) {
      while (video.next()) {
        int width = video.current().width();
        int height = video.current().height();
        ByteBuffer pixels = ByteBuffer.allocateDirect(3 * width * height);
        converter.convert(video.current(), width, height, pixels, 0);
        byte[] bytes = new byte[pixels.capacity()];
        pixels.get(0, bytes);
        frames.put(video.timing().seconds(video.currentPts()), bytes);
      }
    }
    return frames;
  }

  /** RGB of one frame of a clip. */
  static byte[] bytes(Clip clip, int frame) {
    byte[] bytes = new byte[3 * clip.shape().width() * clip.shape().height()];
    clip.pixels().get(frame * bytes.length, bytes);
    return bytes;
  }
}
