package org.mae4j.data.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mae4j.api.Clip;
import org.mae4j.data.ffmpeg.internal.FrameTimes;
import org.mae4j.data.ffmpeg.internal.libav.ReadWatch;
import org.mae4j.data.ffmpeg.internal.libav.VideoInput;
import org.mae4j.data.ffmpeg.internal.libav.VideoStream;

/** Videos that do not say how long they are, or say it so that a window lies beyond their end. */
class NoLengthTest {

  private static final double[] PLACES = {0, 0.31, 0.5, 1};

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"mpeg4, mkv, live, 1", "libvpx, webm, live, 1", "mpeg2video, m2v, , "})
  void clipsAreThoseOfAFileThatSaysIt(
      String encoder, String container, String option, String value) {
    Path says = fixture(encoder).write(folder.resolve("says.mkv"));
    VideoFixture silent = fixture(encoder);
    if (option != null) {
      silent.muxerOption(option, value);
    }
    Path file = silent.write(folder.resolve("silent." + container));
    assertThat(VideoReader.facts(file, "x").durationSeconds()).isEmpty();
    for (double place : PLACES) {
      try (Clip expected = new CountedFile(says).clip(FrameSelection.TRAINING, place);
          Clip clip = new CountedFile(file).clip(FrameSelection.TRAINING, place)) {
        // To a frame, since times and lengths are rounded.
        for (int t = 0; t < 16; t++) {
          int number = VideoFixture.number(expected, t);
          assertThat(VideoFixture.number(clip, t)).isBetween(number - 1, number + 1);
        }
        assertThat(clip.remarks()).isEmpty();
      }
    }
  }

  private static VideoFixture fixture(String encoder) {
    return new VideoFixture().encoder(encoder).frames(250);
  }

  @Test
  void anAviFileThatBreaksOffIsAsLongAsWhatIsLeft() throws IOException {
    Path whole = new VideoFixture().frames(250).write(folder.resolve("whole.avi"));
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = Files.write(folder.resolve("cut.avi"), Arrays.copyOf(bytes, bytes.length * 3 / 4));
    int frames = AllFrames.of(cut).size();
    try (Clip clip = new CountedFile(cut).clip(FrameSelection.TRAINING, 1)) {
      assertThat(VideoFixture.number(clip, 0)).isBetween(frames - 130, frames - 127);
      assertThat(Arrays.stream(VideoFixture.numbers(clip)).distinct()).hasSize(16);
    }
  }

  /** In whose time base of 1001/30000 s the reference's window is a thousand times too long. */
  @Test
  void theReferencesRuleCountsTheFramesOfAnNtscFileByItsIndex() throws IOException {
    Path listed = folder.resolve("listed.avi");
    try (InputStream resource = getClass().getResourceAsStream("ntsc.avi")) {
      Files.copy(resource, listed);
    }
    byte[] bytes = Files.readAllBytes(listed);
    int index = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf("idx1");
    System.arraycopy("JUNK".getBytes(StandardCharsets.US_ASCII), 0, bytes, index, 4);
    Path unlisted = Files.write(folder.resolve("unlisted.avi"), bytes);
    for (double place : new double[] {0.3, 0.7, 1}) {
      try (Clip clip = new CountedFile(listed).clip(FrameSelection.REFERENCE, place);
          Clip expected = new CountedFile(unlisted).clip(FrameSelection.REFERENCE, place)) {
        assertThat(clip.pixels()).isEqualTo(expected.pixels());
        for (int t = 0; t < 16; t++) {
          assertThat(clip.timestamp(t)).isEqualTo(expected.timestamp(t));
        }
      }
    }
    assertThat(listedFrames(listed)).isEqualTo(AllFrames.of(listed).size());
    assertThat(listedFrames(unlisted)).isZero();
  }

  private static int listedFrames(Path file) {
    try (ReadWatch watch = new ReadWatch("x", Duration.ofSeconds(60));
        VideoStream video =
            VideoStream.open(
                new VideoInput.OfPath(file), "x", OptionalInt.empty(), 1 << 20, watch)) {
      return video.listedTimes().map(FrameTimes::size).orElse(0);
    }
  }

  @Test
  void theFiguresRuleReadsNoFurtherThanItsClip() {
    Path file =
        new VideoFixture()
            .encoder("mpeg2video")
            .size(128, 96)
            .frames(2000)
            .write(folder.resolve("long.mkv"));
    CountedFile counted = new CountedFile(file);
    counted.clip(FrameSelection.FIGURES, 0.5).close();
    assertThat(counted.bytes()).isLessThan(file.toFile().length() / 2);
  }
}
