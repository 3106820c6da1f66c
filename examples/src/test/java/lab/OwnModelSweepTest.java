package lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.eval.sweep.Sweep;
import org.mae4j.eval.sweep.SweepFiles;
import org.mae4j.eval.sweep.SweepResult;
import org.mae4j.models.masking.Masking;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;

/** A sweep over a model of somebody's own. */
class OwnModelSweepTest {

  @TempDir Path folder;

  @Test
  void aRunThatWasKilledGoesOnBitForBit() throws IOException {
    SweepResult whole = sweep(folder.resolve("whole")).build().run();
    assertThat(whole.failures()).isEmpty();
    assertThat(whole.runs()).hasSize(2);
    TrainingListener kill =
        new TrainingListener() {
          private int steps;

          @Override
          public void onStep(StepMetrics metrics) {
            if (++steps == 4) {
              throw new Killed();
            }
          }
        };
    Path other = folder.resolve("killed");
    Sweep stopped = sweep(other).addListener(kill).build();
    assertThatThrownBy(stopped::run).isInstanceOf(Killed.class);

    SweepResult resumed = sweep(other).build().run();

    assertThat(resumed.failures()).isEmpty();
    for (int i = 0; i < 2; i++) {
      assertThat(resumed.runs().get(i).folder().resolve("model.safetensors"))
          .hasSameBinaryContentAs(whole.runs().get(i).folder().resolve("model.safetensors"));
    }
    new SweepFiles(resumed).write(folder.resolve("page"));
    new SweepFiles(resumed).write(folder.resolve("page"));
    assertThat(Files.readString(folder.resolve("page/index.html"))).contains("tube");
    assertThat(Files.readString(folder.resolve("page/recipes/tube.json"))).contains("cross_mae");
  }

  private static Sweep.Builder sweep(Path to) {
    return Sweep.builder()
        .setFolder(to)
        .setTraining((recipe, seed) -> new Waves(OwnModelTest.CLIP, 4, 4, 2, seed))
        .setUnseen(recipe -> new Waves(OwnModelTest.CLIP, 3, 2, 2, 99))
        .addRecipe("random", OwnModelTest.RECIPE)
        .addRecipe("tube", OwnModelTest.RECIPE.withMasking(Masking.TUBE))
        .optSeeds(1)
        .optCheckpointEvery(2);
  }

  /** What no part of the sweep catches, as a kill. */
  private static final class Killed extends Error {

    private static final long serialVersionUID = 1;
  }
}
