package org.mae4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.Seeds;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.api.masking.ContentMasking;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.PortableKernels;
import org.mae4j.models.masking.Masking;
import org.mae4j.models.masking.MotionGuidedMasking;
import org.mae4j.models.masking.MotionWeightedMasking;
import org.mae4j.models.masking.TubeMasking;
import org.mae4j.models.masking.WeightedMixture;
import org.mae4j.models.masking.WeightedMixture.Member;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.torch.internal.Gradients;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.recipe.PretrainingRecipe;

/** Pretraining asks for the masks of a batch and shows its clips. */
class SeeingMasksTest {

  private static final int BATCH = 3;

  @TempDir Path folder;
  private final Kernels kernels = new PortableKernels();
  private NDManager manager;

  @BeforeEach
  void openManager() {
    manager = TorchEngine.newManager();
  }

  @AfterEach
  void closeManager() {
    manager.close();
  }

  @Test
  void theDrawsOfAPlainStrategyDependOnSeedBatchAndClipAsEver() {
    List<Long> drawn = new ArrayList<>();
    MaskingStrategy plain =
        (grid, random) -> {
          drawn.add(random.nextLong());
          return TokenMask.ofVisible(grid.tokens(), 0);
        };
    train(TestRecipes.tiny(3, BATCH, 2), plain);

    List<Long> expected = new ArrayList<>();
    for (long batch = 0; batch < 6; batch++) {
      for (int clip = 0; clip < BATCH; clip++) {
        expected.add(Seeds.generator(5, 0x6d61736b, batch, clip).nextLong());
      }
    }
    assertThat(drawn).isEqualTo(expected);
  }

  @Test
  void aStrategySeesTheClipsThatAreTrainedOnAndRecordsNothing() {
    List<float[]> seen = new ArrayList<>();
    List<Boolean> recorded = new ArrayList<>();
    List<NDArray> borrowed = new ArrayList<>();
    ContentMasking looking =
        (clip, random) -> {
          seen.add(clip.pixels().toFloatArray());
          recorded.add(Gradients.areRecorded());
          borrowed.add(clip.pixels().mul(2));
          return TokenMask.ofVisible(clip.grid().tokens(), 0);
        };
    PretrainingRecipe recipe = TestRecipes.tiny(3, BATCH, 1);
    train(recipe, looking);

    WavesBatchSource waves = new WavesBatchSource(recipe.model().clip(), BATCH);
    assertThat(seen).hasSize(3 * BATCH);
    for (int i = 0; i < seen.size(); i++) {
      NDArray clips = waves.batch(i / BATCH, manager).clips();
      assertThat(seen.get(i)).isEqualTo(clips.get(i % BATCH).toFloatArray());
    }
    assertThat(recorded).containsOnly(false);
    assertThat(borrowed).allMatch(NDArray::isReleased);
  }

  @Test
  void aRunThatSeesGoesOnBitForBit() {
    PretrainingRecipe recipe = TestRecipes.tiny(8, BATCH, 1);
    WeightedMixture mixture =
        new WeightedMixture(
            new Member(new MotionWeightedMasking(0.5, 1), 1),
            new Member(new MotionGuidedMasking(0.5), 1),
            new Member(new TubeMasking(0.5), 1));
    List<Double> whole = train(recipe, mixture);
    Checkpoints checkpoints = new Checkpoints(folder, 1);
    try (PretrainingState state = PretrainingState.start(recipe, 5, kernels, manager)) {
      List<Double> losses = new ArrayList<>();
      Pretrainer first = stoppingAfter(4, state, mixture, checkpoints, losses);
      first.run();
      assertThat(losses).isEqualTo(whole.subList(0, 4));
    }
    Path file = checkpoints.newest().orElseThrow();
    try (PretrainingState state = PretrainingState.resume(file, kernels, manager)) {
      assertThat(train(state, mixture)).isEqualTo(whole.subList(4, 8));
    }
    assertThat(train(recipe, new TubeMasking(0.5))).isNotEqualTo(whole);
  }

  @Test
  void aRecipeMayNameAMaskingThatSees() {
    PretrainingRecipe recipe = TestRecipes.tiny(3, BATCH, 1);
    assertThat(train(recipe.withMasking(Masking.MOTION), null))
        .isEqualTo(train(recipe, new MotionWeightedMasking(0.5, 1)))
        .isNotEqualTo(train(recipe, null));
  }

