package org.mae4j.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import lab.Sgd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mae4j.api.ClipShape;
import org.mae4j.models.FeatureNorm;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.masking.Masking;
import org.mae4j.train.optim.AdamWSettings;

/** Fields of recipes set by name, as a command line has them. */
class FieldsAsTextTest {

  private static final PretrainingRecipe TOY = PretrainingRecipes.TOY;
  private static final FinetuningRecipe FINETUNING = FinetuningRecipes.TOY;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "maskRatio|0.5|maskRatio: 0.75 -> 0.5",
        "masking|tube|masking: RANDOM -> TUBE",
        "masking| Per-Frame-Random |masking: RANDOM -> PER_FRAME_RANDOM",
        "objective|normalized_pixels|objective: PIXELS -> NORMALIZED_PIXELS",
        "batchesPerStep|3|batchesPerStep: 1 -> 3",
        "optimizer.weightDecay|0.1|optimizer.weightDecay: 0.05 -> 0.1",
        "optimizer.weightDecay|1e-3|optimizer.weightDecay: 0.05 -> 0.001",
        "optimizer.maxGradientNorm|0.02|optimizer.maxGradientNorm: Infinity -> 0.02",
        "optimizer.decaysAll|True|optimizer.decaysAll: false -> true",
        "emaDecay|0.99|emaDecay: (none) -> 0.99",
        "model.decoder.depth|1|model.decoder.depth: 2 -> 1",
        "model.decoder|{\"depth\":1}|model.decoder.depth: 2 -> 1",
        "clips|{\"crop\":{\"flip\":0}}|clips.crop.flip: 0.5 -> 0.0",
        "model.vit.mlpRatio|2|model.vit.mlpRatio: 4.0 -> 2.0",
        "clips.videosPerBatch|32|clips.videosPerBatch: 16 -> 32",
        "learningRate.phases.1.to|1e-4|learningRate.phases.1.to: 0.0 -> 1.0E-4",
      })
  void changesThatFieldAlone(String field, String value, String change) {
    assertThat(RecipeJson.changes(TOY, TOY.with(field, value))).containsExactly(change);
  }

  @Test
  void theLengthOfTheRunAndItsHighestRateAreSetWhole() {
    assertThat(TOY.with("steps", "100")).isEqualTo(TOY.withSteps(100));
    assertThat(TOY.with("passes", "44").learningRate())
        .isEqualTo(LearningRateSchedule.cosineOverPasses(4e-3, 0, 2.2, 44));
    assertThat(TOY.with("learningRate.peak", "1e-3").learningRate())
        .isEqualTo(new LearningRateSchedule(1e-3, 0, 220, 4_400));
    assertThat(FINETUNING.withHeadOnly(15).with("steps", "300").headOnly()).isEqualTo(150);
  }

  @Test
  void severalAreSetTogether() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("model.vit.clip.frames", "8");
    values.put("clips.input.sampling.frames", "8");
    values.put("model.predictedFrames", "8");
    values.put("steps", "100");
    values.put("learningRate.phases.0.to", "1e-3");

    PretrainingRecipe recipe = TOY.with(values);

    assertThat(recipe.model().clip()).isEqualTo(new ClipShape(8, 32, 32));
    assertThat(recipe.steps()).isEqualTo(100);
    assertThat(recipe.learningRate().phases().get(0).to()).isEqualTo(1e-3);
    assertThat(recipe.with(Map.of())).isSameAs(recipe);
  }

  @Test
  void anOptionalValueComesAndGoes() {
    assertThat(TOY.withEmaDecay(0.9).with("emaDecay", "none").emaDecay())
        .isEqualTo(OptionalDouble.empty());
    FinetuningRecipe normed =
        FINETUNING.with("model.featureNorm", "{\"momentum\":0.1,\"eps\":1e-6}");
    assertThat(normed.vitModel().featureNorm()).contains(FeatureNorm.MAE);
    assertThat(normed.with("model.featureNorm.momentum", "0.5").vitModel().featureNorm())
        .contains(new FeatureNorm(0.5, 1e-6));
    assertThat(normed.with("model.featureNorm", "none")).isEqualTo(FINETUNING);
  }

  @Test
  void aListIsReplaced() {
    assertThat(
            TOY.with(
                    "learningRate.phases",
                    "[{\"curve\":\"LINEAR\",\"from\":1,\"to\":1,\"length\":30}]")
                .learningRate()
                .phases())
        .isEqualTo(
            List.of(new LearningRateSchedule.Phase(LearningRateSchedule.Curve.LINEAR, 1, 1, 30)));
    assertThat(FINETUNING.with("model", "{\"classes\":2,\"classNames\":[\"a\",\"b\"]}").model())
        .isEqualTo(FINETUNING.model().withClassNames(List.of("a", "b")));
  }

  @Test
  void whatIsNotChangedStaysTheSameObject() {
    PretrainingRecipe changed = TOY.with("maskRatio", "0.5");

    assertThat(changed.model()).isSameAs(VideoMaeConfig.TOY);
    assertThat(changed).isEqualTo(TOY.withMaskRatio(0.5));
    assertThat(TOY.with("masking", "block").masking()).isEqualTo(Masking.BLOCK);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "maskRatio|1.5|maskRatio=1.5: mask ratio must be in [0.0, 1.0), but was 1.5",
        "maskRatio|much|maskRatio=much: maskRatio must be a number or \"Infinity\", but was"
            + " \"much\"",
        "maskRatio|NaN|maskRatio=NaN: maskRatio must be a number or \"Infinity\", but was \"NaN\"",
        "maskRatio||maskRatio=: maskRatio must be a number or \"Infinity\", but was \"\"",
        "maskRatio.x|1|maskRatio.x=1: maskRatio has no fields",
        "maskratio|1|maskratio=1: there is no field maskratio; the fields are name, origin, model,"
            + " clips, batchesPerStep, maskRatio, masking, objective, optimizer, groups,"
            + " learningRate, emaDecay, steps, passes, learningRate.peak",
        "optimizer.weight|1|optimizer.weight=1: there is no field optimizer.weight; the fields of"
            + " optimizer are beta1, beta2, eps, weightDecay, decaysAll, maxGradientNorm",
        "batchesPerStep|1.5|batchesPerStep=1.5: batchesPerStep must be a whole number of at most"
            + " 2147483647, but was 1.5",
        "batchesPerStep|3000000000|batchesPerStep=3000000000: batchesPerStep must be a whole number"
            + " of at most 2147483647, but was 3000000000",
        "optimizer.decaysAll|yes|optimizer.decaysAll=yes: optimizer.decaysAll must be true or"
            + " false, but was \"yes\"",
        "learningRate.phases.2.to|1|learningRate.phases.2.to=1: there is no field"
            + " learningRate.phases.2; the fields of learningRate.phases are 0, 1",
        "learningRate|1|learningRate=1: learningRate must be an object of phases, unit, but was 1",
        "model.kind|vit|model.kind=vit: model.kind must be image_mae or video_mae, but was \"vit\"",
        "model.vit.clip.frames|0|model.vit.clip.frames=0: model.vit.clip: frames must be at least"
            + " 1, but was 0",
        "model.decoder|{\"layers\":1}|model.decoder={\"layers\":1}: there is no field"
            + " model.decoder.layers; the fields of model.decoder are width, depth, heads",
        "steps|many|steps=many: steps must be a whole number, but was many",
        "steps|0|steps=0: total steps must be at least 1, but was 0",
        "learningRate.peak|0|learningRate.peak=0: peak learning rate must be positive and finite,"
            + " but was 0.0",
        ".|1|.=1: there is no field ; the fields are name, origin, model, clips, batchesPerStep,"
            + " maskRatio, masking, objective, optimizer, groups, learningRate, emaDecay, steps,"
            + " passes, learningRate.peak"
      })
  void refusesByNamingFieldValueAndWhatIsAllowed(String field, String value, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TOY.with(field, value == null ? "" : value))
        .withMessage(message);
  }

  @Test
  void anotherKindOfOptimizerKeepsTheNumbersThatItHasToo() {
    PretrainingRecipe lamb = TOY.with("optimizer.kind", "LAMB");

    assertThat(RecipeJson.changes(TOY, lamb)).containsExactly("optimizer.kind: adamw -> lamb");
    assertThat(lamb.with("optimizer", "{\"kind\":\"adamw\",\"beta1\":0.8}").optimizer())
        .isEqualTo(((AdamWSettings) TOY.optimizer()).withBeta1(0.8));
  }

  @Test
  void anOptimizerOfOnesOwnStaysWhereOtherFieldsAreSet() {
    PretrainingRecipe own = TOY.withOptimizer(new Sgd(0.9, 0.1));

    assertThat(own.with(Map.of("maskRatio", "0.5", "steps", "9")))
        .isEqualTo(own.withMaskRatio(0.5).withSteps(9));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> own.with("optimizer.momentum", "0.5"))
        .withMessageStartingWith(
            "optimizer.momentum=0.5: optimizer.kind must be adamw or lamb, but was ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> own.with("optimizer.kind", "adamw"))
        .withMessage("optimizer.kind=adamw: the field optimizer.beta1 is missing");
  }

  @Test
  void refusesAWordThatIsNoConstant() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TOY.with("masking", "tubes"))
        .withMessageStartingWith("masking=tubes: masking must be one of RANDOM, TUBE, ")
        .withMessageEndingWith("but was \"TUBES\"");
  }

  @Test
  void refusesALengthInTwoUnitsAndAListInsideWhichOneIsSet() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TOY.with(Map.of("steps", "1", "passes", "2")))
        .withMessageEndingWith("a run's length is given in steps or in passes, not both");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TOY.with(Map.of("steps", "1", "learningRate.phases", "[]")))
        .withMessageEndingWith(
            "steps, passes, learningRate.peak change the phases, and stand beside no others");
  }
}
