package org.mae4j.models.weights;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that change after they were opened, and what is no file. */
class SteadyFileTest {

  @TempDir private Path folder;

  private interface Change {
    void make(Path file) throws IOException;
  }

  static Stream<Arguments> changes() {
    Change cut =
        file -> {
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(9);
          }
        };
    Change emptied = file -> Files.write(file, new byte[0]);
    Change longer = file -> Files.write(file, new byte[1], StandardOpenOption.APPEND);
    Change rewritten =
        file -> {
          FileTime time = Files.getLastModifiedTime(file);
          Files.write(file, new byte[(int) Files.size(file)]);
          Files.setLastModifiedTime(file, FileTime.fromMillis(time.toMillis() + 1000));
        };
    Change replaced =
        file -> {
          FileTime time = Files.getLastModifiedTime(file);
          Path other = file.resolveSibling("other");
          Files.setLastModifiedTime(Files.copy(file, other), time);
          Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        };
    return Stream.of("tiny.pth", "tiny.safetensors")
        .flatMap(
            name ->
                Stream.of(
                    Arguments.of(name, cut, "was cut short while it was read"),
                    Arguments.of(name, emptied, "was cut short while it was read"),
                    Arguments.of(name, longer, "was changed while it was read"),
                    Arguments.of(name, rewritten, "was changed while it was read"),
                    Arguments.of(name, replaced, "was changed while it was read"),
                    Arguments.of(name, (Change) Files::delete, "was removed while it was read")));
  }

  @ParameterizedTest
  @MethodSource("changes")
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "files have no identity there")
  void aFileThatChangesAfterItWasOpenedIsNamed(String name, Change change, String reason)
      throws IOException {
    Path file = Files.copy(TorchCheckpointTest.resource(name), folder.resolve(name));
    WeightFile weights = WeightFile.open(file);
    weights.data("half");
    change.make(file);

    assertThatThrownBy(() -> weights.data("half"))
        .isInstanceOf(WeightFileException.class)
        .hasMessage(file + ": " + reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dev/zero", "/dev/null", "/proc/self/mem", "/proc/self/status", "/"})
  @DisabledOnOs(OS.WINDOWS)
  @Timeout(10)
  void whatIsNoFileOfWeightsIsRefused(Path file) {
    assertThatThrownBy(() -> WeightFile.open(file)).isInstanceOf(WeightFileException.class);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  @Timeout(10)
  void aPipeIsNotWaitedFor() throws Exception {
    Path pipe = folder.resolve("pipe.safetensors");
    new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor(5, TimeUnit.SECONDS);

    assertThatThrownBy(() -> WeightFile.open(pipe))
        .isInstanceOf(WeightFileException.class)
        .hasMessage(pipe + ": is no regular file, but a pipe, socket or device");
    assertThatThrownBy(() -> Safetensors.open(pipe)).isInstanceOf(WeightFileException.class);
  }
}
