package org.mae4j.data.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class VideoWriterTest {

  private static final int WIDTH = 48;
  private static final int HEIGHT = 32;
  private static final int FRAMES = 20;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "MPEG4, mp4",
    "MPEG4, mov",
    "MPEG4, avi",
    "MJPEG, avi",
    "MJPEG, mov",
    "H264, mp4",
    "H264, mkv",
    "VP8, webm",
    "VP9, webm",
    "AV1, mp4",
    "AV1, mkv",
    "FFV1, mkv",
    "FFV1, avi"
  })
  void keepsFramesAndColours(VideoCodec codec, String extension) {
    Path file = folder.resolve("clip." + extension);
    writeAll(builder(file, codec));
    DecodedVideo video = DecodedVideo.read(file);
    assertThat(video.width()).isEqualTo(WIDTH);
    assertThat(video.height()).isEqualTo(HEIGHT);
    assertThat(video.frameRate()).isCloseTo(25, offset(1e-6));
    assertThat(video.frames()).hasSize(FRAMES);
    for (int channel = 0; channel < 3; channel++) {
      assertThat(video.mean(channel)).isCloseTo(mean(channel), offset(3.0));
    }
  }

  @Test
  void losslessCodecKeepsEveryBit() {
    Path file = folder.resolve("clip.mkv");
    writeAll(builder(file, VideoCodec.FFV1));
    DecodedVideo video = DecodedVideo.read(file);
    for (int i = 0; i < FRAMES; i++) {
      assertThat(video.frames().get(i)).isEqualTo(frame(i).array());
    }
  }

  @Test
  void bFramesComeBackInOrder() {
    Path file = folder.resolve("clip.mp4");
    writeAll(builder(file, VideoCodec.MPEG4).optBFrames(2));
    DecodedVideo video = DecodedVideo.read(file);
    assertThat(video.frames()).hasSize(FRAMES);
    for (int i = 0; i < FRAMES; i++) {
      assertThat(distance(video.frames().get(i), i))
          .isLessThan(distance(video.frames().get(i), i + 2));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = VideoCodec.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"H264"})
  void writesOddSizes(VideoCodec codec) {
    Path file = folder.resolve("odd.mkv");
    try (VideoWriter writer = builder(file, codec).setSize(33, 31).build()) {
      writer.write(ByteBuffer.allocate(3 * 33 * 31));
      writer.finish();
    }
    DecodedVideo video = DecodedVideo.read(file);
    assertThat(video.width()).isEqualTo(33);
    assertThat(video.height()).isEqualTo(31);
  }

  @ParameterizedTest
  @EnumSource(
      value = VideoCodec.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"FFV1"})
  void lowerQualityMakesSmallerFiles(VideoCodec codec) throws IOException {
    Path fine = folder.resolve("fine.mkv");
    Path coarse = folder.resolve("coarse.mkv");
    writeAll(builder(fine, codec).optQuality(1));
    writeAll(builder(coarse, codec).optQuality(0.2));
    assertThat(Files.size(coarse)).isLessThan(Files.size(fine));
  }

  @ParameterizedTest
  @EnumSource(VideoCodec.class)
  void sameFramesGiveSameBytes(VideoCodec codec) {
    Path first = folder.resolve("first.mkv");
    Path second = folder.resolve("second.mkv");
    writeAll(builder(first, codec));
    writeAll(builder(second, codec));
    assertThat(first).hasSameBinaryContentAs(second);
  }

  @ParameterizedTest
  @CsvSource({"mp4, 90", "mov, 270", "mp4, 180"})
  void storesRotation(String extension, int degrees) {
    Path file = folder.resolve("turned." + extension);
    writeAll(builder(file, VideoCodec.MPEG4).optRotation(degrees));
    double clockwise = (360 - DecodedVideo.read(file).rotation()) % 360;
    assertThat(clockwise).isCloseTo(degrees, offset(1e-6));
  }

  @Test
  void refusesRotationWhereItWouldBeLost() {
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(
            () -> builder(folder.resolve("a.avi"), VideoCodec.MPEG4).optRotation(90).build())
        .withMessageEndingWith("avi cannot hold a rotation, only mp4 and mov can");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void closingUnfinishedLeavesNothing() throws IOException {
    try (VideoWriter writer = builder(folder.resolve("clip.mp4"), VideoCodec.MPEG4).build()) {
      writer.write(frame(0));
      try (Stream<Path> files = Files.list(folder)) {
        assertThat(files)
            .singleElement()
            .asString()
            .matches(".*/clip\\.mp4\\.[-0-9a-f]{36}\\.part");
      }
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void closingUnfinishedKeepsTheOlderFile() {
    Path file = folder.resolve("clip.mp4");
    writeAll(builder(file, VideoCodec.MPEG4));
    try (VideoWriter writer = builder(file, VideoCodec.MJPEG).build()) {
      writer.write(frame(0));
    } catch (UncheckedIOException e) {
      // mp4 may refuse MJPEG: the older file must stay either way
      assertThat(e).hasMessageStartingWith(file + ": container: ");
    }
    assertThat(DecodedVideo.read(file).frames()).hasSize(FRAMES);
  }

  @Test
  void refusesToFinishWithoutFrames() {
    try (VideoWriter writer = builder(folder.resolve("clip.mp4"), VideoCodec.MPEG4).build()) {
      assertThatExceptionOfType(UncheckedIOException.class)
          .isThrownBy(writer::finish)
          .withMessageEndingWith("clip.mp4: finish: no frame was written");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void refusesFramesAfterFinish() {
    VideoWriter writer = builder(folder.resolve("clip.mp4"), VideoCodec.MPEG4).build();
    writer.write(frame(0));
    writer.finish();
    assertThatIllegalStateException()
        .isThrownBy(() -> writer.write(frame(1)))
        .withMessageEndingWith("is already closed");
  }

  @Test
  void refusesFrameOfAnotherSize() {
    try (VideoWriter writer = builder(folder.resolve("clip.mp4"), VideoCodec.MPEG4).build()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> writer.write(ByteBuffer.allocate(5)))
          .withMessage("a frame of 48x32 RGB has 4608 bytes, but got 5");
    }
  }

  @Test
  void namesContainerAndCodecThatDoNotGoTogether() {
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> builder(folder.resolve("a.webm"), VideoCodec.MPEG4).build())
        .withMessageEndingWith("a.webm: container: webm cannot hold MPEG4");
  }

  @Test
  void namesUnknownExtension() {
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> builder(folder.resolve("a.xyz"), VideoCodec.MPEG4).build())
        .withMessageContaining("a.xyz: container: no container is known by this extension");
  }

  @Test
  void namesFolderThatDoesNotExist() {
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> builder(folder.resolve("no/a.mp4"), VideoCodec.MPEG4).build())
        .withMessageEndingWith("a.mp4: open: No such file or directory");
  }

  @Test
  void refusesOptionsWithoutEffect() {
    Path file = folder.resolve("a.mkv");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder(file, VideoCodec.VP8).optBFrames(2).build())
        .withMessage("B-frames must be 0 for VP8, but were 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder(file, VideoCodec.FFV1).optQuality(0.5).build())
        .withMessage("FFV1 is lossless and takes no quality");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder(file, VideoCodec.MJPEG).optKeyFrameInterval(5).build())
        .withMessage("MJPEG has key frames only and takes no interval");
  }

  @Test
  void refusesOddSizesThatTheEncoderWouldCrop() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder(folder.resolve("a.mp4"), VideoCodec.H264).setSize(33, 32).build())
        .withMessage("H264 needs even sides, but the size was 33x32");
  }

  @Test
  void manyWritersLeaveMemoryFlat() throws IOException {
    Path statm = Path.of("/proc/self/statm");
    assumeThat(statm).exists();
    writeAndFail(100);
    long before = residentBytes(statm);
    writeAndFail(400);
    assertThat(residentBytes(statm) - before).isLessThan(24L << 20);
  }

  /** One frame buffer of 512x512 kept by every round would be more than 300 MB in 400 rounds. */
  private void writeAndFail(int rounds) {
    ByteBuffer frame = ByteBuffer.allocate(3 * 512 * 512);
    for (int i = 0; i < rounds; i++) {
      try (VideoWriter writer =
          builder(folder.resolve("leak.avi"), VideoCodec.MPEG4).setSize(512, 512).build()) {
        writer.write(frame);
        if (i % 2 == 0) {
          writer.finish();
        }
      }
      assertThatExceptionOfType(UncheckedIOException.class)
          .isThrownBy(
              () ->
                  builder(folder.resolve("no/a.avi"), VideoCodec.MPEG4).setSize(512, 512).build());
    }
  }

  private static long residentBytes(Path statm) throws IOException {
    return Long.parseLong(Files.readString(statm).split(" ", 3)[1]) * 4096;
  }

  private static VideoWriter.Builder builder(Path file, VideoCodec codec) {
    return VideoWriter.builder()
        .setFile(file)
        .setCodec(codec)
        .setSize(WIDTH, HEIGHT)
        .setFrameRate(25, 1);
  }

  private static void writeAll(VideoWriter.Builder builder) {
    try (VideoWriter writer = builder.build()) {
      for (int i = 0; i < FRAMES; i++) {
        writer.write(frame(i));
      }
      writer.finish();
    }
  }

  /** A bright square that moves over a gradient. */
  private static ByteBuffer frame(int index) {
    ByteBuffer frame = ByteBuffer.allocate(3 * WIDTH * HEIGHT);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        boolean inside = Math.abs(x - 2 * index) < 6 && Math.abs(y - HEIGHT / 2) < 6;
        frame.put((byte) (inside ? 230 : 40 + 2 * x));
        frame.put((byte) (inside ? 90 : 60 + 3 * y));
        frame.put((byte) (inside ? 60 : 120));
      }
    }
    return frame.flip();
  }

  private static double mean(int channel) {
    double sum = 0;
    for (int i = 0; i < FRAMES; i++) {
      byte[] pixels = frame(i).array();
      for (int j = channel; j < pixels.length; j += 3) {
        sum += pixels[j] & 0xFF;
      }
    }
    return sum / (FRAMES * WIDTH * HEIGHT);
  }

  private static long distance(byte[] pixels, int index) {
    byte[] other = frame(index).array();
    long sum = 0;
    for (int i = 0; i < pixels.length; i++) {
      int difference = (pixels[i] & 0xFF) - (other[i] & 0xFF);
      sum += (long) difference * difference;
    }
    return sum;
  }
}
