package org.mae4j.data.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mae4j.data.Videos;
import org.mae4j.data.ffmpeg.internal.libav.Libav;
import org.mae4j.data.ffmpeg.internal.libav.ReadWatch;
import org.mae4j.data.ffmpeg.internal.libav.VideoInput;
import org.mae4j.data.ffmpeg.internal.libav.VideoStream;
import org.mae4j.data.internal.Orientation;

/**
 * Every frame by seeking against the same frame by decoding from the start, in both directions, and
 * against the same frame with nothing decoded that it does not need. The system property {@code
 * mae4j.frames} sets how many are looked at of each real video.
 */
class ExactSeekTest {

  private static final int FRAMES = 90;

  // A frame costs up to a second's decoding, so of long real videos every so many is looked at.
  private static final int REAL_FRAMES = Integer.getInteger("mae4j.frames", 40);

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "mpeg4, 1, 0, mp4",
    "mpeg4, 12, 0, avi",
    "mpeg4, 12, 1, mp4",
    "mpeg4, 12, 2, mkv",
    "mpeg4, 250, 2, mov",
    "mpeg2video, 12, 2, ts",
    "mpeg2video, 12, 2, mpg",
    "mpeg2video, 12, 0, m2v",
    "mpeg1video, 12, 2, mpg",
    "mpeg1video, 12, 1, mkv",
    "flv, 12, 0, flv",
    "wmv2, 12, 0, wmv",
    "libsvtav1, 12, 0, mkv",
    "libopenh264, 1, 0, mov",
    "libvpx-vp9, 12, 0, mp4",
    "h263p, 12, 0, avi",
    "libopenh264, 12, 0, mp4",
    "libopenh264, 250, 0, mkv",
    "libopenh264, 12, 0, ts",
    "libopenh264, 12, 0, flv",
    "libvpx, 12, 0, webm",
    "libvpx-vp9, 250, 0, webm",
    "libaom-av1, 12, 0, mp4",
    "ffv1, 12, 0, mkv"
  })
  void generated(String encoder, int gop, int bFrames, String container) {
    Path file = folder.resolve("video." + container);
    new VideoFixture()
        .size(64, 64)
        .encoder(encoder)
        .gop(gop)
        .bFrames(bFrames)
        .frames(FRAMES)
        .write(file);
    assertThat(check(file, 1)).hasSize(FRAMES).isSorted().doesNotHaveDuplicates();
  }

  /** Made with x264, x265, libvpx, libaom and Xvid, which this build does not have. */
  @TestFactory
  Stream<DynamicTest> kept() throws IOException {
    return KeptVideos.all().stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file.getFileName().toString(),
                    () -> assertThat(check(file, 3)).isSorted().doesNotHaveDuplicates()));
  }

  @TestFactory
  Stream<DynamicTest> real() throws IOException {
    Path videos = Videos.folder();
    var facts = RealVideosTest.facts(videos);
    return facts.keySet().stream()
        .filter(file -> facts.getAsJsonObject(file).has("decoded_frames"))
        .map(
            file -> {
              int frames = facts.getAsJsonObject(file).get("decoded_frames").getAsInt();
              return DynamicTest.dynamicTest(
                  file,
                  () ->
                      assertThat(check(videos.resolve(file), frames / REAL_FRAMES + 1))
                          .isNotEmpty());
            });
  }

  /** Returns the frames' times, in the order in which they are decoded. */
  static List<Long> check(Path file, int step) {
    Libav.start();
    try (ReadWatch watch = new ReadWatch("x", Duration.ofMinutes(5));
        VideoStream video =
            VideoStream.open(
                new VideoInput.OfPath(file), "x", OptionalInt.empty(), Integer.MAX_VALUE, watch);
        FrameConverter converter = new FrameConverter(Orientation.AS_STORED)) {
      List<Long> times = new ArrayList<>();
      List<Integer> hashes = new ArrayList<>();
      while (video.next()) {
        times.add(video.currentPts());
        hashes.add(hash(video, converter));
      }
      for (int n = 0; n < times.size(); n += step) {
        checkFrame(video, converter, times.get(n), hashes.get(n));
        checkChosen(video, converter, times.get(n), hashes.get(n));
      }
      for (int n = times.size() - 1; n >= 0; n -= step) {
        checkFrame(video, converter, times.get(n), hashes.get(n));
      }
      return times;
    }
  }

  private static void checkFrame(VideoStream video, FrameConverter converter, long time, int hash) {
    video.seek(time);
    boolean found = video.next();
    while (found && video.currentPts() < time) {
      found = video.next();
    }
    assertThat(found).as("a frame at %d", time).isTrue();
    assertThat(video.currentPts()).isEqualTo(time);
    assertThat(hash(video, converter)).as("hash of the frame at %d", time).isEqualTo(hash);
  }

  /** Nothing is wrong with a file whose packets do not tell, or tell what is not so. */
  private static void checkChosen(
      VideoStream video, FrameConverter converter, long time, int hash) {
    boolean foretold = video.seek(time, time, false, times -> new long[] {time}).isPresent();
    if (foretold && video.next()) {
      assertThat(video.currentPts()).isEqualTo(time);
      assertThat(hash(video, converter)).as("hash of the frame at %d alone", time).isEqualTo(hash);
    }
  }

  private static int hash(VideoStream video, FrameConverter converter) {
    int width = video.current().width();
    int height = video.current().height();
    ByteBuffer pixels = ByteBuffer.allocateDirect(3 * width * height);
    assertThat(converter.convert(video.current(), width, height, pixels, 0)).isZero();
    byte[] bytes = new byte[pixels.capacity()];
    pixels.get(0, bytes);
    return Arrays.hashCode(bytes);
  }
}
