package org.mae4j.train.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.Strictness;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.ClipInput;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.train.metrics.ValidationMetrics;
import org.mae4j.train.recipe.FinetuningRecipe;
import org.mae4j.train.recipe.FinetuningRecipes;
import org.mae4j.train.recipe.PretrainingRecipes;

class ModelCardTest {

  private static final String ODD = "a: \"b\" # \\ {c}\n- <d> | \u0085\u2028\uD83D\uDE00 'é'";

  private static final TypeAdapter<JsonElement> JSON = new Gson().getAdapter(JsonElement.class);

  @TempDir Path folder;

  private ModelCard pretrained(Map<String, String> facts) {
    return new ModelCard(
        folder.resolve("model.safetensors"),
        VideoMaeConfig.TOY,
        PretrainingRecipes.TOY.clips().input(),
        1234567,
        Optional.of(
            new ModelCard.Training(
                PretrainingRecipes.TOY,
                7,
                100,
                98,
                List.of(),
                OptionalLong.empty(),
                Map.of("learnt from", "12 files"))),
        facts);
  }

  private ModelCard finetuned(long judged, Map<String, String> facts) {
    FinetuningRecipe recipe = FinetuningRecipes.TOY;
    return new ModelCard(
        folder.resolve("model.safetensors"),
        recipe.model(),
        recipe.clips().input(),
        5,
        Optional.of(
            new ModelCard.Training(
                recipe,
                1,
                60,
                60,
                List.of(
                    new ValidationMetrics(30, 1, Map.of("loss", 2.0, "top1", 0.25)),
                    new ValidationMetrics(60, 2, Map.of("loss", 1.5, "top1", 0.4216))),
                OptionalLong.of(judged),
                Map.of())),
        facts);
  }

  /** The front matter by path of keys; every scalar must be one of JSON, whole. */
  private static Map<String, JsonElement> frontMatter(String card) throws IOException {
    assertThat(card).startsWith("---\n");
    String yaml = card.substring(4, card.indexOf("\n---\n") + 1);
    Map<String, JsonElement> found = new LinkedHashMap<>();
    for (String line : yaml.lines().toList()) {
      assertThat(line).matches(" *(- )?[a-z_-]+:( .+)?");
      int colon = line.indexOf(':');
      String key = line.substring(0, colon).replace("-", " ").strip();
      String value = line.substring(colon + 1).strip();
      if (value.isEmpty() || value.matches("[a-z0-9.-]+")) {
        continue; // a number, or what has lines of its own
      }
      JsonReader reader = new JsonReader(new StringReader(value));
      reader.setStrictness(Strictness.STRICT);
      found.put(key.replace(' ', '_'), JSON.read(reader));
      assertThat(reader.peek().name()).isEqualTo("END_DOCUMENT");
    }
    return found;
  }

  @Test
  void aPretrainedModelSaysHowItCameAboutAndHowItIsLoaded() throws IOException {
    String text = pretrained(Map.of("device", "cpu()", "seed", "7")).text();

    Map<String, JsonElement> front = frontMatter(text);
    assertThat(front.get("library_name").getAsString()).isEqualTo("mae4j");
    assertThat(front.get("pipeline_tag").getAsString()).isEqualTo("feature-extraction");
    assertThat(front.get("tags").getAsJsonArray().toString())
        .isEqualTo("[\"mae4j\",\"video\",\"video-mae\",\"self-supervised-learning\"]");
    assertThat(front).doesNotContainKeys("license", "metrics", "datasets");
    assertThat(text)
        .contains("Models.loadVideoMae(Path.of(\"model.safetensors\"), manager)")
        .contains(
            "| steps | 100, 2 of them left out |", "| seed | 7 |", "| learnt from | 12 files |")
        .contains("| parameters | 1,234,567 |", "| device | cpu() |")
        .contains("knows of no evaluation", "licence the weights may be used is not stated")
        .contains("\"frames\": 16")
        .doesNotContain("## Evaluation", "Optional", "http:", "null");
    assertThat(text.split("\\| seed \\|", -1)).hasSize(2);
  }

  @Test
  void whatValidationFoundOfTheseWeightsIsInTheFrontMatter() throws IOException {
    String text = finetuned(60, Map.of("data", ODD, "license", "apache-2.0")).text();

    Map<String, JsonElement> front = frontMatter(text);
    assertThat(front.get("license").getAsString()).isEqualTo("apache-2.0");
    assertThat(front.get("pipeline_tag").getAsString()).isEqualTo("video-classification");
    assertThat(text.substring(0, text.indexOf("\n---\n")))
        .contains("model-index:", "value: 0.4216", "\\u000a- <d> | \\u0085\\u2028\uD83D\uDE00 'é'");
    assertThat(text)
        .contains("On the validation clips, after step 60.\n")
        .contains("| top-1 accuracy | 42.2 % |", "| loss | 1.5000 |")
        .contains("| data | a: \"b\" \\# \\\\ {c} - &lt;d> \\|")
        .doesNotContain("not stated here");
  }

  @Test
  void numbersOfOtherWeightsAreNotInTheFrontMatter() {
    String text = finetuned(30, Map.of()).text();
    assertThat(text)
        .contains("after step 30, which is not the last one", "25.0 %")
        .doesNotContain("model-index", "0.4216");
  }

  @Test
  void whatWasNotTrainedHereHasNoTraining() {
    String text =
        new ModelCard(
                folder.resolve("x.safetensors"),
                VideoMaeConfig.TOY,
                ClipInput.PAPER_VIDEO,
                1,
                Optional.empty(),
                Map.of("imported_from", "vitb.pth"))
            .text();
    assertThat(text)
        .contains("\n# x\n", "| imported\\_from | vitb.pth |")
        .doesNotContain("## Training", "## Recipe");
  }

  @Test
  void aCardIsReplacedByTheSameModelsOnly() throws IOException {
    Path card = folder.resolve("MODEL_CARD.md");
    CardFile.write(pretrained(Map.of("note", "first")));
    CardFile.write(pretrained(Map.of("note", "second")));
    assertThat(card).content().contains("| note | second |").doesNotContain("first");

    CardFile.write(
        new ModelCard(
            folder.resolve("other.safetensors"),
            VideoMaeConfig.TOY,
            ClipInput.PAPER_VIDEO,
            1,
            Optional.empty(),
            Map.of()));
    assertThat(card).content().contains("| note | second |");
    assertThat(folder.resolve("other.MODEL_CARD.md")).content().contains("# other");
  }

  @Test
  void aCardThatWasChangedByHandStays() throws IOException {
    Path card = folder.resolve("MODEL_CARD.md");
    CardFile.write(pretrained(Map.of()));
    String edited = Files.readString(card).replace("## Limits", "## Limits\n\nOurs.");
    Files.writeString(card, edited);

    CardFile.write(pretrained(Map.of("note", "new")));

    assertThat(card).hasContent(edited);
    assertThat(folder.resolve("model.MODEL_CARD.md")).content().contains("| note | new |");
  }
}
