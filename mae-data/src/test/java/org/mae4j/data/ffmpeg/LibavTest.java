package org.mae4j.data.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibavTest {

  /** In a process of its own, because JavaCPP takes its limit from whoever loads it first. */
  @Test
  void liftsTheLimitOnMemoryWhereAWriterComesFirst(@TempDir Path folder) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LibavTest.class.getName(),
                folder.resolve("clip.mp4").toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(output.strip()).isEqualTo("0 frames, limit 0");
  }

  public static void main(String[] arguments) {
    try (VideoWriter writer =
        VideoWriter.builder()
            .setFile(Path.of(arguments[0]))
            .setCodec(VideoCodec.MPEG4)
            .setSize(32, 32)
            .setFrameRate(10, 1)
            .build()) {
      System.out.printf(
          "%d frames, limit %d%n", writer.framesWritten(), Pointer.maxPhysicalBytes());
    }
  }
}
