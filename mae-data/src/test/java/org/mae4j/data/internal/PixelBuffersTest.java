package org.mae4j.data.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.common.util.concurrent.Uninterruptibles;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PixelBuffersTest {

  private final PixelBuffers buffers = new PixelBuffers(1 << 20, 8 << 20, Duration.ofSeconds(2));

  @Test
  void givesTheSameBufferAgain() {
    ByteBuffer first = buffers.take(100_000);
    buffers.giveBack(first);
    assertThat(buffers.take(99_000)).isSameAs(first);
  }

  @Test
  void givesNoBufferTwiceAtOnce() {
    ByteBuffer first = buffers.take(100_000);
    buffers.giveBack(first);
    ByteBuffer second = buffers.take(100_000);
    assertThat(buffers.take(100_000)).isNotSameAs(second);
  }

  @Test
  void givesUpTheSizesOfTheLongestAgo() {
    ByteBuffer old = buffers.take(300 << 10);
    ByteBuffer older = buffers.take(200 << 10);
    ByteBuffer wanted = buffers.take(600 << 10);
    buffers.giveBack(older);
    buffers.giveBack(old);
    buffers.giveBack(wanted);
    assertThat(buffers.take(600 << 10)).isSameAs(wanted);
    assertThat(buffers.take(200 << 10)).isNotSameAs(older);
    assertThat(buffers.take(300 << 10)).isSameAs(old);
  }

  @Test
  void keepsNothingThatIsTooLarge() {
    ByteBuffer large = buffers.take(2 << 20);
    buffers.giveBack(large);
    assertThat(buffers.take(2 << 20)).isNotSameAs(large);
  }

  @Test
  void waitsForOthersWhereMemoryIsUsedUp() throws InterruptedException {
    ByteBuffer first = buffers.take(5 << 20);
    Thread other =
        new Thread(
            () -> {
              Uninterruptibles.sleepUninterruptibly(Duration.ofMillis(100));
              buffers.giveBack(first);
            });
    other.start();
    assertThat(buffers.take(5 << 20).capacity()).isEqualTo(5 << 20);
    other.join();
  }

  @Test
  void refusesWhatNeverFits() {
    assertThatExceptionOfType(OutOfMemoryError.class)
        .isThrownBy(() -> buffers.take(9 << 20))
        .withMessageContaining("no 9 MB of direct memory, of which this JVM has 8 MB for clips");
  }

  @Test
  void saysSoWhenNothingIsGivenBack() {
    ByteBuffer held = buffers.take(5 << 20);
    assertThatExceptionOfType(OutOfMemoryError.class)
        .isThrownBy(() -> buffers.take(5 << 20))
        .withMessageContaining("clips that are not closed hold 5 of 8 MB");
    assertThat(held.capacity()).isEqualTo(5 << 20);
  }

  @Test
  void givesSeveralOrNone() {
    List<ByteBuffer> four = buffers.take(2 << 20, 4);
    assertThat(four).hasSize(4);
    assertThat(four.get(0)).isNotSameAs(four.get(1));
    assertThatExceptionOfType(OutOfMemoryError.class)
        .isThrownBy(() -> new PixelBuffers(0, 8 << 20, Duration.ZERO).take(3 << 20, 3))
        .withMessageStartingWith("no 9 MB");
  }

  @Test
  void findsWhatWasForgottenWithoutBeingGivenBack() {
    for (int i = 0; i < 5; i++) {
      assertThat(buffers.take(5 << 20).remaining()).isEqualTo(5 << 20);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4095, 4096, 4097, 1_000_000})
  void limitsBuffersToWhatWasAskedFor(int bytes) {
    buffers.giveBack(buffers.take(bytes));
    ByteBuffer again = buffers.take(bytes);
    assertThat(again.remaining()).isEqualTo(bytes);
    assertThat(again.capacity()).isLessThanOrEqualTo(Math.max(4096, bytes + bytes / 8 + 4096));
  }
}
