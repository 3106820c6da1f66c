package org.mae4j.data.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Seeds;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.SameClips;
import org.mae4j.data.Videos;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.ClipReader;
import org.mae4j.data.dataset.InMemoryReader;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.data.image.ImageReader;

class InMemoryReaderTest {

  private static final long PLENTY = 256L << 20;
  private static final int FRAME_BYTES = 3 * 64 * 48;
  private static final FrameSampling FOUR = new FrameSampling(4, 2, 30);

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "mpeg4, 2, a.mp4",
    "mpeg4, 2, b.mkv",
    "mpeg2video, 2, c.ts",
    "mpeg2video, 2, d.mpg",
    "mpeg2video, 2, raw.m2v",
    "libvpx, 0, e.webm",
    "mpeg4, 2, f.mov"
  })
  void givesTheClipsThatDecodingGives(String encoder, int bFrames, String name) {
    Path file =
        new VideoFixture()
            .encoder(encoder)
            .bFrames(bFrames)
            .frames(150)
            .write(folder.resolve(name));
    try (InMemoryReader memory = InMemoryReader.create(PLENTY)) {
      SameClips.check(ClipReader.create(), memory, file, 10);
      assertThat(memory.usedBytes()).isEqualTo(150L * FRAME_BYTES);
    }
  }

  @ParameterizedTest
  @EnumSource(FrameSelection.class)
  void keepsToTheFrameRule(FrameSelection rule) {
    Path file = new VideoFixture().write(folder.resolve("a.mp4"));
    VideoReader reader = VideoReader.builder().optFrameRule(rule).build();
    try (InMemoryReader memory = InMemoryReader.of(reader, ImageReader.create(), PLENTY)) {
      SameClips.check(reader::decode, memory, file, 10);
    }
  }

  @Test
  void picksFramesBySecondsWhereTheRateVaries() {
    Path file =
        new VideoFixture()
            .frames(90)
            .times(i -> i < 30 ? i : 30 + 3L * (i - 30))
            .write(folder.resolve("variable.mp4"));
    try (InMemoryReader memory = InMemoryReader.create(PLENTY)) {
      SameClips.check(ClipReader.create(), memory, file, 20);
      assertThat(memory.usedBytes()).isEqualTo(90L * FRAME_BYTES);
    }
  }

  @Test
  void turnsFramesAsTheFileSays() {
    int one = 1 << 16;
    Path file =
        new VideoFixture()
            .displayMatrix(0, one, 0, -one, 0, 0, 0, 0, 1 << 30)
            .write(folder.resolve("turned.mp4"));
    try (InMemoryReader memory = InMemoryReader.create(PLENTY)) {
      SameClips.check(ClipReader.create(), memory, file, 4);
      assertThat(memory.usedBytes()).isPositive();
    }
  }

  @Test
  void keepsImages() throws IOException {
    BufferedImage image = new BufferedImage(31, 17, BufferedImage.TYPE_INT_RGB);
    IntStream.range(0, 31 * 17).forEach(i -> image.setRGB(i % 31, i / 31, i * 7919));
    Path file = folder.resolve("image.png");
    ImageIO.write(image, "png", file.toFile());
    try (InMemoryReader memory = InMemoryReader.create(PLENTY)) {
      SameClips.check(ClipReader.create(), memory, file, 2);
      assertThat(memory.usedBytes()).isEqualTo(3 * 31 * 17);
    }
  }

  @Test
  void needsTheFileOnceOnly() throws IOException {
    Path file = new VideoFixture().write(folder.resolve("a.mp4"));
    try (InMemoryReader memory = InMemoryReader.create(PLENTY)) {
      read(memory, file, 0).close();
      Files.delete(file);
      try (Clip clip = read(memory, file, 1)) {
        assertThat(VideoFixture.numbers(clip)).containsExactly(52, 54, 56, 59);
      }
    }
  }

  @Test
  void staysWithinItsBudget() throws IOException {
    Path kept = new VideoFixture().frames(20).write(folder.resolve("kept.mp4"));
    Path large = new VideoFixture().frames(60).write(folder.resolve("large.mp4"));
    Path unknown =
        new VideoFixture().encoder("mpeg2video").frames(60).write(folder.resolve("large.m2v"));
    Path small = new VideoFixture().frames(10).write(folder.resolve("small.mp4"));
    try (InMemoryReader memory = InMemoryReader.create(30L * FRAME_BYTES)) {
      read(memory, kept, 0).close();
      assertThat(memory.usedBytes()).isEqualTo(20L * FRAME_BYTES);
      SameClips.check(ClipReader.create(), memory, large, 4);
      SameClips.check(ClipReader.create(), memory, unknown, 4);
      assertThat(memory.usedBytes()).isEqualTo(20L * FRAME_BYTES);
      // What is left is for files that it suffices for.
      read(memory, small, 0).close();
      assertThat(memory.usedBytes()).isEqualTo(30L * FRAME_BYTES);
      Files.delete(large);
      assertThatThrownBy(() -> read(memory, large, 0)).hasMessageContaining("no such file");
    }
  }

  @Test
  void failsAsDecodingFails() throws IOException {
    Files.writeString(folder.resolve("text.mp4"), "no video");
    Files.writeString(folder.resolve("text.png"), "no image");
    Files.createFile(folder.resolve("empty.mkv"));
    Files.createDirectory(folder.resolve("folder.mp4"));
    try (InMemoryReader memory = InMemoryReader.create(PLENTY)) {
      for (String name : List.of("text.mp4", "text.png", "empty.mkv", "folder.mp4", "none.mp4")) {
        SameClips.check(ClipReader.create(), memory, folder.resolve(name), 1);
      }
      assertThat(memory.usedBytes()).isZero();
    }
  }

  @Test
  void leavesDamagedFilesToTheDecoder() throws IOException {
    Path file = new VideoFixture().frames(120).write(folder.resolve("damaged.avi"));
    byte[] content = Files.readAllBytes(file);
    Arrays.fill(content, content.length / 3, content.length / 3 + 3000, (byte) 0x55);
    Files.write(file, content);
    try (InMemoryReader memory = InMemoryReader.create(PLENTY)) {
      SameClips.check(ClipReader.create(), memory, file, 10);
      assertThat(memory.usedBytes()).isZero();
    }
  }

  @Test
  void leavesFilesWhosePictureChangesItsSizeToTheDecoder() throws IOException {
    VideoFixture fixture = new VideoFixture().encoder("mpeg2video").frames(30);
    Path joined = fixture.write(folder.resolve("joined.ts"));
    Path second = fixture.size(96, 80).times(i -> 30 + i).write(folder.resolve("second.ts"));
    Files.write(joined, Files.readAllBytes(second), StandardOpenOption.APPEND);
    try (InMemoryReader memory = InMemoryReader.create(PLENTY)) {
      SameClips.check(ClipReader.create(), memory, joined, 10);
      assertThat(memory.usedBytes()).isZero();
    }
  }

  @Test
  void servesManyThreads() {
    for (int i = 0; i < 4; i++) {
      new VideoFixture().frames(40 + i).write(folder.resolve(i + ".mp4"));
    }
    try (InMemoryReader memory = InMemoryReader.create(PLENTY)) {
      IntStream.range(0, 64)
          .parallel()
          .forEach(
              i -> SameClips.check(ClipReader.create(), memory, folder.resolve(i % 4 + ".mp4"), 1));
      assertThat(memory.usedBytes()).isEqualTo((4L * 40 + 6) * FRAME_BYTES);
    }
  }

  @Test
  void freesItsMemoryOnClosingAndLeavesClipsAlone() {
    Path file = new VideoFixture().write(folder.resolve("a.mp4"));
    InMemoryReader memory = InMemoryReader.create(PLENTY);
    Clip clip = read(memory, file, 0);
    memory.close();
    memory.close();
    assertThat(memory.usedBytes()).isZero();
    assertThat(VideoFixture.numbers(clip)).containsExactly(0, 2, 4, 7);
    assertThatThrownBy(() -> read(memory, file, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the in-memory reader is closed");
  }

  @Test
  void readsForDatasetsAndTheirParts() {
    new VideoFixture().write(folder.resolve("a.mp4"));
    new VideoFixture().write(folder.resolve("b.mp4"));
    try (InMemoryReader memory = InMemoryReader.create(PLENTY)) {
      ClipDataset part =
          VideoFolder.builder().setFolder(folder).optReader(memory).build().subset(1);
      ClipRequest request = ClipRequest.one(FOUR, WindowPlacement.centre(), Seeds.generator(0));
      try (Clip clip = part.clips(0, request).get(0)) {
        assertThat(clip.info().id()).isEqualTo("b.mp4");
      }
      assertThat(memory.usedBytes()).isEqualTo(60L * FRAME_BYTES);
    }
  }

  @Test
  void refusesDecoderProcesses() {
    try (VideoReader isolated = VideoReader.builder().optIsolation(1).build()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> InMemoryReader.of(isolated, ImageReader.create(), PLENTY))
          .withMessage("a reader with decoder processes cannot keep videos in memory");
    }
  }

  @Test
  void refusesANegativeBudget() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InMemoryReader.create(-1))
        .withMessage("memory must be at least 0 bytes, but was -1");
  }

  @TestFactory
  Stream<DynamicTest> givesTheClipsOfRealVideos() throws IOException {
    Path videos = Videos.folder();
    List<Path> files;
    try (Stream<Path> list = Files.list(videos)) {
      files = list.filter(file -> !file.toString().matches(".*(json|md)")).sorted().toList();
    }
    return files.stream()
        .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> checkReal(file)));
  }

  private static void checkReal(Path file) {
    try (InMemoryReader memory = InMemoryReader.create(PLENTY)) {
      SameClips.check(ClipReader.create(), memory, file, 1);
    }
  }

  private static Clip read(ClipReader reader, Path file, double fraction) {
    WindowPlacement placement = new WindowPlacement.AtFraction(fraction);
    ClipRequest request = ClipRequest.one(FOUR, placement, Seeds.generator(0));
    return reader.read(file, ClipInfo.unlabelled(file.getFileName().toString()), request).get(0);
  }
}
