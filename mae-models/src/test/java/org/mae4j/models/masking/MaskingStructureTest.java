package org.mae4j.models.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.Seeds;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;

/** What each strategy hides, beyond how much. */
class MaskingStructureTest {

  private static final TokenGrid GRID = new TokenGrid(8, 16, 16);
  private static final int MASKS = 500;

  static Stream<Arguments> strategiesAndCounts() {
    return Stream.of(
        Arguments.of(new TubeMasking(0.75), 512),
        Arguments.of(new TubeMasking(0.9), 200),
        Arguments.of(new WholeFramesMasking(0.75), 512),
        Arguments.of(new WholeFramesMasking(0.8), 256),
        Arguments.of(new PerFrameRandomMasking(0.9), 200),
        Arguments.of(new BlockMasking(0.75, BlockMasking.SHORT_RANGE), 512),
        Arguments.of(new BlockMasking(0.9, BlockMasking.LONG_RANGE), 200),
        Arguments.of(new BlockMasking(0.9, 1), 200),
        Arguments.of(new BlockMasking(0.75, 0.001), 512),
        Arguments.of(new CausalMasking(0.9), 204),
        Arguments.of(new CausalMasking(0.25), 1536));
  }

  @ParameterizedTest
  @MethodSource("strategiesAndCounts")
  void everyMaskOfAGridKeepsAsManyTokens(MaskingStrategy masking, int visible) {
    for (TokenMask mask : masks(masking, 50)) {
      assertThat(mask.tokens()).isEqualTo(GRID.tokens());
      assertThat(mask.visibleCount()).isEqualTo(visible);
    }
  }

