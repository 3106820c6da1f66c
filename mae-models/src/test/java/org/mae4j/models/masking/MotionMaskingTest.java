package org.mae4j.models.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.Seeds;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.api.internal.Masks;
import org.mae4j.api.masking.ClipContent;
import org.mae4j.api.masking.ContentMasking;
import org.mae4j.models.masking.WeightedMixture.Member;
import org.mae4j.models.torch.TorchEngine;

/** Masks that see: what of a moving square they hide. */
class MotionMaskingTest {

  private static final TokenGrid GRID = MovingSquares.GRID;
  private static final int CLIPS = 8;

  private final NDManager manager = TorchEngine.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  static Stream<Arguments> strategiesAndCounts() {
    return Stream.of(
        Arguments.of(new MotionWeightedMasking(0.75, 1), 96),
        Arguments.of(new MotionWeightedMasking(0.9, -3), 38),
        Arguments.of(new MotionWeightedMasking(0.1, 0), 345),
        Arguments.of(new MotionGuidedMasking(0.75), 96),
        Arguments.of(new MotionGuidedMasking(0.8), 72),
        Arguments.of(new MotionGuidedMasking(0.1), 342),
        Arguments.of(Masking.MOTION.at(0.5), 192),
        Arguments.of(Masking.MOTION_GUIDED.at(0.5), 192));
  }

  @ParameterizedTest
  @MethodSource("strategiesAndCounts")
  void everyMaskOfAGridKeepsAsManyTokensWhateverMoves(MaskingStrategy masking, int visible) {
    for (NDArray clips :
        List.of(MovingSquares.clips(CLIPS, manager), MovingSquares.still(CLIPS, manager))) {
      assertThat(draw(masking, clips, 3))
          .hasSize(CLIPS)
          .allMatch(mask -> mask.tokens() == GRID.tokens() && mask.visibleCount() == visible);
    }
  }

  @ParameterizedTest
  @MethodSource("strategiesAndCounts")
  void masksAreAFunctionOfTheClipAndItsGenerator(MaskingStrategy masking) {
    NDArray clips = MovingSquares.clips(CLIPS, manager);
    List<TokenMask> masks = draw(masking, clips, 5);

    assertThat(draw(masking, clips, 5)).isEqualTo(masks);
    assertThat(draw(masking, clips, 6)).isNotEqualTo(masks);
    // Alone as in its batch.
    RandomGenerator third = MovingSquares.generators(CLIPS, 5).get(2);
    assertThat(masking.masks(clips.get("2:3"), GRID, List.of(third))).containsExactly(masks.get(2));
  }

