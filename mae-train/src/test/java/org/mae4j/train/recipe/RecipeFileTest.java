package org.mae4j.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mae4j.models.TransformerShape;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.masking.Masking;

/** Recipes in files, whole and as what differs from one of the library. */
class RecipeFileTest {

  private static final PretrainingRecipe TOY = PretrainingRecipes.TOY;

  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("mine.json"), text);
  }

  static Stream<PretrainingRecipe> pretraining() {
    return PretrainingRecipes.all().values().stream();
  }

  static Stream<FinetuningRecipe> finetuning() {
    return FinetuningRecipes.all().values().stream();
  }

  @ParameterizedTest
  @MethodSource("pretraining")
  void aPretrainingRecipeIsTheSameAfterItsWayThroughAFile(PretrainingRecipe recipe) {
    Path file = folder.resolve("recipe.json");
    PretrainingRecipes.write(recipe, file);
    assertThat(PretrainingRecipes.read(file)).isEqualTo(recipe);
    PretrainingRecipes.write(TOY, file);
    assertThat(PretrainingRecipes.read(file)).isEqualTo(TOY);
  }

  @ParameterizedTest
  @MethodSource("finetuning")
  void aFinetuningRecipeIsTheSameAfterItsWayThroughAFile(FinetuningRecipe recipe) {
    Path file = folder.resolve("recipe.json");
    FinetuningRecipes.write(recipe, file);
    assertThat(FinetuningRecipes.read(file)).isEqualTo(recipe);
  }

  @Test
  void aFileHasALineForEachValue() throws IOException {
    Path file = folder.resolve("recipe.json");
    PretrainingRecipes.write(TOY, file);
    assertThat(file)
        .content()
        .startsWith("{\n  \"name\": \"video-mae-s-v1 at toy scale\",\n  \"origin\": {\n")
        .contains("\n  \"maskRatio\": 0.75,\n", "\n    \"maxGradientNorm\": \"Infinity\"\n")
        .endsWith("}\n");
  }

  @Test
  void namesAreThoseOfConstantsAndOfRecipes() {
    assertThat(PretrainingRecipes.all().keySet())
        .startsWith("video-s-v1", "video-say-v1")
        .contains("toy", "toy-recognition", "small");
    assertThat(PretrainingRecipes.all().values()).containsAll(PretrainingRecipes.paper());
    assertThat(FinetuningRecipes.all().values()).containsAll(FinetuningRecipes.paper());
    for (String name : List.of("toy", "TOY", " Toy", "video-mae-s-v1 at toy scale")) {
      assertThat(PretrainingRecipes.named(name)).isSameAs(TOY);
    }
    assertThat(FinetuningRecipes.named("VIDEO_SSV2_10_V1"))
        .isSameAs(FinetuningRecipes.VIDEO_SSV2_10_V1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FinetuningRecipes.named("to\ny"))
        .withMessageStartingWith(
            "there is no finetuning recipe \"to\\ny\"; there are video-ssv2-10-v1, ");
  }

  @Test
  void aShortFileSaysWhatDiffersFromItsBase() throws IOException {
    PretrainingRecipe recipe =
        PretrainingRecipes.read(
            file(
                """
                {
                  "$schema": "pretraining-recipe.schema.json",
                  "base": "toy",
                  "name": "my run",
                  "maskRatio": 0.5,
                  "masking": "TUBE",
                  "model": {"decoder": {"depth": 1}},
                  "steps": 100,
                  "learningRate": {"peak": 1e-3}
                }
                """));

    PretrainingRecipe expected =
        TOY.withModel(VideoMaeConfig.TOY.withDecoder(new TransformerShape(64, 1, 4)))
            .withMaskRatio(0.5)
            .withMasking(Masking.TUBE)
            .withSteps(100);
    assertThat(recipe.name()).isEqualTo("my run");
    assertThat(recipe.origin())
        .isEqualTo(
            new Origin(
                "mine.json, after " + TOY.origin().source(),
                "",
                "",
                List.of(
                    "model.decoder.depth: 2 -> 1",
                    "maskRatio: 0.75 -> 0.5",
                    "masking: RANDOM -> TUBE",
                    "learningRate.phases.0.to: 0.004 -> 0.001",
                    "learningRate.phases.0.length: 220.0 -> 5.0",
                    "learningRate.phases.1.from: 0.004 -> 0.001",
                    "learningRate.phases.1.length: 4180.0 -> 95.0")));
    assertThat(
            recipe.withName(expected.name()).withLearningRate(recipe.learningRate().withPeak(4e-3)))
        .usingRecursiveComparison()
        .ignoringFields("origin")
        .isEqualTo(expected);
  }

  @Test
  void aShortFileIsNamedAfterItselfAndMayBeTheBaseAlone() throws IOException {
    PretrainingRecipe recipe = PretrainingRecipes.read(file("{\"base\":\"TOY\"}"));
    assertThat(recipe.name()).isEqualTo("mine");
    assertThat(recipe.origin().changes()).isEmpty();
    assertThat(recipe.model()).isSameAs(VideoMaeConfig.TOY);
  }

  @Test
  void aDecoderPredictsWhatTheObjectiveIs() throws IOException {
    PretrainingRecipe latents =
        PretrainingRecipes.read(
            file(
                "{\"base\":\"toy\",\"objective\":\"LATENTS\",\"model\":{\"decoder\":{\"depth\":1}}}"));
    assertThat(latents.model())
        .isEqualTo(
            VideoMaeConfig.TOY.withDecoder(new TransformerShape(64, 1, 4)).predictingLatents(128));
    assertThat(latents.with("objective", "pixels").model())
        .isEqualTo(VideoMaeConfig.TOY.withDecoder(new TransformerShape(64, 1, 4)));
  }

  @Test
  void aShortFileMaySayWhereItsNumbersAreFrom() throws IOException {
    FinetuningRecipe recipe =
        FinetuningRecipes.read(
            file(
                """
                {"base": "toy", "headOnly": 10, "passes": 40,
                 "origin": {"source": "a paper, section 3", "expected": "better"}}
                """));
    assertThat(recipe.headOnly()).isEqualTo(10);
    assertThat(recipe.learningRate().length()).isEqualTo(40);
    assertThat(recipe.origin().source()).startsWith("a paper, section 3, after MAE4J");
    assertThat(recipe.origin().expected()).isEqualTo("better");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"base\":\"toys\"}|there is no pretraining recipe \"toys\"; there are video-s-v1,",
        "{\"base\":3}|base must be text, but was 3",
        "{\"base\":\"toy\",\"name\":null}|name must be text, but was null",
        "{\"base\":\"toy\",\"mask\":1}|there is no field mask; the fields are name, origin,",
        "{\"base\":\"toy\",\"model\":{\"decoder\":{\"layers\":1}}}|there is no field"
            + " model.decoder.layers; the fields of model.decoder are width, depth, heads",
        "{\"base\":\"toy\",\"model\":3}|model must be an object, but was 3",
        "{\"base\":\"toy\",\"maskRatio\":\"0.5\"}|maskRatio must be a number or \"Infinity\", but"
            + " was \"0.5\"",
        "{\"base\":\"toy\",\"maskRatio\":1e999}|maskRatio must be a number or \"Infinity\", but was"
            + " 1E+999",
        "{\"base\":\"toy\",\"maskRatio\":1}|mask ratio must be in [0.0, 1.0), but was 1.0",
        "{\"base\":\"toy\",\"masking\":\"tube\"}|masking must be one of RANDOM, TUBE,",
        "{\"base\":\"toy\",\"clips\":{\"videosPerBatch\":true}}|clips.videosPerBatch must be a"
            + " whole number of at most 2147483647, but was true",
        "{\"base\":\"toy\",\"clips\":{\"videosPerBatch\":0}}|clips: videos per batch must be at"
            + " least 1, but was 0",
        "{\"base\":\"toy\",\"optimizer\":{\"decaysAll\":\"yes\"}}|optimizer.decaysAll must be true"
            + " or false, but was \"yes\"",
        "{\"base\":\"toy\",\"steps\":\"9\"}|steps must be a number, but was \"9\"",
        "{\"base\":\"toy\",\"steps\":9.5}|steps must be a whole number, but was 9.5",
        "{\"base\":\"toy\",\"steps\":1,\"learningRate\":{\"phases\":[]}}|steps, passes,"
            + " learningRate.peak change the phases, and stand beside no others",
        "{\"base\":\"toy\",\"learningRate\":{\"phases\":{}}}|learningRate.phases must be a list,"
            + " but was {}",
        "{\"base\":\"toy\",\"learningRate\":{\"phases\":[]}}|learningRate: phases must be at least"
            + " 1, but was 0",
        "{\"base\":\"toy\",\"origin\":{\"changes\":[\"x\"]}}|origin.changes is found out, and not"
            + " said",
        "{\"base\":\"toy\",\"origin\":{\"from\":\"x\"}}|there is no field origin.from; the fields"
            + " of origin are source, cost, expected, changes",
        "{\"base\":\"toy\",\"maskRatio\":0.5,\"maskRatio\":0.6}|it says maskRatio twice",
        "{\"base\":\"toy\",\"clips\":{\"crop\":{\"flip\":0,\"flip\":1}}}|it says clips.crop.flip"
            + " twice",
        "{\"base\":\"toy\",\"maskRatio\":NaN}|it is no JSON: ",
        "{\"base\":\"toy\",}|it is no JSON: ",
        "{'base':'toy'}|it is no JSON: ",
        "{\"base\":\"toy\"} {}|it is no JSON: ",
        "{\"base\":\"toy\"|it is no JSON: ",
        "[]|it is no JSON object",
        "{}|the field name is missing",
        "''|it is no JSON: "
      })
  void refusesByNamingFileFieldValueAndWhatIsAllowed(String text, String message)
      throws IOException {
    Path file = file(text);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PretrainingRecipes.read(file))
        .withMessageStartingWith(file + ": not a pretraining recipe: " + message)
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }

  @Test
  void refusesWhatIsTooLargeTooDeepOrNoText() throws IOException {
    assertRefused(
        "{\"base\":\"toy\",\"emaDecay\":" + "[".repeat(40) + "]".repeat(40) + "}",
        "Nesting limit 32");
    assertRefused("[".repeat(1 << 20), "Nesting limit 32");
    assertRefused("{\"base\":\"toy\",\"maskRatio\":0." + "1".repeat(99) + "}", "100 at most");
    assertRefused(
        "{\"base\":\"toy\",\"maskRatio\":0." + "1".repeat(1 << 20) + "}",
        "it is no JSON: malformed JSON at line 1");
    assertRefused("{\"base\":\"toy\",\"maskRatio\":1e9999999999}", "it is no JSON");
    assertRefused(" ".repeat((4 << 20) + 1), "it has more than 4194304 bytes");

    Path file = Files.write(folder.resolve("bytes"), new byte[] {'"', (byte) 0xff, '"'});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PretrainingRecipes.read(file))
        .withMessageEndingWith("it is no text in UTF-8");
  }

  private void assertRefused(String text, String part) throws IOException {
    Path file = file(text);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PretrainingRecipes.read(file))
        .withMessageContaining(part);
  }

  @Test
  void readsWhatAnEditorOfAnotherSystemWrote() throws IOException {
    Path file =
        Files.write(
            folder.resolve("windows.json"),
            "\ufeff{\r\n\"base\":\"toy\",\r\n\"name\":\"m\u00fcde\"}\r\n"
                .getBytes(StandardCharsets.UTF_8));
    assertThat(PretrainingRecipes.read(file).name()).isEqualTo("m\u00fcde");
  }

  @Test
  void saysThatAFileIsNotThereOrAFolder() {
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> PretrainingRecipes.read(folder.resolve("none.json")))
        .withMessageStartingWith("the recipe " + folder.resolve("none.json") + " cannot be read: ");
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> PretrainingRecipes.read(folder))
        .withMessageStartingWith("the recipe " + folder + " cannot be read: ");
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> PretrainingRecipes.write(TOY, folder.resolve("none/x.json")))
        .withMessageStartingWith("the recipe " + folder.resolve("none/x.json") + " cannot be writ");
  }

  @Test
  void overwritesNothingButARecipeOfItsKind() throws IOException {
    Path notes = file("my notes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PretrainingRecipes.write(TOY, notes))
        .withMessage(notes + " is there, is no pretraining recipe, and is not overwritten");
    assertThat(notes).hasContent("my notes");

    Path other = folder.resolve("other.json");
    FinetuningRecipes.write(FinetuningRecipes.TOY, other);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PretrainingRecipes.write(TOY, other))
        .withMessageContaining("is no pretraining recipe");
  }
}
