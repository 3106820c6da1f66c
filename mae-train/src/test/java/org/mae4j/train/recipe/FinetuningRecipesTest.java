package org.mae4j.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.types.Shape;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mae4j.api.Pooling;
import org.mae4j.models.VitConfig;
import org.mae4j.train.optim.ParameterRules;

class FinetuningRecipesTest {

  static Stream<FinetuningRecipe> all() {
    return Stream.concat(FinetuningRecipes.paper().stream(), Stream.of(FinetuningRecipes.TOY));
  }

  @ParameterizedTest
  @MethodSource("all")
  void isTheSameAfterItsWayThroughJson(FinetuningRecipe recipe) {
    assertThat(FinetuningRecipe.fromJson(recipe.toJson())).isEqualTo(recipe);
  }

  @Test
  void namesAreDistinct() {
    assertThat(all().map(FinetuningRecipe::name)).doesNotHaveDuplicates();
  }

  @Test
  void generationsDifferInBatchDecayAndMetric() {
    FinetuningRecipe first = FinetuningRecipes.VIDEO_SSV2_50_V1;
    FinetuningRecipe second = FinetuningRecipes.VIDEO_SSV2_50_V2;

    assertThat(RecipeJson.changes(first, second))
        .containsExactly(
            "batchesPerStep: 1 -> 2",
            "optimizer.weightDecay: 0.05 -> 1.0E-4",
            "learningRate.phases.0.length: 17.0 -> 16.0",
            "selection.metric: top1 -> top5");
  }

  @Test
  void imageModelsTakeClipsFrameByFrame() {
    assertThat(FinetuningRecipes.IMAGE_SSV2_10.isFrameByFrame()).isTrue();
    assertThat(FinetuningRecipes.IMAGE_IMAGENET_2_PERCENT.isFrameByFrame()).isFalse();
    assertThat(FinetuningRecipes.VIDEO_SSV2_10_V1.isFrameByFrame()).isFalse();
  }

  private static ParameterRules rules(FinetuningRecipe recipe) {
    VitConfig vit = recipe.vitModel().vit();
    return recipe.rules(vit.layers(), vit::layer);
  }

  @Test
  void onlyTheImageModelOfImagenetDecaysBiasesAndNorms() {
    Shape vector = new Shape(1280);
    assertThat(rules(FinetuningRecipes.IMAGE_IMAGENET_2_PERCENT).of("norm.weight", vector))
        .isEqualTo(new ParameterRules.Rule(1, 0.05, 0));
    assertThat(FinetuningRecipes.paper())
        .filteredOn(recipe -> rules(recipe).of("norm.weight", vector).weightDecay() > 0)
        .containsExactly(FinetuningRecipes.IMAGE_IMAGENET_2_PERCENT);
  }

  @Test
  void theNumberOfVideosDecidesTheStepsAndTheHeadsPartOfThem() {
    FinetuningRecipe headFirst =
        FinetuningRecipes.VIDEO_SSV2_10_V1
            .withClips(FinetuningRecipes.VIDEO_SSV2_10_V1.clips().withVideosPerBatch(24))
            .withLearningRate(
                LearningRateSchedule.constantOverPasses(1e-2, 20)
                    .then(LearningRateSchedule.cosineOverPasses(5e-4, 0, 4, 40)))
            .withHeadOnly(20)
            .over(120);

    assertThat(headFirst.steps()).isEqualTo(300);
    assertThat(headFirst.headOnly()).isEqualTo(100);
    assertThat(headFirst.trainsHeadOnly(99)).isTrue();
    assertThat(headFirst.trainsHeadOnly(100)).isFalse();
    assertThat(FinetuningRecipes.TOY.asLinearProbe().over(120).isLinearProbe()).isTrue();
  }

  @Test
  void aSmallVersionSaysWhatItChanged() {
    assertThat(FinetuningRecipes.TOY.model().pooling()).isEqualTo(Pooling.PER_SLOT);
    assertThat(FinetuningRecipes.TOY.origin().changes())
        .contains(
            "model.classes: 174 -> 12",
            "model.pooling: CLASS_TOKEN -> PER_SLOT",
            "layerDecay: 0.8 -> 1.0",
            "clips.crop.flip: 0.5 -> 0.0")
        .noneMatch(change -> change.startsWith("regularization."));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"layerDecay\":0.8|\"layerDecay\":0|layer decay must be in (0, 1], but was 0.0",
        "\"headOnly\":0.0|\"headOnly\":29|the part that trains the head alone must be in [0, 28.0]"
            + " PASSES, but was 29.0",
        "\"labelSmoothing\":0.1|\"labelSmoothing\":1|regularization: label smoothing must be in"
            + " [0.0, 1.0), but was 1.0",
        "\"erasing\":0.0|\"erasing\":2|clips.distortion: the probability of erasing must be in [0,"
            + " 1], but was 2.0",
        "\"mixup\":0.0|\"mixup\":-1|regularization: mixup's alpha must be at least 0 and finite,"
            + " but was -1.0",
        "\"videosPerBatch\":16|\"videosPerBatch\":0|clips: videos per batch must be at least 1, but"
            + " was 0",
        "\"frames\":16,\"stride\"|\"frames\":8,\"stride\"|the input makes clips of 8x224x224, but"
            + " the model takes 16x224x224",
        "\"dropout\":0.3|\"dropout\":1|model: dropout must be in [0.0, 1.0), but was 1.0",
        "\"classes\":174|\"classes\":0|classes must be at least 1, but was 0"
      })
  void refusesJsonThatCannotRun(String part, String bad, String message) {
    String json = FinetuningRecipes.VIDEO_SSV2_10_V1.toJson();
    assertThat(json).contains(part);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> FinetuningRecipe.fromJson(json.replace(part, bad)))
        .withMessage("not a finetuning recipe: " + message);
  }
}
