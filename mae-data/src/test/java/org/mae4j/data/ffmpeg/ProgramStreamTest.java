package org.mae4j.data.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.Clip;

/** MPEG program streams, of whose frames not all say when they are shown. */
class ProgramStreamTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "mpeg2video, 12, 2, mpg, 1",
    "mpeg2video, 12, 2, vob, 1",
    "mpeg2video, 12, 2, mpg, 4",
    "mpeg2video, 12, 2, vob, 20",
    "mpeg2video, 100, 2, mpg, 3",
    "mpeg2video, 15, 0, vob, 3",
    "mpeg1video, 12, 2, mpg, 1",
    "mpeg1video, 12, 1, mpg, 1",
    "mpeg4, 12, 2, vob, 1"
  })
  void framesAreThoseFromTheStart(
      String encoder, int gop, int bFrames, String container, int stampsApart) throws IOException {
    int frames = 300;
    Path file =
        new VideoFixture()
            .size(64, 64)
            .encoder(encoder)
            .gop(gop)
            .bFrames(bFrames)
            .frames(frames)
            .write(folder.resolve("v." + container));
    Files.write(file, thinned(Files.readAllBytes(file), stampsApart));
    List<Long> times = ExactSeekTest.check(file, 23);
    assertThat(times).hasSize(frames);
    for (int i = 0; i < frames; i++) {
      assertThat(times.get(i) - times.get(0)).isEqualTo(3000L * i);
    }
  }

  /** The stream with one in so many of its presentation times only. */
  private static byte[] thinned(byte[] stream, int apart) {
    int stamps = 0;
    for (int i = 0; i + 14 < stream.length; i++) {
      boolean startsPacket =
          stream[i] == 0
              && stream[i + 1] == 0
              && stream[i + 2] == 1
              && (stream[i + 3] & 0xf0) == 0xe0
              && (stream[i + 6] & 0xc0) == 0x80;
      int stamped = startsPacket ? (stream[i + 7] & 0xc0) >> 6 : 0;
      if (stamped >= 2 && stamps++ % apart != 0) {
        stream[i + 7] &= 0x3f;
        Arrays.fill(stream, i + 9, i + 9 + (stamped == 3 ? 10 : 5), (byte) 0xff);
      }
    }
    return stream;
  }

  @Test
  void filmThatIsShownAtTheRateOfTelevisionKeepsItsTimes() throws IOException {
    Path file = folder.resolve("telecine.vob");
    try (InputStream resource = getClass().getResourceAsStream("telecine.vob")) {
      Files.copy(resource, file);
    }
    List<Long> times = ExactSeekTest.check(file, 5);
    for (int i = 1; i < times.size(); i++) {
      // Two fields of 1/59.94 s, or three.
      assertThat(times.get(i) - times.get(i - 1)).isBetween(3002L, 4505L);
    }
    assertThat(times.get(240) - times.get(0)).isEqualTo(240 * 90_000L * 1001 / 24_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mpeg2video", "mpeg1video"})
  void whereAClipLiesDoesNotMatter(String encoder) {
    Path file =
        new VideoFixture()
            .encoder(encoder)
            .bFrames(2)
            .frames(5400)
            .write(folder.resolve("long.mpg"));
    long first = bytesRead(file, 0.02);
    for (double place : new double[] {0.3, 0.6, 0.97}) {
      assertThat(bytesRead(file, place)).isLessThan(3 * first);
    }
  }

  private static long bytesRead(Path file, double place) {
    CountedFile counted = new CountedFile(file);
    try (Clip clip = counted.clip(FrameSelection.TRAINING, place)) {
      int[] numbers = VideoFixture.numbers(clip);
      for (int t = 1; t < numbers.length; t++) {
        assertThat((numbers[t] - numbers[t - 1] + 256) % 256).isBetween(8, 9);
      }
    }
    return counted.bytes();
  }

  @Test
  void aStreamThatIsCutAnywhereIsReadFromItsFirstKeyFrame() throws IOException {
    Path whole =
        new VideoFixture()
            .encoder("mpeg2video")
            .bFrames(2)
            .frames(300)
            .write(folder.resolve("whole.mpg"));
    byte[] bytes = Files.readAllBytes(whole);
    Random random = new Random(4);
    for (int i = 0; i < 5; i++) {
      int from = random.nextInt(bytes.length / 3);
      int to = bytes.length - random.nextInt(bytes.length / 3);
      Path cut = folder.resolve("cut.mpg");
      Files.write(cut, Arrays.copyOfRange(bytes, from, to));
      assertThat(ExactSeekTest.check(cut, 11)).hasSizeGreaterThan(80);
    }
  }
}
