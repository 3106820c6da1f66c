package org.mae4j.examples.nursery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.common.hash.Hashing;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ToySceneTest {

  private static final int SIZE = 32;
  private static final int LARGE = 96;
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
        .hasToString("f6c5b1b528b12a1c87c47c9cdd8160d1f08b655d5555d69103e0c673c69728bb");
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

  /** The same home again shows the same wall: where no toy is, its colours are the only ones. */
  @Test
  void homeHasFewColours() {
    ToyHome home = ToyHome.draw(new SplittableRandom(4));
    assertThat(home.rooms()).hasSize(ToyHome.ROOMS).doesNotHaveDuplicates();
    assertThat(home.rooms().stream().map(Wall::room)).contains(Room.values());
    assertThat(home.toys()).hasSize(ToyHome.TOYS).doesNotHaveDuplicates();
    assertThat(home.toys().stream().map(ToySet::shape)).contains(ToyShape.values());
    ToyHome again = ToyHome.draw(new SplittableRandom(4));
    assertThat(again.toys()).isEqualTo(home.toys());
    for (long seed = 0; seed < 5; seed++) {
      ByteBuffer pixels = slide(home, seed).render(16, SIZE);
      assertThat(colours(pixels)).contains(colour(home.rooms().get(2).ground()));
      assertThat(colours(pixels)).contains(colour(home.toys().get(9).colours().get(0)));
      assertThat(slide(again, seed).render(16, SIZE)).isEqualTo(pixels);
    }
    assertThat(slide(home, 1).render(16, SIZE)).isNotEqualTo(slide(home, 2).render(16, SIZE));
  }

  private static ToyScene slide(ToyHome home, long seed) {
    return ToyScene.draw(
        Motion.SLIDE_LEFT, home.rooms().get(2), home.toys().get(9), new SplittableRandom(seed));
  }

  private static List<Integer> colour(Colour colour) {
    return Stream.of(colour.red(), colour.green(), colour.blue())
        .map(channel -> Math.round(255 * channel))
        .toList();
  }

  private static Set<List<Integer>> colours(ByteBuffer pixels) {
    Set<List<Integer>> colours = new HashSet<>();
    for (int i = 0; i < pixels.limit(); i += 3) {
      colours.add(
          List.of(pixels.get(i) & 0xFF, pixels.get(i + 1) & 0xFF, pixels.get(i + 2) & 0xFF));
    }
    return colours;
  }

  @ParameterizedTest
  @EnumSource(Motion.class)
  void picturesShowAllOfTheToyFromNear(Motion motion) {
    Assumptions.assumeTrue(motion.showsOneToyAlone());
    for (long seed = 0; seed < 100; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      ToyScene scene = ToyScene.draw(motion, Room.GRID, ToyShape.DISC, random);
      ByteBuffer picture = scene.renderPicture(random, LARGE);
      int vivid = 0;
      for (int pixel = 0; pixel < LARGE * LARGE; pixel++) {
        vivid += isVivid(picture, pixel) ? 1 : 0;
      }
      // A disc of 0.9 of its circle, which is 1/1.7 to 1/1.2 as wide as the picture; a spinning
      // one's dark half is not all vivid.
      double share = (double) vivid / (LARGE * LARGE);
      assertThat(share).isBetween(0.09, 0.46);
      // The disc is smaller than its circle by more than a pixel of this size.
      for (int i = 0; i < LARGE; i++) {
        assertThat(isVivid(picture, i)).isFalse();
        assertThat(isVivid(picture, i * LARGE)).isFalse();
        assertThat(isVivid(picture, (i + 1) * LARGE - 1)).isFalse();
        assertThat(isVivid(picture, (LARGE - 1) * LARGE + i)).isFalse();
      }
    }
  }

  /** Toys are, in both halves; walls are nearly grey. */
  private static boolean isVivid(ByteBuffer picture, int pixel) {
    int red = picture.get(3 * pixel) & 0xFF;
    int green = picture.get(3 * pixel + 1) & 0xFF;
    int blue = picture.get(3 * pixel + 2) & 0xFF;
    return Math.max(red, Math.max(green, blue)) - Math.min(red, Math.min(green, blue)) > 60;
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
