package org.mae4j.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mae4j.api.ClipInput;
import org.mae4j.api.FrameSampling;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.masking.Masking;
import org.mae4j.models.objective.Objective;
import org.mae4j.train.optim.AdamWSettings;
import org.mae4j.train.optim.OptimizerSettings;
import org.mae4j.train.optim.ParameterGroup;

/** What the named copies of recipes change, and what they refuse. */
class NamedCopiesTest {

  private static final PretrainingRecipe PRETRAINING = PretrainingRecipes.TOY;
  private static final FinetuningRecipe FINETUNING = FinetuningRecipes.TOY;
  private static final LearningRateSchedule CONSTANT = LearningRateSchedule.constant(1e-3, 30);

  private static final OptimizerSettings OTHER =
      new AdamWSettings(0.9, 0.99, 1e-6, 0.3, 1).decayingAll();
  private static final List<ParameterGroup> GROUPS =
      List.of(ParameterGroup.of("blocks.*").withLearningRateScale(2));

  private static final Map<String, UnaryOperator<PretrainingRecipe>> PRETRAINING_COPIES =
      Map.ofEntries(
          Map.entry("name", recipe -> recipe.withName("other")),
          Map.entry("model", recipe -> recipe.withModel(VideoMaeConfig.TOY_WIDE_DECODER)),
          Map.entry("clips", recipe -> recipe.withClips(recipe.clips().withBatch(3, 2))),
          Map.entry("batchesPerStep", recipe -> recipe.withBatchesPerStep(7)),
          Map.entry("maskRatio", recipe -> recipe.withMaskRatio(0.5)),
          Map.entry("masking", recipe -> recipe.withMasking(Masking.TUBE)),
          Map.entry("objective", recipe -> recipe.withObjective(Objective.NORMALIZED_PIXELS)),
          Map.entry("optimizer", recipe -> recipe.withOptimizer(OTHER)),
          Map.entry("groups", recipe -> recipe.withGroups(GROUPS)),
          Map.entry("learningRate", recipe -> recipe.withLearningRate(CONSTANT)),
          Map.entry("emaDecay", recipe -> recipe.withEmaDecay(0.9)));

  private static final Map<String, UnaryOperator<FinetuningRecipe>> FINETUNING_COPIES =
      Map.ofEntries(
          Map.entry("name", recipe -> recipe.withName("other")),
          Map.entry("model", recipe -> recipe.withModel(recipe.model().withDropout(0.2))),
          Map.entry("clips", recipe -> recipe.withClips(recipe.clips().withBatch(3, 2))),
          Map.entry("batchesPerStep", recipe -> recipe.withBatchesPerStep(7)),
          Map.entry("optimizer", recipe -> recipe.withOptimizer(OTHER)),
          Map.entry("groups", recipe -> recipe.withGroups(GROUPS)),
          Map.entry("layerDecay", recipe -> recipe.withLayerDecay(0.5)),
          Map.entry("learningRate", recipe -> recipe.withLearningRate(CONSTANT)),
          Map.entry("headOnly", recipe -> recipe.withHeadOnly(2)),
          Map.entry(
              "regularization",
              recipe -> recipe.withRegularization(recipe.regularization().withMixing(0.8, 1))),
          Map.entry(
              "selection",
              recipe -> recipe.withSelection(new CheckpointSelection("loss", false, "test", 2, 3))),
          Map.entry("emaDecay", recipe -> recipe.withEmaDecay(0.9)));

  static Stream<Arguments> copies() {
    return Stream.concat(
        PRETRAINING_COPIES.entrySet().stream()
            .map(copy -> differing(copy.getKey(), PRETRAINING, copy.getValue())),
        FINETUNING_COPIES.entrySet().stream()
            .map(copy -> differing(copy.getKey(), FINETUNING, copy.getValue())));
  }

  private static <R extends Record> Arguments differing(
      String field, R recipe, UnaryOperator<R> copy) {
    return Arguments.of(recipe.getClass().getSimpleName(), field, recipe, copy.apply(recipe));
  }

  @ParameterizedTest(name = "{0}.{1}")
  @MethodSource("copies")
  void changesExactlyItsField(String kind, String field, Record recipe, Record copy)
      throws ReflectiveOperationException {
    List<String> changed = new ArrayList<>();
    for (RecordComponent component : recipe.getClass().getRecordComponents()) {
      Object before = component.getAccessor().invoke(recipe);
      if (!before.equals(component.getAccessor().invoke(copy))) {
        changed.add(component.getName());
      }
    }
    assertThat(changed).as(kind).containsExactly(field);
  }

