package org.mae4j.api.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {

  @TempDir Path folder;

  @Test
  void replacesWhatWasThere() throws IOException {
    Path file = Files.writeString(folder.resolve("run.json"), "old");

    WholeFile.write(file, "new");

    assertThat(file).hasContent("new");
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void aFailureLeavesTheFileAsItWasAndNothingBesideIt() throws IOException {
    Path file = Files.writeString(folder.resolve("run.json"), "old");

    assertThatThrownBy(
            () ->
                WholeFile.write(
                    file,
                    channel -> {
                      channel.write(ByteBuffer.wrap(new byte[10]));
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("No space left on device");

    assertThat(file).hasContent("old");
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void oneThatWritesTheSameFileMeanwhileDoesNoHarm() throws IOException {
    Path file = folder.resolve("run.json");

    WholeFile.write(
        file,
        channel -> {
          channel.write(ByteBuffer.wrap(new byte[] {'a'}));
          WholeFile.write(file, "other");
          channel.write(ByteBuffer.wrap(new byte[] {'b'}));
        });

    assertThat(file).hasContent("ab");
  }

  @Test
  void removesWhatAKilledProcessLeftLongAgoAndNothingElse() throws IOException {
    Path dead = leftover("run.json." + UUID.randomUUID() + ".tmp", 7200);
    Path alive = leftover("run.json." + UUID.randomUUID() + ".tmp", 10);
    Path ofAnother = leftover("run.jsonl." + UUID.randomUUID() + ".tmp", 7200);
    Path mine = leftover("run.json.mine.tmp", 7200);

    WholeFile.write(folder.resolve("run.json"), "new");

    assertThat(dead).doesNotExist();
    assertThat(alive).exists();
    assertThat(ofAnother).exists();
    assertThat(mine).exists();
  }

  private Path leftover(String name, long secondsAgo) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "half");
    return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(secondsAgo)));
  }
}
