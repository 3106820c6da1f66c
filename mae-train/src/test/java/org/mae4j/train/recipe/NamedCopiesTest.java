package org.mae4j.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipShape;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.TrainingClips.RandomDistortion;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.train.optim.ParameterGroup;

/** What the named copies of recipes change, and what they refuse. */
class NamedCopiesTest {

  private static final PretrainingRecipe PRETRAINING = PretrainingRecipes.TOY;
  private static final FinetuningRecipe FINETUNING = FinetuningRecipes.TOY;

  /** Copies that are called otherwise, since they say more than the name of the field. */
  private static final Map<String, String> OTHERWISE = Map.of("latentWidth", "predictingLatents");

  static Stream<Arguments> fields() {
    return RecordSamples.samples().values().stream()
        .flatMap(
            record ->
                Arrays.stream(record.getClass().getRecordComponents())
                    .map(
                        component ->
                            Arguments.of(
                                record.getClass().getSimpleName(),
                                component.getName(),
                                record,
                                component)));
  }

  @ParameterizedTest(name = "{0}.{1}")
  @MethodSource("fields")
  void hasANamedCopyThatChangesItAlone(
      String type, String name, Record record, RecordComponent component)
      throws ReflectiveOperationException {
    Object value = RecordSamples.other(record, component);

    assertThat(copy(record, name, value))
        .isEqualTo(RecordSamples.with(record, component, value).orElseThrow());
  }

  private static Object copy(Record record, String name, Object value)
      throws ReflectiveOperationException {
    String wanted =
        OTHERWISE.getOrDefault(
            name, "with" + Character.toUpperCase(name.charAt(0)) + name.substring(1));
    Method copy =
        Arrays.stream(record.getClass().getMethods())
            .filter(method -> method.getName().equals(wanted) && method.getParameterCount() == 1)
            .filter(method -> method.getReturnType() == record.getClass() && !method.isBridge())
            .findFirst()
            .orElseThrow(() -> new AssertionError(record.getClass() + " has no method " + wanted));
    return copy.invoke(record, given(value, copy.getParameterTypes()[0]));
  }

  /** Copies take what an optional component holds, and not the optional. */
  private static Object given(Object value, Class<?> type) {
    if (value instanceof Optional<?> optional && type != Optional.class) {
      return optional.orElseThrow();
    }
    return value instanceof OptionalDouble optional && type == double.class
        ? optional.orElseThrow()
        : value;
  }

  @Test
  void allThatRecipesAreMadeOfIsThere() {
    assertThat(RecordSamples.samples().keySet())
        .containsExactlyInAnyOrderElementsOf(RecordSamples.types())
        .contains(ClipShape.class, RandomDistortion.class, ParameterGroup.class, Origin.class);
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
            () -> FINETUNING.withModel(FINETUNING.vitModel().withClasses(0)),
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
