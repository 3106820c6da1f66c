package org.mae4j.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.train.optim.AdamWSettings;

class PretrainingRecipesTest {

  static Stream<PretrainingRecipe> all() {
    return Stream.concat(
        PretrainingRecipes.paper().stream(),
        Stream.of(PretrainingRecipes.TOY, PretrainingRecipes.SMALL));
  }

  @ParameterizedTest
  @MethodSource("all")
  void isTheSameAfterItsWayThroughJson(PretrainingRecipe recipe) {
    assertThat(PretrainingRecipe.fromJson(recipe.toJson())).isEqualTo(recipe);
  }

  @ParameterizedTest
  @MethodSource("all")
  void saysItsEffectiveRateAndBatch(PretrainingRecipe recipe) {
    assertThat(recipe.summary())
        .anyMatch(line -> line.startsWith("effective learning rate: "))
        .anyMatch(line -> line.startsWith("effective batch: " + recipe.clipsPerStep() + " clips"));
  }

  @Test
  void namesAreDistinct() {
    assertThat(all().map(PretrainingRecipe::name)).doesNotHaveDuplicates();
  }

  /** Steps of the authors' runs: passes x files / videos of a step. */
  @ParameterizedTest
  @CsvSource({
    "video-mae-s-v1,10496,656000,64",
    "video-mae-say-v1,26961,802090,64",
    "video-mae-s-0.1-percent-v1,11,45455,64",
    "video-mae-kinetics-v1,536000,410375,64",
    "video-mae-kinetics-v2,536000,339188,256",
    "image-mae-s,1000,190000,256"
  })
  void theNumberOfFilesDecidesTheSteps(String name, long files, long steps, int clips) {
    PretrainingRecipe recipe =
        PretrainingRecipes.paper().stream().filter(r -> r.name().equals(name)).findFirst().get();

    assertThat(recipe.clipsPerStep()).isEqualTo(clips);
    assertThat(recipe.over(files).steps()).isEqualTo(steps);
  }

  @Test
  void aSmallVersionSaysWhatItChanged() {
    PretrainingRecipe toy = PretrainingRecipes.TOY;

    assertThat(toy.name()).isEqualTo("video-mae-s-v1 at toy scale");
    assertThat(toy.model()).isEqualTo(VideoMaeConfig.TOY);
    assertThat(toy.optimizer())
        .isEqualTo(
            ((AdamWSettings) PretrainingRecipes.VIDEO_S_V1.optimizer())
                .withMaxGradientNorm(Double.POSITIVE_INFINITY));
    assertThat(toy.origin().changes())
        .contains(
            "model.vit.transformer.width: 1280 -> 128",
            "maskRatio: 0.9 -> 0.75",
            "optimizer.maxGradientNorm: 0.1 -> Infinity",
            "clips.videosPerBatch: 1 -> 16")
        .noneMatch(change -> change.startsWith("optimizer.beta"));
    assertThat(toy.summary()).anyMatch(line -> line.startsWith("changed: model."));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"maskRatio\":0.9|\"maskRatio\":1.0|mask ratio must be in [0.0, 1.0), but was 1.0",
        "\"maskRatio\":0.9|\"maskRatio\":0.9999|mask ratio must leave one of 2048 tokens visible,"
            + " at most 0.99951171875, but was 0.9999",
        "\"videosPerBatch\":1|\"videosPerBatch\":0|clips: videos per batch must be at least 1, but"
            + " was 0",
        "\"batchesPerStep\":4|\"batchesPerStep\":0|batches per step must be at least 1, but was 0",
        "\"beta1\":0.9|\"beta1\":\"much\"|optimizer.beta1 must be a number or \"Infinity\", but"
            + " was \"much\"",
        "\"maskRatio\":0.9|\"maskRatio\":0.9,\"mask\":1|it has no field mask",
        "\"maskRatio\":0.9,||the field maskRatio is missing",
        "\"videosPerBatch\":1,||the field clips.videosPerBatch is missing",
        "\"length\":250.0|\"length\":-1|learningRate.phases.0: a phase's length must be positive"
            + " and finite, but was -1.0",
        "\"frames\":16,\"stride\"|\"frames\":8,\"stride\"|the input makes clips of 8x224x224, but"
            + " the model takes 16x224x224"
      })
  void refusesJsonThatCannotRun(String part, String bad, String message) {
    String json = PretrainingRecipes.VIDEO_S_V1.toJson();
    assertThat(json).contains(part);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> PretrainingRecipe.fromJson(json.replace(part, bad == null ? "" : bad)))
        .withMessageStartingWith("not a pretraining recipe: " + message);
  }

  @Test
  void refusesARecipeFromBeforeAndSaysTheWayOn() {
    String old = PretrainingRecipes.TOY.toJson().replace("\"clips\":", "\"sampling\":");
    for (String json : List.of(old, "{\"name\":\"x\",\"sampling\":{},\"crop\":{}}")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> PretrainingRecipe.fromJson(json))
          .withMessage(
              "not a pretraining recipe: it is from before version 0.1.0 and does not say how its"
                  + " model looks at a video; the weights beside it load by Models.load(config,"
                  + " input, file, ...)");
    }
  }

  @Test
  void refusesTextThatIsNoJson() {
    for (String text : List.of("", "[]", "nothing", "{\"name\":3}")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> PretrainingRecipe.fromJson(text))
          .withMessageStartingWith("not a pretraining recipe: ");
    }
  }
}