  @Test
  void everyFieldButTheOriginHasACopy() {
    assertThat(PRETRAINING_COPIES.keySet())
        .containsExactlyInAnyOrderElementsOf(fieldsButOrigin(PretrainingRecipe.class));
    assertThat(FINETUNING_COPIES.keySet())
        .containsExactlyInAnyOrderElementsOf(fieldsButOrigin(FinetuningRecipe.class));
  }

  private static List<String> fieldsButOrigin(Class<? extends Record> recipe) {
    return Arrays.stream(recipe.getRecordComponents())
        .map(RecordComponent::getName)
        .filter(name -> !name.equals("origin"))
        .toList();
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        refusal(
            () -> PRETRAINING.withMaskRatio(1), "mask ratio must be in [0.0, 1.0), but was 1.0"),
        refusal(
            () -> PRETRAINING.withMaskRatio(0),
            "mask ratio must hide one of 128 tokens, but was 0.0"),
        refusal(
            () -> PRETRAINING.withMaskRatio(Double.NaN),
            "mask ratio must be in [0.0, 1.0), but was NaN"),
        refusal(
            () -> PRETRAINING.withBatchesPerStep(0),
            "batches per step must be at least 1, but was 0"),
        refusal(
            () -> PRETRAINING.withModel(VideoMaeConfig.SMALL_64),
            "the input makes clips of 16x32x32, but the model takes 16x64x64"),
        refusal(
            () -> PRETRAINING.withEmaDecay(1),
            "decay of the weights' moving average must be in (0, 1), but was 1.0"),
        refusal(() -> PRETRAINING.withSteps(0), "total steps must be at least 1, but was 0"),
        refusal(() -> PRETRAINING.over(0), "videos must be at least 1, but was 0"),
        refusal(
            () -> FINETUNING.withBatchesPerStep(0),
            "batches per step must be at least 1, but was 0"),
        refusal(() -> FINETUNING.withLayerDecay(0), "layer decay must be in (0, 1], but was 0.0"),
        refusal(
            () -> FINETUNING.withHeadOnly(31),
            "the part that trains the head alone must be in [0, 30.0] PASSES, but was 31.0"),
        refusal(
            () -> FINETUNING.withHeadOnly(Double.NaN),
            "the part that trains the head alone must be in [0, 30.0] PASSES, but was NaN"),
        refusal(
            () -> FINETUNING.withModel(FINETUNING.model().withClasses(0)),
            "classes must be at least 1, but was 0"),
        refusal(
            () -> FINETUNING.withInput(ClipInput.video(new FrameSampling(8, 3, 30), 32)),
            "the input makes clips of 8x32x32, but the model takes 16x32x32"),
        refusal(
            () -> FINETUNING.withEmaDecay(0),
            "decay of the weights' moving average must be in (0, 1), but was 0.0"));
  }

  private static Arguments refusal(Supplier<?> copy, String message) {
    return Arguments.of(message, copy);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void aValueThatCannotRunIsNamedWithWhatIsAllowed(String message, Supplier<?> copy) {
    assertThatIllegalArgumentException().isThrownBy(copy::get).withMessage(message);
  }

  @Test
  void theHeadsPartKeepsItsShareUnderAnotherSchedule() {
    FinetuningRecipe recipe = FINETUNING.withHeadOnly(10);

    assertThat(recipe.withLearningRate(LearningRateSchedule.constant(1e-3, 300)).headOnly())
        .isEqualTo(100);
  }

  @Test
  void aDerivedRecipeSaysWhereItIsFromAndWhatItChanged() {
    PretrainingRecipe derived =
        PRETRAINING.derive(
            "half masked", new Origin("a test", "cheap", "nothing"), r -> r.withMaskRatio(0.5));

    assertThat(derived.name()).isEqualTo("half masked");
    assertThat(derived.origin())
        .isEqualTo(
            new Origin(
                "a test, after " + PRETRAINING.origin().source(),
                "cheap",
                "nothing",
                List.of("maskRatio: 0.75 -> 0.5")));
    assertThat(derived.withName(PRETRAINING.name()).maskRatio()).isEqualTo(0.5);
  }
}
