package org.mae4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.recipe.PretrainingRecipes;

/** The recipe that docs/training.md shows is read, and runs. */
class TrainingPageTest {

  private static final Pattern JSON = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);

  @TempDir private Path folder;

  @Test
  void theRecipeOnThePageRuns() throws IOException {
    Path page = Path.of("../docs/training.md");
    assumeTrue(Files.exists(page), "the page is not beside the module");
    Matcher block = JSON.matcher(Files.readString(page));
    assertThat(block.find()).isTrue();
    Path file = Files.writeString(folder.resolve("run.json"), block.group(1));

    PretrainingRecipe recipe = PretrainingRecipes.read(file);

    assertThat(recipe.name()).isEqualTo("tubes, shallow decoder");
    assertThat(recipe.steps()).isEqualTo(1500);
    assertThat(recipe.learningRate().peak()).isEqualTo(2e-3);
    assertThat(recipe.origin().changes())
        .contains(
            "model.decoder.depth: 2 -> 1", "maskRatio: 0.75 -> 0.5", "masking: RANDOM -> TUBE");
    PretrainingRecipe brief = recipe.with("steps", "2").with("clips.videosPerBatch", "2");
    try (NDManager manager = TorchEngine.newManager();
        PretrainingState state = PretrainingState.start(brief, 1, manager);
        WavesBatchSource batches = new WavesBatchSource(brief.model().clip(), 2)) {
      Pretrainer.builder().setState(state).setBatches(batches).build().run();
      assertThat(state.stepsDone()).isEqualTo(2);
    }
  }
}
