package org.mae4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StillClipTest {

  private static final ClipInfo INFO = ClipInfo.unlabelled("a.png");
  private static final ClipShape SHAPE = new ClipShape(3, 1, 2);

  @Test
  void showsItsFrameAsOftenAsItHasFrames() {
    try (Clip still =
        Clip.still(INFO, SHAPE, ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6}), () -> {})) {
      assertThat(still.isStill()).isTrue();
      assertThat(still.frame(2)).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6}));
      byte[] all = new byte[18];
      still.pixels().get(all);
      assertThat(all).containsExactly(1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6);
      assertThat(still.timestamp(2)).isZero();
    }
  }

  @Test
  void givesAFrameOfAClipThatMoves() {
    ByteBuffer pixels = ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6});
    try (Clip clip = new Clip(INFO, new ClipShape(2, 1, 1), pixels, new double[2])) {
      assertThat(clip.isStill()).isFalse();
      assertThat(clip.frame(1)).isEqualTo(ByteBuffer.wrap(new byte[] {4, 5, 6}));
      assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> clip.frame(2));
    }
  }

  @Test
  void givesItsBufferBackOnce() {
    AtomicInteger released = new AtomicInteger();
    Clip still = Clip.still(INFO, SHAPE, ByteBuffer.allocate(6), released::incrementAndGet);
    still.close();
    still.close();
    assertThat(released).hasValue(1);
    assertThatIllegalStateException().isThrownBy(() -> still.frame(0));
    assertThatIllegalStateException().isThrownBy(still::pixels);
  }

  @Test
  void rejectsMoreThanAFrame() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Clip.still(INFO, SHAPE, ByteBuffer.allocate(18), () -> {}))
        .withMessage("one frame of a clip of 3x1x2 has 6 bytes, but got 18");
  }
}
