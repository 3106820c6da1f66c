package org.mae4j.data.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PixelBuffersTest {

  private final PixelBuffers buffers = new PixelBuffers(1 << 20);

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

  @ParameterizedTest
  @ValueSource(ints = {1, 4095, 4096, 4097, 1_000_000})
  void limitsBuffersToWhatWasAskedFor(int bytes) {
    buffers.giveBack(buffers.take(bytes));
    ByteBuffer again = buffers.take(bytes);
    assertThat(again.remaining()).isEqualTo(bytes);
    assertThat(again.capacity()).isLessThanOrEqualTo(Math.max(4096, bytes + bytes / 8 + 4096));
  }
}