  @ParameterizedTest
  @MethodSource("strategiesAndCounts")
  void masksAreAFunctionOfTheGenerator(MaskingStrategy masking) {
    TokenMask mask = masking.mask(GRID, Seeds.generator(5, 6));
    assertThat(masking.mask(GRID, Seeds.generator(5, 6))).isEqualTo(mask);
    assertThat(masks(masking, 50)).anyMatch(other -> !other.equals(mask));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.15, 0.7})
  void blocksAndTubesAreTheSameInEverySlot(double blockArea) {
    for (MaskingStrategy masking :
        Set.of(new TubeMasking(0.9), new BlockMasking(0.75, blockArea))) {
      for (TokenMask mask : masks(masking, 20)) {
        for (int slot = 1; slot < GRID.time(); slot++) {
          assertThat(positions(mask, slot)).as(masking.toString()).isEqualTo(positions(mask, 0));
        }
      }
    }
  }

  @Test
  void wholeFramesAreHiddenOrVisibleAsAWhole() {
    for (TokenMask mask : masks(new WholeFramesMasking(0.75), 20)) {
      for (int slot = 0; slot < GRID.time(); slot++) {
        assertThat(positions(mask, slot).size()).isIn(0, GRID.tokensPerSlot());
      }
    }
  }

  @Test
  void perFrameMasksKeepAsManyInEachSlotAndDifferBetweenSlots() {
    for (TokenMask mask : masks(new PerFrameRandomMasking(0.9), 20)) {
      for (int slot = 0; slot < GRID.time(); slot++) {
        assertThat(positions(mask, slot)).hasSize(25);
      }
      assertThat(positions(mask, 1)).isNotEqualTo(positions(mask, 0));
    }
  }

  @Test
  void aSingleBlockIsARectangle() {
    // One block of 64 positions, at least, is cut to the 32 that are to be hidden.
    for (TokenMask mask : masks(new BlockMasking(0.125, 0.3), 50)) {
      Set<Integer> hidden = new TreeSet<>();
      IntStream.range(0, GRID.tokensPerSlot()).forEach(hidden::add);
      hidden.removeAll(positions(mask, 0));
      int rows = (int) hidden.stream().map(position -> position / 16).distinct().count();
      int columns = (int) hidden.stream().map(position -> position % 16).distinct().count();
      assertThat(hidden).hasSize(32);
      // A last row that is not full is missing less than a row.
      assertThat(rows * columns - hidden.size()).isBetween(0, columns - 1);
    }
  }

  @Test
  void everyPositionIsHiddenByBlocksSomeTimeAndTheMiddleMostOften() {
    int[] hidden = new int[GRID.tokensPerSlot()];
    for (TokenMask mask : masks(new BlockMasking(0.5, BlockMasking.SHORT_RANGE), MASKS)) {
      Set<Integer> visible = positions(mask, 0);
      IntStream.range(0, hidden.length)
          .filter(position -> !visible.contains(position))
          .forEach(position -> hidden[position]++);
    }
    assertThat(hidden).doesNotContain(0);
    assertThat(hidden[8 * 16 + 8]).isGreaterThan(hidden[0]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tube", "whole frames", "per-frame"})
  void everyTokenIsVisibleAsOftenAsTheRatioSays(String name) {
    MaskingStrategy masking =
        switch (name) {
          case "tube" -> new TubeMasking(0.75);
          case "whole frames" -> new WholeFramesMasking(0.75);
          default -> new PerFrameRandomMasking(0.75);
        };
    TokenGrid grid = new TokenGrid(4, 4, 4);
    int[] times = new int[grid.tokens()];
    int masks = 4_000;
    for (int i = 0; i < masks; i++) {
      for (int token : masking.mask(grid, Seeds.generator(1, i)).visible()) {
        times[token]++;
      }
    }
    // 6 standard errors of 4000 draws at 1/4 are 0.041.
    for (int count : times) {
      assertThat((double) count / masks).isCloseTo(0.25, within(0.041));
    }
  }

  @Test
  void causalMasksSeeOnlyBeforeACutThatIsDrawnFromAllThatLeaveAPast() {
    // 512 visible tokens fill 2 slots; at 0.75 the first hidden slot may be 2, 3, ... 7.
    int[] cuts = new int[GRID.time() + 1];
    for (TokenMask mask : masks(new CausalMasking(0.75), 3_000)) {
      int[] visible = mask.visible();
      // With 512 of at most 1792 tokens visible, the last slot of the past is practically never
      // empty.
      cuts[GRID.slot(visible[visible.length - 1]) + 1]++;
    }
    assertThat(Arrays.copyOf(cuts, 2)).containsOnly(0);
    assertThat(cuts[8]).isZero();
    for (int cut = 2; cut < 8; cut++) {
      // 6 standard errors of 3000 draws at 1/6 are 0.041.
      assertThat(cuts[cut] / 3_000.0).isCloseTo(1 / 6.0, within(0.041));
    }
  }

  @Test
  void causalMaskingNeedsAFuture() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CausalMasking(0.1).mask(new TokenGrid(4, 2, 2), Seeds.generator(1)))
        .withMessage(
            "mask ratio 0.1 leaves no temporal slot of 4x2x2 to be the future: 14 visible tokens"
                + " need all of them");
  }

  @Test
  void namesWhatARatioKeepsNoneOf() {
    TokenGrid grid = new TokenGrid(4, 2, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WholeFramesMasking(0.8).mask(grid, Seeds.generator(1)))
        .withMessage("mask ratio 0.8 keeps none of 4 temporal slots");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TubeMasking(0.8).mask(grid, Seeds.generator(1)))
        .withMessage("mask ratio 0.8 keeps none of 4 spatial positions");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, 1.1, Double.NaN})
  void rejectsBlocksThatAreNoPartOfAFrame(double blockArea) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BlockMasking(0.75, blockArea))
        .withMessage("block area must be in (0, 1], but was " + blockArea);
  }

  @Test
  void blocksFitAGridOfOneRow() {
    TokenMask mask = new BlockMasking(0.5, 0.25).mask(new TokenGrid(2, 1, 8), Seeds.generator(1));
    assertThat(mask.visibleCount()).isEqualTo(8);
  }

  private static Iterable<TokenMask> masks(MaskingStrategy masking, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> masking.mask(GRID, Seeds.generator(1, i)))
        .toList();
  }

  /** The visible positions of a slot. */
  private static Set<Integer> positions(TokenMask mask, int slot) {
    return Arrays.stream(mask.visible())
        .filter(token -> GRID.slot(token) == slot)
        .map(token -> token - slot * GRID.tokensPerSlot())
        .boxed()
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
