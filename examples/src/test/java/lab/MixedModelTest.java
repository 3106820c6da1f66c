package lab;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.PatchShape;
import org.mae4j.api.Pooling;
import org.mae4j.models.ClassifierConfig;
import org.mae4j.models.Models;
import org.mae4j.models.TransformerShape;
import org.mae4j.models.VitClassifier;
import org.mae4j.models.VitConfig;
import org.mae4j.models.kernels.KernelSettings;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.Checkpoints;
import org.mae4j.train.Pretrainer;
import org.mae4j.train.PretrainingState;
import org.mae4j.train.recipe.PretrainingRecipe;

/** The library's encoder under a decoder of somebody's own. */
class MixedModelTest {

  static final VitConfig VIT =
      VitConfig.video(OwnModelTest.CLIP, new PatchShape(2, 8, 8), new TransformerShape(32, 3, 4));
  private static final PretrainingRecipe RECIPE =
      OwnModelTest.RECIPE.withModel(new VitCrossConfig(VIT, 16));

  @TempDir Path folder;
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
  void trainsTheSameBitForBitWhenActivationsAreComputedAgain() {
    KernelSettings plain = KernelSettings.forDevice(Device.cpu());

    Map<String, List<Float>> weights = trained(plain);

    assertThat(trained(plain.withCheckpointing(3))).isEqualTo(weights);
    assertThat(weights).containsKeys("blocks.0.norm1.weight", "decoder.keys");
  }

  private Map<String, List<Float>> trained(KernelSettings settings) {
    try (Kernels kernels = settings.open();
        PretrainingState fresh = PretrainingState.start(RECIPE, 3, kernels, manager);
        PretrainingState state = PretrainingState.start(RECIPE, 3, kernels, manager)) {
      run(state);
      Map<String, List<Float>> weights = OwnModelTest.values(state.model().weights());
      OwnModelTest.values(fresh.model().weights())
          .forEach(
              (name, values) -> {
                // Fixed positions are not trained.
                if (fresh.model().trainableWeights().containsKey(name)) {
                  assertThat(weights.get(name)).as(name).isNotEqualTo(values);
                }
              });
      return weights;
    }
  }

  @Test
  void aRunGoesOnAndItsEncoderIsLoadedAlone() {
    Checkpoints checkpoints = new Checkpoints(folder, 1);
    Path file = folder.resolve("model.safetensors");
    try (PretrainingState state = PretrainingState.start(RECIPE.withSteps(2), 3, manager)) {
      trainer(state).optCheckpoints(checkpoints, 1).build().run();
    }
    Path half = checkpoints.newest().orElseThrow();
    Set<String> length = Set.of("learningRate.phases.0.length", "learningRate.phases.1.length");
    try (PretrainingState state = PretrainingState.resume(half, RECIPE, 3, length, manager)) {
      run(state);
      state.saveModel(file);
    }

    ClassifierConfig headless = new ClassifierConfig(VIT, 0, Pooling.PER_SLOT);
    try (VitClassifier encoder = Models.load(headless, Models.input(file), file, manager)) {
      assertThat(encoder.featureCount()).isEqualTo(64);
    }
  }

  private static void run(PretrainingState state) {
    trainer(state).build().run();
  }

  private static Pretrainer.Builder trainer(PretrainingState state) {
    return Pretrainer.builder()
        .setState(state)
        .setBatches(new Waves(OwnModelTest.CLIP, 4, 4, 2, 7));
  }
}
