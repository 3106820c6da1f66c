package org.mae4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.passthrough.PassthroughNDManager;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mae4j.api.internal.Masks;
import org.mae4j.api.masking.ClipContent;
import org.mae4j.api.masking.ContentMasking;

/** The masks of a batch: by default, and what no caller takes. */
class MaskingStrategyTest {

  private static final TokenGrid GRID = new TokenGrid(2, 2, 2);

  private static final MaskingStrategy ONE_TOKEN =
      (grid, random) -> TokenMask.ofVisible(grid.tokens(), random.nextInt(grid.tokens()));

  @Test
  void plainMasksOfABatchAreThoseOfItsGeneratorsAndTheClipsAreNotTouched() {
    List<TokenMask> masks = ONE_TOKEN.masks(null, GRID, generators(20));

    assertThat(masks).isEqualTo(generators(20).stream().map(g -> ONE_TOKEN.mask(GRID, g)).toList());
    assertThat(masks.stream().distinct().count()).isGreaterThan(1);
  }

  @Test
  void oneGeneratorForAllClipsIsAskedClipAfterClip() {
    RandomGenerator shared = new SplittableRandom(5);
    List<TokenMask> masks = ONE_TOKEN.masks(null, GRID, Collections.nCopies(9, shared));

    RandomGenerator same = new SplittableRandom(5);
    assertThat(masks)
        .isEqualTo(Stream.generate(() -> ONE_TOKEN.mask(GRID, same)).limit(9).toList());
  }

  @Test
  void whatLooksAtClipsRefusesToDrawWithout() {
    ContentMasking looking =
        new ContentMasking() {
          @Override
          public TokenMask mask(ClipContent clip, RandomGenerator random) {
            throw new AssertionError("there is no clip");
          }

          @Override
          public String toString() {
            return "looking 0.5";
          }
        };
    assertThatIllegalArgumentException()
        .isThrownBy(() -> looking.mask(GRID, Seeds.generator(1)))
        .withMessage("looking 0.5 looks at the clip: ask it by masks(clips, grid, random)");
  }

  @Test
  void clipsThatAreNotCutIntoTheGridAreRefused() {
    ContentMasking looking = (clip, random) -> TokenMask.ofVisible(8, 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> looking.masks(clips(2, 3, 4, 6, 5), GRID, generators(2)))
        .withMessage("clips of 4x6x5 pixels cannot be cut into 2x2x2 tokens");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> looking.masks(clips(3, 4, 6, 6), GRID, generators(2)))
        .withMessage("clips must be (N, 3, T, H, W), N at least 1, but are (3, 4, 6, 6)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> looking.masks(clips(2, 1, 4, 6, 6), GRID, generators(2)))
        .withMessage("clips must be (N, 3, T, H, W), N at least 1, but are (2, 1, 4, 6, 6)");
  }

  @Test
  void anotherNumberOfMasksIsRefused() {
    assertRefused(
        "counting must draw 3 masks for as many clips, but drew 2", ONE_OF_EIGHT, ONE_OF_EIGHT);
  }

  @Test
  void noMasksAtAllAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Masks.draw(named(null), null, GRID, generators(3)))
        .withMessage("counting must draw 3 masks for as many clips, but drew null");
    assertRefused(
        "counting must draw a mask for every clip, but drew null for clip 1",
        ONE_OF_EIGHT,
        null,
        ONE_OF_EIGHT);
  }

  @Test
  void masksOverAnotherGridAreRefused() {
    assertRefused(
        "counting must draw masks over the 8 tokens of 2x2x2, but drew one over 9",
        TokenMask.ofVisible(9, 0),
        TokenMask.ofVisible(9, 0),
        TokenMask.ofVisible(9, 0));
  }

  @Test
  void masksThatKeepDifferentNumbersAreRefused() {
    assertRefused(
        "counting must keep as many of the 8 tokens of each clip of a batch, but keeps 1 of clip 0"
            + " and 2 of clip 2",
        ONE_OF_EIGHT,
        ONE_OF_EIGHT,
        TokenMask.ofVisible(8, 1, 2));
  }

  @Test
  void masksThatHideNothingAreRefused() {
    TokenMask all = TokenMask.allVisible(GRID);
    assertRefused("counting must hide at least 1 of the 8 tokens, but hides none", all, all, all);
  }

  @Test
  void nobodyIsAskedForTheMasksOfNoClips() {
    assertThat(Masks.draw(named(null), null, GRID, List.of())).isEmpty();
  }

  private static final TokenMask ONE_OF_EIGHT = TokenMask.ofVisible(8, 3);

  private static void assertRefused(String message, TokenMask... masks) {
    MaskingStrategy strategy = named(new ArrayList<>(Arrays.asList(masks)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Masks.draw(strategy, null, GRID, generators(3)))
        .withMessage(message);
  }

  /** A strategy whose answer is given. */
  private static MaskingStrategy named(List<TokenMask> masks) {
    return new MaskingStrategy() {
      @Override
      public TokenMask mask(TokenGrid grid, RandomGenerator random) {
        throw new AssertionError("callers ask for the masks of a batch");
      }

      @Override
      public List<TokenMask> masks(NDArray clips, TokenGrid grid, List<RandomGenerator> random) {
        return masks;
      }

      @Override
      public String toString() {
        return "counting";
      }
    };
  }

  private static List<RandomGenerator> generators(int count) {
    return IntStream.range(0, count).mapToObj(i -> Seeds.generator(1, i)).toList();
  }

  private static NDArray clips(long... shape) {
    Shape clips = new Shape(shape);
    return PassthroughNDManager.INSTANCE.create(
        ByteBuffer.allocate((int) clips.size() * Float.BYTES), clips, DataType.FLOAT32);
  }
}