  @ParameterizedTest
  @MethodSource("strategiesAndCounts")
  void nothingPilesUp(MaskingStrategy masking) {
    NDArray clips = MovingSquares.clips(CLIPS, manager);
    int before = manager.getManagedArrays().size();
    draw(masking, clips, 1);
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void whatMovesIsSeenLessTheStrongerTheWeights() {
    double still = shareOfMovingSeen(new MotionWeightedMasking(0.75, 0));
    double weak = shareOfMovingSeen(new MotionWeightedMasking(0.75, 0.5));
    double strong = shareOfMovingSeen(new MotionWeightedMasking(0.75, 2));
    double reversed = shareOfMovingSeen(new MotionWeightedMasking(0.75, -2));

    // 6 standard errors of 30 x 8 x 14 draws at 1/4 are 0.045.
    assertThat(still).isCloseTo(0.25, within(0.045));
    assertThat(weak).isBetween(0.02, 0.15);
    assertThat(strong).isLessThan(0.002);
    assertThat(reversed).isGreaterThan(0.99);
  }

  private double shareOfMovingSeen(ContentMasking masking) {
    int seen = 0;
    int moving = 0;
    try (ClipContent.Batch batch = ClipContent.of(MovingSquares.clips(CLIPS, manager), GRID)) {
      for (int i = 0; i < 30 * CLIPS; i++) {
        int clip = i % CLIPS;
        Set<Integer> visible = visible(masking.mask(batch.clip(clip), Seeds.generator(i)));
        for (int token : MovingSquares.moving(clip)) {
          seen += visible.contains(token) ? 1 : 0;
          moving++;
        }
      }
    }
    return (double) seen / moving;
  }

  @Test
  void oneTokenIsDrawnAsOftenAsItsWeightSays() {
    // Motion 3, 9 and 0 of mean 4; weights (1 + m/M)^-1 are 4/7, 4/13 and 1.
    float[] values = new float[3 * 2 * 3];
    for (int colour = 0; colour < 3; colour++) {
      values[colour * 6 + 3] = (float) Math.sqrt(3);
      values[colour * 6 + 4] = 3;
    }
    NDArray clip = manager.create(values, new Shape(1, 3, 2, 1, 3));
    TokenGrid grid = new TokenGrid(1, 1, 3);
    int[] drawn = new int[3];
    int draws = 4_000;
    ContentMasking masking = new MotionWeightedMasking(0.6, 1);
    try (ClipContent.Batch batch = ClipContent.of(clip, grid)) {
      for (int i = 0; i < draws; i++) {
        drawn[masking.mask(batch.clip(0), Seeds.generator(2, i)).visible()[0]]++;
      }
    }
    double all = 4 / 7.0 + 4 / 13.0 + 1;
    // 6 standard errors of 4000 draws are at most 0.047.
    assertThat((double) drawn[0] / draws).isCloseTo(4 / 7.0 / all, within(0.047));
    assertThat((double) drawn[1] / draws).isCloseTo(4 / 13.0 / all, within(0.047));
  }

  @Test
  void contrastDoesNotMatter() {
    NDArray clips = MovingSquares.clips(CLIPS, manager);
    // A power of two: nothing is rounded.
    NDArray faint = clips.mul(1 / 64f);
    for (MaskingStrategy masking :
        List.of(new MotionWeightedMasking(0.75, 1), new MotionGuidedMasking(0.75))) {
      assertThat(draw(masking, faint, 4)).isEqualTo(draw(masking, clips, 4));
    }
  }

  @Test
  void theRectangleFollowsTheSquare() {
    NDArray clips = MovingSquares.clips(CLIPS, manager);
    for (int seed = 0; seed < 10; seed++) {
      List<TokenMask> masks = draw(new MotionGuidedMasking(0.2), clips, seed);
      for (int clip = 0; clip < CLIPS; clip++) {
        assertThat(visible(masks.get(clip)))
            .doesNotContainAnyElementsOf(MovingSquares.moving(clip));
      }
    }
  }

  @Test
  void whatIsHiddenOfASlotIsARectangleOfOneShape() {
    List<TokenMask> masks =
        draw(new MotionGuidedMasking(0.3), MovingSquares.clips(CLIPS, manager), 7);
    Set<Integer> heights = new HashSet<>();
    for (TokenMask mask : masks) {
      Set<List<Integer>> shapes = new HashSet<>();
      for (int slot = 0; slot < GRID.time(); slot++) {
        Set<Integer> hidden = hidden(mask, slot);
        int height = (int) hidden.stream().map(i -> i / 8).distinct().count();
        int width = (int) hidden.stream().map(i -> i % 8).distinct().count();
        assertThat(hidden).hasSize(20);
        // A row that is not full is missing less than a row.
        assertThat(height * width - hidden.size()).isBetween(0, width - 1);
        shapes.add(List.of(height, width));
        heights.add(height);
      }
      assertThat(shapes).hasSize(1);
    }
    assertThat(heights).hasSizeGreaterThan(1);
  }

  @Test
  void inAStillClipTheRectangleStaysAtAPlaceThatIsDrawn() {
    Set<Set<Integer>> places = new HashSet<>();
    try (ClipContent.Batch batch = ClipContent.of(MovingSquares.still(1, manager), GRID)) {
      for (int seed = 0; seed < 200; seed++) {
        TokenMask mask = new MotionGuidedMasking(0.2).mask(batch.clip(0), Seeds.generator(seed));
        for (int slot = 1; slot < GRID.time(); slot++) {
          assertThat(hidden(mask, slot)).isEqualTo(hidden(mask, 0));
        }
        places.add(hidden(mask, 0));
      }
    }
    assertThat(places).hasSizeGreaterThan(50);
  }

  @Test
  void theRectangleWaitsWhereItIsGoingToMoveAndStaysWhereItHasMoved() {
    // Something flashes in frame 6, of slot 3, alone.
    float[] values = new float[3 * 12 * 32 * 32];
    Arrays.fill(values, 6 * 32 * 32 + 30 * 32, 6 * 32 * 32 + 30 * 32 + 8, 1f);
    NDArray clip = manager.create(values, new Shape(1, 3, 12, 32, 32));
    TokenMask mask = draw(new MotionGuidedMasking(0.2), clip, 1).get(0);

    for (int slot = 0; slot < GRID.time(); slot++) {
      assertThat(hidden(mask, slot)).isEqualTo(hidden(mask, 3)).contains(56, 57);
    }
  }

  @Test
  void stillClipsAreMaskedUniformly() {
    int[] times = new int[GRID.tokens()];
    try (ClipContent.Batch batch = ClipContent.of(MovingSquares.still(1, manager), GRID)) {
      for (int i = 0; i < 2_000; i++) {
        ContentMasking masking = new MotionWeightedMasking(0.75, i % 2 == 0 ? 5 : -5);
        for (int token : masking.mask(batch.clip(0), Seeds.generator(i)).visible()) {
          times[token]++;
        }
      }
    }
    // 6 standard errors of 2000 draws at 1/4 are 0.058.
    for (int count : times) {
      assertThat(count / 2_000.0).isCloseTo(0.25, within(0.058));
    }
  }

  @Test
  void anImageIsMaskedWithoutMotion() {
    NDArray images = MovingSquares.clips(2, manager).get(":, :, 0:1");
    TokenGrid grid = new TokenGrid(1, 8, 8);
    for (MaskingStrategy masking :
        List.of(new MotionWeightedMasking(0.75, 1), new MotionGuidedMasking(0.75))) {
      assertThat(Masks.draw(masking, images, grid, MovingSquares.generators(2, 1)))
          .allMatch(mask -> mask.visibleCount() == 16);
    }
  }

  @Test
  void pixelsThatAreNoNumbersDoNotStopThem() {
    NDArray broken = MovingSquares.clips(2, manager).mul(Float.NaN);
    for (MaskingStrategy masking :
        List.of(new MotionWeightedMasking(0.75, 1), new MotionGuidedMasking(0.75))) {
      assertThat(draw(masking, broken, 1)).allMatch(mask -> mask.visibleCount() == 96);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7})
  void theRectangleFitsGridsOfOneRowOrColumn(int length) {
    for (TokenGrid grid : List.of(new TokenGrid(2, 1, length), new TokenGrid(2, length, 1))) {
      NDArray clips =
          manager.create(noise(3 * 2 * length), new Shape(1, 3, 2, grid.rows(), grid.columns()));
      for (double ratio : new double[] {0, 0.3, 0.5}) {
        int visible = (int) (length * (1 - ratio));
        if (visible > 0) {
          assertThat(
                  new MotionGuidedMasking(ratio)
                      .masks(clips, grid, MovingSquares.generators(1, length)))
              .allMatch(mask -> mask.visibleCount() == 2 * visible);
        }
      }
    }
  }

  private static float[] noise(int values) {
    RandomGenerator random = Seeds.generator(3);
    float[] noise = new float[values];
    for (int i = 0; i < values; i++) {
      noise[i] = random.nextFloat();
    }
    return noise;
  }

  @Test
  void aMixtureHasMembersThatSee() {
    Member weighted = new Member(new MotionWeightedMasking(0.75, 5), 1);
    Member tube = new Member(new TubeMasking(0.75), 1);
    WeightedMixture mixture = new WeightedMixture(weighted, tube);
    NDArray clips = MovingSquares.clips(CLIPS, manager);

    int looking = 0;
    for (int seed = 0; seed < 20; seed++) {
      List<TokenMask> masks = draw(mixture, clips, seed);
      for (int i = 0; i < CLIPS; i++) {
        // The member is picked by the clip's generator, and draws from it next.
        RandomGenerator random = Seeds.generator(seed, i);
        boolean first = random.nextDouble() * 2 < 1;
        NDArray alone = clips.get(i + ":" + (i + 1));
        MaskingStrategy member = first ? weighted.strategy() : tube.strategy();
        assertThat(masks.get(i)).isEqualTo(member.masks(alone, GRID, List.of(random)).get(0));
        looking += first ? 1 : 0;
      }
    }
    assertThat(looking).isBetween(40, 120);
    assertThat(draw(new WeightedMixture(new Member(mixture, 1)), clips, 1)).hasSize(CLIPS);
  }

  @Test
  void aMixtureOfPlainMembersDrawsFromABatchWhatItDrawsOneByOne() {
    WeightedMixture mixture =
        new WeightedMixture(
            new Member(new RandomMasking(0.75), 1), new Member(new TubeMasking(0.75), 2));
    RandomGenerator shared = Seeds.generator(4);
    List<TokenMask> masks =
        mixture.masks(
            MovingSquares.clips(CLIPS, manager), GRID, Collections.nCopies(CLIPS, shared));

    RandomGenerator same = Seeds.generator(4);
    assertThat(masks)
        .isEqualTo(Stream.generate(() -> mixture.mask(GRID, same)).limit(CLIPS).toList());
  }

  @Test
  void aMixtureRefusesMembersThatKeepDifferentNumbersBeforeTheyMeet() {
    WeightedMixture mixture =
        new WeightedMixture(
            new Member(new MotionGuidedMasking(0.9), 1e-9),
            new Member(new MotionWeightedMasking(0.9, 1), 1));
    NDArray clips = MovingSquares.clips(1, manager);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> draw(mixture, clips, 1))
        .withMessage(
            "members of a mixture must keep as many tokens of 6x8x8, but motion-guided 0.9 keeps 36"
                + " and motion-weighted 0.9 of strength 1.0 keeps 38");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mixture.mask(GRID, Seeds.generator(1)))
        .withMessage("motion-guided 0.9 looks at the clip: ask it by masks(clips, grid, random)");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void refusesAStrengthThatIsNotFinite(double strength) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MotionWeightedMasking(0.75, strength))
        .withMessage("strength must be finite, but was " + strength);
  }

  @Test
  void saysItsNumbers() {
    assertThat(new MotionWeightedMasking(0.75, -2))
        .hasToString("motion-weighted 0.75 of strength -2.0");
    assertThat(new MotionGuidedMasking(0.9)).hasToString("motion-guided 0.9");
  }

  private static List<TokenMask> draw(MaskingStrategy masking, NDArray clips, long seed) {
    int count = (int) clips.getShape().get(0);
    return Masks.draw(masking, clips, GRID, MovingSquares.generators(count, seed));
  }

  private static Set<Integer> visible(TokenMask mask) {
    Set<Integer> visible = new HashSet<>();
    IntStream.of(mask.visible()).forEach(visible::add);
    return visible;
  }

  /** Hidden positions of a slot. */
  private static Set<Integer> hidden(TokenMask mask, int slot) {
    Set<Integer> hidden = new TreeSet<>();
    IntStream.of(mask.masked())
        .filter(token -> GRID.slot(token) == slot)
        .forEach(token -> hidden.add(token % GRID.tokensPerSlot()));
    return hidden;
  }
}
