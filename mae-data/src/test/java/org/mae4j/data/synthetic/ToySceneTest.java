package org.mae4j.data.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.common.hash.Hashing;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ToySceneTest {

  private static final int SIZE = 32;
  private static final int FRAME_BYTES = 3 * SIZE * SIZE;

  /** Changes only together with the version of the nursery. */
  @Test
  void seedGivesTheSamePixelsForever() {
    SplittableRandom random = new SplittableRandom(7);
    var hasher = Hashing.sha256().newHasher();
    for (Motion motion : Motion.values()) {
      for (Room room : Room.values()) {
        ToyShape shape = Draw.from(random, ToyShape.values());
        hasher.putBytes(ToyScene.draw(motion, room, shape, random).render(16, SIZE));
      }
    }
    assertThat(hasher.hash())
        .hasToString("19bbaf7801cad86323dd6e35d1939b52ce3dc7f07bffa47e460485bdd2f08eea");
  }

  @ParameterizedTest
  @EnumSource(Motion.class)
  void partnerIsTheExactTimeReversal(Motion motion) {
    ToyScene scene = scene(motion, Room.CHECKS, 3);
    ByteBuffer forwards = scene.render(20, SIZE);
    ByteBuffer backwards = scene.reversed().render(20, SIZE);
    assertThat(scene.reversed().motion()).isEqualTo(motion.reversed()).isNotEqualTo(motion);
    for (int i = 0; i < 20; i++) {
      assertThat(frame(backwards, i)).isEqualTo(frame(forwards, 19 - i));
    }
    assertThat(backwards).isNotEqualTo(forwards);
  }

  @ParameterizedTest
  @EnumSource(Motion.class)
  void motionOfALongerClipIsInItsMiddle(Motion motion) {
    ToyScene scene = scene(motion, Room.WAVES, 5);
    ByteBuffer window = scene.render(16, SIZE);
    ByteBuffer longer = scene.render(22, SIZE);
    assertThat(longer.slice(3 * FRAME_BYTES, 16 * FRAME_BYTES)).isEqualTo(window);
  }

  @ParameterizedTest
  @EnumSource(Room.class)
  void roomsDiffer(Room room) {
    ByteBuffer own = scene(Motion.GROW, room, 11).render(16, SIZE);
    for (Room other : Room.values()) {
      if (other != room) {
        assertThat(scene(Motion.GROW, other, 11).render(16, SIZE)).isNotEqualTo(own);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ToyShape.class)
  void toysAreOfUsefulSizeAndInsideTheirCircle(ToyShape shape) {
    int inside = 0;
    for (int y = -60; y < 60; y++) {
      for (int x = -60; x < 60; x++) {
        boolean in = shape.contains(x / 50.0, y / 50.0);
        inside += in ? 1 : 0;
        assertThat(in && Math.hypot(x, y) > 55).isFalse();
      }
    }
    assertThat(inside / (Math.PI * 50 * 50)).isBetween(0.25, 0.95);
  }

  @Test
  void largerFramesShowTheSame() {
    ToyScene scene = scene(Motion.SLIDE_RIGHT, Room.DOTS, 2);
    assertThat(mean(scene.render(16, 96))).isCloseTo(mean(scene.render(16, SIZE)), within(1.0));
  }

  @Test
  void refusesFewerFramesThanAWindow() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> scene(Motion.GROW, Room.GRID, 1).render(15, SIZE))
        .withMessage("frames must be at least 16, but were 15");
  }

  private static org.assertj.core.data.Offset<Double> within(double value) {
    return org.assertj.core.data.Offset.offset(value);
  }

  private static double mean(ByteBuffer pixels) {
    double sum = 0;
    for (int i = 0; i < pixels.limit(); i++) {
      sum += pixels.get(i) & 0xFF;
    }
    return sum / pixels.limit();
  }

  private static ToyScene scene(Motion motion, Room room, long seed) {
    return ToyScene.draw(motion, room, ToyShape.HEART, new SplittableRandom(seed));
  }

  private static ByteBuffer frame(ByteBuffer pixels, int index) {
    return pixels.slice(index * FRAME_BYTES, FRAME_BYTES);
  }
}
