package org.mae4j.data.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.ffmpeg.internal.FrameTimes;
import org.mae4j.data.ffmpeg.internal.StreamTiming;

/** Videos whose frames come at other times than their files say. */
class UnsteadyVideosTest {

  private static final double FRAME = 1 / 30.0;

  /** Seconds from a frame of the paper's clips to the next. */
  private static final double STEP = 127 / 15.0 * FRAME;

  /** As a phone writes when it gets dark: 4 s at 30 frames/s, then 8 s at 15. */
  private static long dark(int frame) {
    return frame < 120 ? frame : 120 + 2L * (frame - 120);
  }

  /** As a screen or a call is recorded: at 30 frames/s, where there is something new. */
  private static long screen(int frame) {
    return frame < 30 ? frame : 30 + 6L * (frame - 30);
  }

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"mp4", "mov", "mkv", "avi", "ts", "nut"})
  void clipsSpanTheTimeAskedForWhateverTheRate(String container) {
    Path dark =
        new VideoFixture()
            .frames(240)
            .times(UnsteadyVideosTest::dark)
            .write(folder.resolve("d." + container));
    checkTimes(dark, UnsteadyVideosTest::dark, 240, 2 * FRAME);

    Path screen =
        new VideoFixture()
            .frames(90)
            .times(UnsteadyVideosTest::screen)
            .write(folder.resolve("s." + container));
    checkTimes(screen, UnsteadyVideosTest::screen, 90, 6 * FRAME);
  }

  private static void checkTimes(Path file, IntToLongFunction times, int frames, double longest) {
    Random random = new Random(7);
    try (VideoReader reader = VideoReader.create()) {
      for (int i = 0; i < 40; i++) {
        WindowPlacement placement =
            i < 11 ? new WindowPlacement.AtFraction(i / 10.0) : WindowPlacement.random();
        try (Clip clip = read(reader, file, placement, random)) {
          double offset =
              clip.timestamp(0) - times.applyAsLong(VideoFixture.number(clip, 0)) * FRAME;
          for (int t = 0; t < 16; t++) {
            double asked = clip.timestamp(0) + t * STEP;
            assertThat(clip.timestamp(t)).isCloseTo(asked, within(longest + 0.002));
            int number = VideoFixture.number(clip, t);
            assertThat(clip.timestamp(t) - offset)
                .as("the picture belongs to the time")
                .isCloseTo(times.applyAsLong(number) * FRAME, within(0.002));
            assertThat(number).isLessThan(frames);
          }
          assertThat(Arrays.stream(VideoFixture.numbers(clip)).distinct()).hasSize(16);
        }
      }
    }
  }

  @Test
  void theReferencesRuleIsThereByName() {
    Path file =
        new VideoFixture()
            .frames(240)
            .times(UnsteadyVideosTest::dark)
            .write(folder.resolve("dark.mp4"));
    try (VideoReader reader = VideoReader.builder().optFrameRule(FrameSelection.REFERENCE).build();
        Clip clip = read(reader, file, new WindowPlacement.AtFraction(1), new Random(0))) {
      assertThat(Arrays.stream(VideoFixture.numbers(clip)).distinct()).hasSizeLessThan(10);
      assertThat(clip.remarks()).isEmpty();
    }
  }

  @Test
  void saysThatTheRateVariesAndThatThereWasAChoiceOfStreams() {
    Path dark =
        new VideoFixture()
            .frames(240)
            .times(UnsteadyVideosTest::dark)
            .write(folder.resolve("dark.mkv"));
    Path two = new VideoFixture().frames(240).secondVideo(96, 80).write(folder.resolve("two.mkv"));
    Path plain = new VideoFixture().frames(240).write(folder.resolve("plain.mkv"));
    WindowPlacement end = new WindowPlacement.AtFraction(1);
    try (VideoReader here = VideoReader.create();
        VideoReader isolated = VideoReader.builder().optIsolation(1).build();
        VideoReader chosen = VideoReader.builder().optStream(0).build()) {
      for (VideoReader reader : List.of(here, isolated)) {
        assertThat(remarks(reader, dark, end))
            .containsExactly("variable frame rate, so frames are picked by time");
        assertThat(remarks(reader, two, end))
            .containsExactly("several video streams, of which libav's best is read");
        assertThat(remarks(reader, plain, end)).isEmpty();
      }
      assertThat(remarks(chosen, two, end)).isEmpty();
    }
    assertThat(VideoReader.facts(two, "two.mkv").videoStreams()).isEqualTo(2);
    assertThat(VideoReader.facts(plain, "plain.mkv").videoStreams()).isEqualTo(1);
  }

  private static List<String> remarks(VideoReader reader, Path file, WindowPlacement placement) {
    try (Clip clip = read(reader, file, placement, new Random(0))) {
      return clip.remarks();
    }
  }

  @ParameterizedTest
  @CsvSource({"mp4, true", "avi, true", "mkv, false", "ts, false"})
  void aFileSaysWhetherItsRateVariesOnceItIsReadThrough(String container, boolean indexed) {
    Path dark =
        new VideoFixture()
            .frames(240)
            .times(UnsteadyVideosTest::dark)
            .write(folder.resolve("d." + container));
    Path plain = new VideoFixture().frames(240).write(folder.resolve("p." + container));
    Path probes = folder.resolve("probes");
    try (ProbeCache cache = ProbeCache.open(probes)) {
      assertThat(cache.facts(dark, "d").variableRate().isPresent()).isEqualTo(indexed);
      assertThat(cache.thoroughFacts(dark, "d").variableRate()).hasValue(true);
      assertThat(cache.thoroughFacts(plain, "p").variableRate()).hasValue(false);
    }
    try (ProbeCache cache = ProbeCache.open(probes)) {
      assertThat(cache.facts(dark, "d").variableRate()).as("remembered").hasValue(true);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mp4", "mov", "mkv", "avi", "nut", "wmv"})
  void aVideoIsAsLongAsItsOwnStreamWhateverTheSound(String container) {
    Path file =
        new VideoFixture().frames(180).audio(20).write(folder.resolve("sound." + container));
    try (VideoReader reader = VideoReader.create();
        Clip centre = read(reader, file, WindowPlacement.centre(), new Random(0));
        Clip end = read(reader, file, new WindowPlacement.AtFraction(1), new Random(0))) {
      assertThat(VideoFixture.number(centre, 0)).isEqualTo((180 - 128) / 2);
      assertThat(VideoFixture.number(end, 0)).isBetween(180 - 129, 180 - 128);
      assertThat(Arrays.stream(VideoFixture.numbers(end)).distinct()).hasSize(16);
    }
  }

  @Test
  void aVideoThatBreaksOffEndsWhereItBreaksOff() throws IOException {
    Path whole = new VideoFixture().frames(250).write(folder.resolve("whole.mkv"));
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = Files.write(folder.resolve("cut.mkv"), Arrays.copyOf(bytes, bytes.length * 3 / 4));
    Random random = new Random(1);
    try (VideoReader reader = VideoReader.create()) {
      for (int i = 0; i < 20; i++) {
        try (Clip clip = read(reader, cut, WindowPlacement.random(), random)) {
          assertThat(Arrays.stream(VideoFixture.numbers(clip)).distinct()).hasSize(16);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ts", "mpg"})
  void noClipSpansTwoRecordings(String container) throws IOException {
    String encoder = container.equals("mpg") ? "mpeg2video" : "mpeg4";
    Path first =
        new VideoFixture().encoder(encoder).frames(150).write(folder.resolve("1." + container));
    Path late =
        new VideoFixture()
            .encoder(encoder)
            .frames(150)
            .times(i -> 30_000 + i)
            .write(folder.resolve("2." + container));
    List<List<Path>> orders =
        List.of(List.of(first, first), List.of(first, late), List.of(late, first));
    for (List<Path> recordings : orders) {
      Path file = folder.resolve("both." + container);
      try (OutputStream output = Files.newOutputStream(file)) {
        for (Path recording : recordings) {
          Files.copy(recording, output);
        }
      }
      checkOneRecording(file);
    }
  }

  private static void checkOneRecording(Path file) {
    Random random = new Random(3);
    try (VideoReader reader = VideoReader.create()) {
      for (int i = 0; i < 12; i++) {
        try (Clip clip = read(reader, file, WindowPlacement.random(), random)) {
          int[] numbers = VideoFixture.numbers(clip);
          for (int t = 1; t < 16; t++) {
            assertThat(numbers[t] - numbers[t - 1])
                .as("%s", Arrays.toString(numbers))
                .isBetween(7, 10);
          }
        }
      }
    }
  }

  @Test
  void oneLostFrameIsNoVariableRateButAnotherRateIs() {
    StreamTiming timing = timing();
    long[] steady = IntStream.range(0, 128).mapToLong(i -> 3000L * i).toArray();
    long[] oneLost = IntStream.range(0, 128).mapToLong(i -> 3000L * (i < 60 ? i : i + 1)).toArray();
    long[] twoLost = IntStream.range(0, 128).mapToLong(i -> 3000L * (i < 60 ? i : i + 2)).toArray();
    long[] half = IntStream.range(0, 128).mapToLong(i -> 6000L * i).toArray();
    long[] ntsc = IntStream.range(0, 128).mapToLong(i -> 3003L * i).toArray();
    long[] milliseconds =
        IntStream.range(0, 128).mapToLong(i -> 90 * Math.round(i * 100 / 3.0)).toArray();

    assertThat(List.of(steady, oneLost, ntsc, milliseconds))
        .allMatch(times -> FrameTimes.of(times).keepTo(30, timing))
        .allMatch(times -> !FrameTimes.of(times).vary(30, timing));
    assertThat(List.of(twoLost, half))
        .allMatch(times -> !FrameTimes.of(times).keepTo(30, timing))
        .allMatch(times -> FrameTimes.of(times).vary(30, timing));
    assertThat(FrameTimes.of(5).keepTo(30, timing)).isTrue();
    assertThat(FrameTimes.of(5, 5, 5).keepTo(30, timing)).isFalse();
  }

  private static StreamTiming timing() {
    return new StreamTiming(
        1,
        90_000,
        0,
        OptionalDouble.empty(),
        OptionalDouble.of(30),
        OptionalDouble.of(30),
        OptionalLong.empty(),
        OptionalLong.empty(),
        Optional.empty());
  }

  private static Clip read(
      VideoReader reader, Path file, WindowPlacement placement, Random random) {
    return reader
        .decode(
            file,
            ClipInfo.unlabelled(file.getFileName().toString()),
            ClipRequest.one(FrameSampling.PAPER, placement, random))
        .get(0);
  }
}
