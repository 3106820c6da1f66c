package org.mae4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ClipTest {

  private static final ClipInfo INFO = ClipInfo.unlabelled("a.mp4");
  private static final ClipShape SHAPE = new ClipShape(2, 3, 4);
  private static final int BYTES = 2 * 3 * 4 * 3;

  @Test
  void rejectsPixelsThatDoNotFillItsShape() {
    ByteBuffer pixels = ByteBuffer.allocateDirect(BYTES - 1);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Clip(INFO, SHAPE, pixels, new double[2]))
        .withMessage("a clip of 2x3x4 has 72 bytes, but got 71");
  }

  @Test
  void rejectsANumberOfTimestampsThatIsNotItsNumberOfFrames() {
    ByteBuffer pixels = ByteBuffer.allocateDirect(BYTES);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Clip(INFO, SHAPE, pixels, new double[3]))
        .withMessage("a clip of 2x3x4 has 2 timestamps, but got 3");
  }

  @Test
  void givesAFreshReadOnlyViewEachTime() {
    try (Clip clip = clip(new AtomicInteger())) {
      clip.pixels().get(new byte[BYTES]);

      assertThat(clip.pixels().remaining()).isEqualTo(BYTES);
      assertThatThrownBy(() -> clip.pixels().put(0, (byte) 1))
          .isInstanceOf(ReadOnlyBufferException.class);
    }
  }

  @Test
  void releasesItsBufferOnceHoweverOftenItIsClosed() {
    AtomicInteger released = new AtomicInteger();
    Clip clip = clip(released);
    clip.close();
    clip.close();

    assertThat(released).hasValue(1);
  }

  @Test
  void keepsWhatThereWasToRemark() {
    try (Clip clip = clip(new AtomicInteger());
        Clip plain =
            new Clip(INFO, SHAPE, ByteBuffer.allocateDirect(BYTES), new double[] {0, 0.04})) {
      assertThat(clip.remarks()).containsExactly("told");
      assertThat(plain.remarks()).isEmpty();
    }
  }

  @Test
  void refusesItsPixelsAfterItIsClosed() {
    Clip clip = clip(new AtomicInteger());
    clip.close();

    assertThatIllegalStateException()
        .isThrownBy(clip::pixels)
        .withMessage("2x3x4 of a.mp4 is closed");
  }

  private static Clip clip(AtomicInteger released) {
    return new Clip(
        INFO,
        SHAPE,
        ByteBuffer.allocateDirect(BYTES),
        new double[] {0, 0.04},
        List.of("told"),
        released::incrementAndGet);
  }
}
