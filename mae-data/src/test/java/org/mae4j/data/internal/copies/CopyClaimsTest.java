package org.mae4j.data.internal.copies;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class CopyClaimsTest {

  private static final Duration SILENCE = Duration.ofMillis(900);

  @TempDir private Path parent;
  private CopyClaims one;
  private CopyClaims other;

  private CopyClaims claims() {
    return new CopyClaims(parent.resolve("claims"), SILENCE);
  }

  @AfterEach
  void close() {
    if (one != null) {
      one.close();
    }
    if (other != null) {
      other.close();
    }
  }

  @Test
  void areTakenByOneAtATime() throws IOException {
    one = claims();
    other = claims();
    assertThat(one.take("a")).isTrue();
    assertThat(other.take("a")).isFalse();
    assertThat(other.take("b")).isTrue();
    one.release("a");
    assertThat(other.take("a")).isTrue();
    other.release("a");
    other.release("b");
    assertThat(parent.resolve("claims")).doesNotExist();
  }

  @Test
  void holdAsLongAsTheirOwnerLives() throws Exception {
    one = claims();
    other = claims();
    assertThat(one.take("a")).isTrue();
    long end = System.nanoTime() + 3 * SILENCE.toNanos();
    while (System.nanoTime() < end) {
      assertThat(other.take("a")).isFalse();
      Thread.sleep(100);
    }
  }

  @Test
  @Timeout(60)
  void areVoidWhenNothingWasHeardOfAnotherMachine() throws Exception {
    one = claims();
    other = claims();
    assertThat(one.take("a")).isTrue();
    Path left = Files.writeString(one.unfinished("a"), "half");
    Path claim = claim();
    one.close();
    Files.writeString(claim, "of-another-machine 1 2 00000000000000000001\n");
    assertThat(other.take("a")).isFalse();
    long began = System.nanoTime();
    while (!other.take("a")) {
      Thread.sleep(20);
    }
    assertThat(System.nanoTime() - began).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(500));
    assertThat(left).doesNotExist();
    assertThat(claim).exists();
  }

  @Test
  void areVoidAtOnceWhenTheirProcessIsGone() throws Exception {
    one = claims();
    other = claims();
    assertThat(one.take("a")).isTrue();
    Path left = Files.writeString(one.unfinished("a"), "half");
    Path claim = claim();
    one.close();
    String words = Files.readString(claim);
    String[] parts = words.strip().split(" ", -1);
    // A number of a process that began at another time.
    Files.writeString(claim, words.replace(" " + parts[2] + " ", " 1 "));
    other.clearDead();
    if (parts[0].equals("-")) {
      return; // No way to tell on this system.
    }
    assertThat(left).doesNotExist();
    assertThat(parent.resolve("claims")).doesNotExist();
    assertThat(other.take("a")).isTrue();
  }

  private Path claim() throws IOException {
    try (var files = Files.list(parent.resolve("claims"))) {
      List<Path> claims = files.filter(file -> file.toString().endsWith(".claim")).toList();
      assertThat(claims).hasSize(1);
      return claims.get(0);
    }
  }
}
