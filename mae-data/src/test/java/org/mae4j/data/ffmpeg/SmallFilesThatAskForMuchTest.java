package org.mae4j.data.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Seeds;
import org.mae4j.api.WindowPlacement;

class SmallFilesThatAskForMuchTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "1000000, 'a.mp4: probe: lists 1000000 frames, more than it has bytes'",
    "20000000, 'a.mp4: decode: no frame could be decoded'",
    "2000000000, 'a.mp4: decode: no frame could be decoded'"
  })
  void anIndexLargerThanTheFileIsNotBelieved(int frames, String message) throws IOException {
    Path file = new VideoFixture().write(folder.resolve("a.mp4"));
    byte[] bytes = Files.readAllBytes(file);
    // All frames of one byte, in one chunk, each shown for one unit.
    put(bytes, "stsz", 4, 1, frames);
    put(bytes, "stsc", 8, 1, Integer.MAX_VALUE, 1);
    put(bytes, "stts", 8, frames, 1);
    Files.write(file, bytes);
    assertThat(failure(file, 4)).hasMessage(message);
  }

  private static void put(byte[] file, String box, int offset, int... values) {
    int at = new String(file, StandardCharsets.ISO_8859_1).indexOf(box) + Integer.BYTES + offset;
    ByteBuffer.wrap(file).position(at).slice().asIntBuffer().put(values);
  }

  @Test
  void aClipThatCannotFitIntoMemoryCostsItsFile() {
    Path file = new VideoFixture().write(folder.resolve("a.mp4"));
    ClipReadException failure = failure(file, 300_000);
    assertThat(failure.stage()).isEqualTo(Stage.CONVERT);
    assertThat(failure)
        .hasMessageStartingWith("a.mp4: convert: 300000 frames of 64x48 are 2636 MB, more than the")
        .hasMessageContaining("-XX:MaxDirectMemorySize");
  }

  private static ClipReadException failure(Path file, int frames) {
    ClipRequest request =
        ClipRequest.one(
            new FrameSampling(frames, 1, 30), WindowPlacement.centre(), Seeds.generator(1));
    try (VideoReader reader = VideoReader.create()) {
      return catchThrowableOfType(
          ClipReadException.class,
          () -> reader.decode(file, ClipInfo.unlabelled("a.mp4"), request));
    }
  }
}
