package org.mae4j.models.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftoversTest {

  @TempDir Path folder;

  @Test
  void removesWhatNobodyWritesAnyMore() throws IOException {
    Path dead = unpacking("tmp12142188608210883983", 120, 90);
    Path alive = unpacking("tmp4242", 120, 1);
    Path finished = unpacking("2.7.1-20250812-cpu-linux-x86_64", 120, 90);
    Path others = unpacking("tmp-of-mine", 120, 90);

    Leftovers.remove(folder);

    assertThat(dead).doesNotExist();
    assertThat(alive.resolve("libc10.so")).exists();
    assertThat(finished.resolve("libc10.so")).exists();
    assertThat(others.resolve("libc10.so")).exists();
  }

  @Test
  void aFolderThatIsNotThereIsNoMatter() {
    Leftovers.remove(folder.resolve("none"));

    assertThat(folder).isEmptyDirectory();
  }

  /** A folder of libraries, the first and the last of which were written so many seconds ago. */
  private Path unpacking(String name, long first, long last) throws IOException {
    Path made = Files.createDirectory(folder.resolve(name));
    written(Files.writeString(made.resolve("libtorch.so"), "x"), first);
    written(Files.writeString(made.resolve("libc10.so"), "x"), last);
    written(made, first);
    return made;
  }

  private static void written(Path file, long secondsAgo) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(secondsAgo)));
  }
}
