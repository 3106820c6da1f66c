package org.mae4j.data.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Seeds;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.Videos;
import org.mae4j.data.ffmpeg.internal.libav.Probe;

class ProbeCacheTest {

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void choose() {
    file = folder.resolve("cache/probes");
  }

  @Test
  void tellsWhatAFileSaysOfItself() {
    Path video = new VideoFixture().bFrames(2).gop(12).write(folder.resolve("a.mp4"));
    try (ProbeCache cache = ProbeCache.open(file)) {
      VideoFacts facts = cache.facts(video, "a.mp4");
      assertThat(facts.codec()).isEqualTo("mpeg4");
      assertThat(facts.container()).startsWith("mov,");
      assertThat(facts.width()).isEqualTo(64);
      assertThat(facts.height()).isEqualTo(48);
      assertThat(facts.frames()).hasValue(60);
      assertThat(facts.frameRate()).hasValue(30);
      assertThat(facts.durationSeconds().getAsDouble()).isCloseTo(2, offset(0.1));
      assertThat(facts.keyFrameSeconds()).hasSizeBetween(5, 6);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "mpeg4, 2, a.mp4",
    "mpeg4, 2, a.mkv",
    "mpeg4, 0, a.avi",
    "mpeg2video, 2, a.ts",
    "libopenh264, 0, a.mp4",
    "libopenh264, 0, a.mkv",
    "libvpx-vp9, 0, a.webm",
    "libaom-av1, 0, a.mp4"
  })
  void clipsAreTheSameWithACache(String encoder, int bFrames, String name) {
    Path video = new VideoFixture().encoder(encoder).bFrames(bFrames).write(folder.resolve(name));
    check(video);
  }

  @TestFactory
  Stream<DynamicTest> clipsOfRealVideosAreTheSameWithACache() throws IOException {
    Path videos = Videos.folder();
    return RealVideosTest.facts(videos).keySet().stream()
        .map(name -> DynamicTest.dynamicTest(name, () -> check(videos.resolve(name))));
  }

  private void check(Path video) {
    List<String> expected = clips(VideoReader.create(), video);
    try (ProbeCache cache = ProbeCache.open(file)) {
      assertThat(clips(VideoReader.builder().optProbeCache(cache).build(), video))
          .isEqualTo(expected);
    }
    try (ProbeCache cache = ProbeCache.open(file)) {
      assertThat(clips(VideoReader.builder().optProbeCache(cache).build(), video))
          .isEqualTo(expected);
    }
  }

  /** Of early and late windows. */
  private static List<String> clips(VideoReader reader, Path video) {
    List<String> clips = new ArrayList<>();
    FrameSampling sampling = new FrameSampling(3, 4, 30);
    DoubleStream.of(0, 0.4, 1)
        .mapToObj(WindowPlacement.AtFraction::new)
        .forEach(placement -> clips.add(clip(reader, video, sampling, placement)));
    return clips;
  }

  private static String clip(
      VideoReader reader, Path video, FrameSampling sampling, WindowPlacement placement) {
    ClipRequest request = ClipRequest.one(sampling, placement, Seeds.generator(1));
    try (Clip clip = reader.decode(video, ClipInfo.unlabelled("x"), request).get(0)) {
      byte[] pixels = new byte[clip.pixels().remaining()];
      clip.pixels().get(pixels);
      return clip.shape() + " at " + clip.timestamp(0) + " " + Arrays.hashCode(pixels);
    } catch (ClipReadException e) {
      return e.getMessage();
    }
  }

  @Test
  void remembersOnDisk() throws IOException {
    Path video = new VideoFixture().write(folder.resolve("a.mp4"));
    try (ProbeCache cache = ProbeCache.open(file)) {
      assertThat(cache.find(video)).isEmpty();
      cache.facts(video, "a.mp4");
    }
    try (ProbeCache cache = ProbeCache.open(file)) {
      assertThat(cache.find(video)).isPresent();
      cache.facts(video, "a.mp4");
    }
    assertThat(Files.readAllLines(file)).hasSize(1);
  }

  @Test
  void outlivesAnInterruptedReader() throws IOException {
    Path one = new VideoFixture().write(folder.resolve("a.mp4"));
    Path other = new VideoFixture().write(folder.resolve("b.mp4"));
    try (ProbeCache cache = ProbeCache.open(file)) {
      Probe probe = ContainerProbe.look(one, "a.mp4");
      Thread.currentThread().interrupt();
      cache.add(one, probe);
      assertThat(Thread.interrupted()).isTrue();
      cache.add(other, probe);
    }
    try (ProbeCache cache = ProbeCache.open(file)) {
      assertThat(cache.find(other)).isPresent();
    }
  }

  @Test
  void looksAgainAtAFileThatChanged() throws IOException {
    Path video = new VideoFixture().write(folder.resolve("a.mp4"));
    try (ProbeCache cache = ProbeCache.open(file)) {
      cache.facts(video, "a.mp4");
      Files.setLastModifiedTime(video, FileTime.fromMillis(1_000_000));
      assertThat(cache.find(video)).isEmpty();
      new VideoFixture().size(32, 32).write(video);
      assertThat(cache.facts(video, "a.mp4").width()).isEqualTo(32);
    }
  }

  @Test
  void leavesDamagedLinesOut() throws IOException {
    Path first = new VideoFixture().write(folder.resolve("a.mp4"));
    Path second = new VideoFixture().size(32, 32).write(folder.resolve("b.mp4"));
    try (ProbeCache cache = ProbeCache.open(file)) {
      cache.facts(first, "a.mp4");
      cache.facts(second, "b.mp4");
    }
    byte[] bytes = Files.readAllBytes(file);
    bytes[60] ^= 1;
    Files.write(file, bytes);
    Files.write(file, new byte[] {0, -1, '\n', 'x', 'y'}, StandardOpenOption.APPEND);
    try (ProbeCache cache = ProbeCache.open(file)) {
      assertThat(cache.find(first)).isEmpty();
      assertThat(cache.find(second)).isPresent();
      cache.facts(first, "a.mp4");
    }
    try (ProbeCache cache = ProbeCache.open(file)) {
      assertThat(cache.find(first)).isPresent();
    }
  }

  @Test
  void opensWhateverIsInTheFile() throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, "{}\n\n00000000null\n".getBytes(StandardCharsets.UTF_8));
    ProbeCache.open(file).close();
  }

  @Test
  void namesAFileThatCannotBeOpened() {
    assertThatThrownBy(() -> ProbeCache.open(folder))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("the probe cache " + folder + " cannot be opened");
  }

  @Test
  void refusesWhatItCannotHelp() {
    try (ProbeCache cache = ProbeCache.open(file)) {
      VideoReader.Builder builder = VideoReader.builder().optProbeCache(cache).optIsolation(1);
      assertThatIllegalArgumentException()
          .isThrownBy(builder::build)
          .withMessageContaining("neither with a stream of choice nor with decoder processes");
    }
  }
}
