package org.mae4j.data.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.WindowPlacement;

/**
 * Damaged copies of small valid files: each gives clips or a {@link ClipReadException}, and the
 * process survives. The system property {@code mae4j.fuzz} sets the number of copies of each file.
 */
class DecoderFuzzTest {

  private static final int COPIES = Integer.getInteger("mae4j.fuzz", 1700);
  private static final FrameSampling SAMPLING = new FrameSampling(2, 1, 30);

  @TempDir private Path folder;

  // 12 files: together 20400 copies.
  @ParameterizedTest
  @CsvSource({
    "mpeg4, mp4",
    "mpeg4, mov",
    "mpeg4, avi",
    "libopenh264, mp4",
    "libopenh264, mkv",
    "libopenh264, flv",
    "mpeg2video, ts",
    "mpeg2video, mpg",
    "libvpx, webm",
    "libvpx-vp9, webm",
    "libaom-av1, mp4",
    "ffv1, mkv"
  })
  void survives(String encoder, String container) throws IOException {
    Path file = folder.resolve("whole." + container);
    new VideoFixture().encoder(encoder).size(32, 32).frames(4).gop(2).write(file);
    byte[] whole = Files.readAllBytes(file);
    Path copy = folder.resolve("copy." + container);
    VideoReader reader =
        VideoReader.builder().optTimeLimit(Duration.ofSeconds(5)).optMaxPixels(1 << 20).build();
    int readable =
        IntStream.range(0, COPIES).map(seed -> read(reader, mutate(whole, copy, seed))).sum();
    assertThat(readable).as("copies that can still be read").isBetween(1, COPIES - 1);
  }

  /** Up to 16 changed bytes, mostly where headers are; sometimes a piece is missing. */
  private static Path mutate(byte[] whole, Path copy, long seed) {
    Random random = new Random(seed);
    byte[] bytes = whole.clone();
    int changes = 1 + random.nextInt(16);
    for (int i = 0; i < changes; i++) {
      int range = random.nextBoolean() ? bytes.length : Math.min(bytes.length, 1024);
      int value = random.nextInt(4) == 0 ? 0xff : random.nextInt(256);
      bytes[random.nextInt(range)] = (byte) value;
    }
    if (random.nextInt(8) == 0) {
      int from = random.nextInt(bytes.length);
      int length = random.nextInt(bytes.length - from);
      System.arraycopy(bytes, from + length, bytes, from, bytes.length - from - length);
      bytes = Arrays.copyOf(bytes, bytes.length - length);
    }
    try {
      return Files.write(copy, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int read(VideoReader reader, Path file) {
    ClipRequest request = ClipRequest.one(SAMPLING, WindowPlacement.random(), new Random(1));
    try (Clip clip = reader.decode(file, ClipInfo.unlabelled("copy"), request).get(0)) {
      return clip.shape().frames() / SAMPLING.frames();
    } catch (ClipReadException e) {
      return 0;
    }
  }
}