  @Test
  void trainsAnImageModelWhereNothingMoves() {
    for (MaskingStrategy masking :
        List.of(new MotionWeightedMasking(0.5, 1), new MotionGuidedMasking(0.5))) {
      assertThat(train(TestRecipes.image(3), masking)).hasSize(3).allMatch(Double::isFinite);
    }
  }

  @Test
  void arraysDoNotPileUp() {
    assertThat(arraysAfter(12)).isEqualTo(arraysAfter(3));
  }

  private int arraysAfter(long steps) {
    PretrainingRecipe recipe = TestRecipes.tiny(steps, BATCH, 1);
    try (PretrainingState state = PretrainingState.start(recipe, 5, kernels, manager)) {
      train(state, new MotionGuidedMasking(0.5));
      return state.manager().getManagedArrays().size();
    }
  }

  @Test
  void whatAStrategyDrawsWrongIsRefusedAtTheFirstBatchByItsName() {
    assertRefused("own must draw 3 masks for as many clips, but drew 2", 1, 1);
    assertRefused(
        "own must draw masks over the 8 tokens of 2x2x2, but drew one over 9", -9, -9, -9);
    assertRefused(
        "own must keep as many of the 8 tokens of each clip of a batch, but keeps 2 of clip 0 and"
            + " 3 of clip 1",
        2,
        3,
        2);
    assertRefused("own must hide at least 1 of the 8 tokens, but hides none", 8, 8, 8);
    assertRefused("own must draw a mask for every clip, but drew null for clip 1", 1, 0, 1);
  }

  /** By how many tokens each mask keeps; none for null, less for as many and another grid. */
  private void assertRefused(String message, int... kept) {
    MaskingStrategy own =
        new MaskingStrategy() {
          @Override
          public TokenMask mask(TokenGrid grid, RandomGenerator random) {
            throw new AssertionError("a trainer asks for the masks of a batch");
          }

          @Override
          public List<TokenMask> masks(
              NDArray clips, TokenGrid grid, List<RandomGenerator> random) {
            List<TokenMask> masks = new ArrayList<>();
            for (int count : kept) {
              int[] visible = IntStream.range(0, Math.abs(count)).toArray();
              masks.add(count == 0 ? null : TokenMask.ofVisible(count < 0 ? -count : 8, visible));
            }
            return masks;
          }

          @Override
          public String toString() {
            return "own";
          }
        };
    PretrainingRecipe recipe = TestRecipes.tiny(5, BATCH, 1);
    try (PretrainingState state = PretrainingState.start(recipe, 5, kernels, manager)) {
      assertThatIllegalArgumentException().isThrownBy(() -> train(state, own)).withMessage(message);
      assertThat(state.stepsDone()).isZero();
    }
  }

  private List<Double> train(PretrainingRecipe recipe, MaskingStrategy masking) {
    try (PretrainingState state = PretrainingState.start(recipe, 5, kernels, manager)) {
      return train(state, masking);
    }
  }

  private static List<Double> train(PretrainingState state, MaskingStrategy masking) {
    List<Double> losses = new ArrayList<>();
    trainer(state, masking).addListener(collecting(losses)).build().run();
    return losses;
  }

  private static Pretrainer.Builder trainer(PretrainingState state, MaskingStrategy masking) {
    return Pretrainer.builder()
        .setState(state)
        .setBatches(new WavesBatchSource(state.recipe().model().clip(), BATCH))
        .optMasking(masking);
  }

  private static Pretrainer stoppingAfter(
      long step,
      PretrainingState state,
      MaskingStrategy masking,
      Checkpoints checkpoints,
      List<Double> losses) {
    List<Pretrainer> trainers = new ArrayList<>();
    TrainingListener stopping =
        new TrainingListener() {
          @Override
          public void onStep(StepMetrics metrics) {
            if (metrics.step() == step) {
              trainers.get(0).requestStop();
            }
          }
        };
    trainers.add(
        trainer(state, masking)
            .optCheckpoints(checkpoints, 100)
            .addListener(collecting(losses))
            .addListener(stopping)
            .build());
    return trainers.get(0);
  }

  private static TrainingListener collecting(List<Double> losses) {
    return new TrainingListener() {
      @Override
      public void onStep(StepMetrics metrics) {
        losses.add(metrics.loss());
      }
    };
  }
}
