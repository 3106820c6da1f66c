package lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.train.Checkpoints;
import org.mae4j.train.Pretrainer;
import org.mae4j.train.PretrainingState;
import org.mae4j.train.TestRecipes;
import org.mae4j.train.WavesBatchSource;
import org.mae4j.train.optim.LambSettings;
import org.mae4j.train.optim.OptimizerSettings;
import org.mae4j.train.optim.ParameterGroup;
import org.mae4j.train.optim.ParameterRules;
import org.mae4j.train.optim.WeightOptimizer;
import org.mae4j.train.recipe.PretrainingRecipe;

/** Runs whose parameters are trained by rules of somebody's own: as data, and as code. */
class OwnRulesTest {

  private static final PretrainingRecipe RECIPE = TestRecipes.tiny(4, 2, 1);

  /** Any rules at all: the library's optimizer under one's own. */
  private record ByDepth(OptimizerSettings optimizer, double decay) implements OptimizerSettings {

    @Override
    public String kind() {
      return "by depth";
    }

    @Override
    public double weightDecay() {
      return optimizer.weightDecay();
    }

    @Override
    public WeightOptimizer open(
        Map<String, NDArray> parameters, ParameterRules rules, NDManager manager) {
      return optimizer.open(
          parameters,
          (name, shape) -> {
            ParameterRules.Rule rule = rules.of(name, shape);
            return name.startsWith("blocks.0.") ? rule.withLearningRateScale(decay) : rule;
          },
          manager);
    }
  }

  @TempDir Path folder;
  private final Kernels kernels = new ScriptedKernels();
  private NDManager manager;

  @BeforeEach
  void openManager() {
    manager = TorchEngine.newManager();
  }

  @AfterEach
  void closeAll() {
    kernels.close();
    manager.close();
  }

  @Test
  void aFrozenPatchEmbeddingStaysAndTheRunGoesOnFromItsFileAlone() {
    PretrainingRecipe recipe =
        RECIPE.withGroups(
            List.of(
                ParameterGroup.of("patch_embed.*").frozen(),
                ParameterGroup.of("decoder_*").withLearningRateScale(0.5),
                ParameterGroup.of("*_token").withWeightDecay(0)));
    Map<String, float[]> start;
    try (PretrainingState state = PretrainingState.start(recipe, 1, kernels, manager)) {
      start = values(state);
      train(state);
      Map<String, float[]> end = values(state);

      start.forEach(
          (name, before) -> {
            if (name.startsWith("patch_embed.")) {
              assertThat(end.get(name)).as(name).isEqualTo(before);
            } else if (name.endsWith("fc1.weight")) {
              assertThat(end.get(name)).as(name).isNotEqualTo(before);
            }
          });
    }
    Path file = new Checkpoints(folder, 1).newest().orElseThrow();
    assertThat(Safetensors.open(file).tensors().keySet())
        .contains("optimizer.exp_avg.mask_token")
        .noneMatch(name -> name.startsWith("optimizer.exp_avg.patch_embed."));
    try (PretrainingState state = PretrainingState.resume(file, kernels, manager)) {
      assertThat(state.recipe()).isEqualTo(recipe);
    }
  }

  @Test
  void theDecodersRateIsThatOfItsGroup() {
    Map<String, float[]> usual = steps(RECIPE);
    Map<String, float[]> group =
        steps(
            RECIPE.withGroups(List.of(ParameterGroup.of("decoder_*").withLearningRateScale(0.5))));

    usual.forEach(
        (name, values) -> {
          for (int i = 0; i < values.length; i++) {
            float expected = name.startsWith("decoder_") ? values[i] / 2 : values[i];
            // Weights of up to 1 are rounded to 6e-8.
            assertThat(Math.abs(group.get(name)[i] - expected)).as(name).isLessThan(2e-7f);
          }
        });
  }

  @Test
  void rulesMayBeCode() {
    PretrainingRecipe recipe = RECIPE.withOptimizer(new ByDepth(LambSettings.of(0.05), 0.25));
    assertThat(recipe.toJson())
        .contains("{\"kind\":\"by depth\",\"optimizer\":{\"kind\":\"lamb\",\"beta1\":0.9,");
    Map<String, float[]> usual = steps(RECIPE.withOptimizer(LambSettings.of(0.05)));
    Map<String, float[]> own = steps(recipe);

    float[] whole = usual.get("blocks.0.mlp.fc1.weight");
    float[] quarter = own.get("blocks.0.mlp.fc1.weight");
    for (int i = 0; i < whole.length; i++) {
      assertThat(Math.abs(quarter[i] - whole[i] / 4)).isLessThan(2e-7f);
    }
    assertThat(own.get("blocks.1.mlp.fc1.weight")).isEqualTo(usual.get("blocks.1.mlp.fc1.weight"));
  }

  @Test
  void aGroupOfNoParameterIsRefusedByTheNamesThatThereAre() {
    PretrainingRecipe recipe = RECIPE.withGroups(List.of(ParameterGroup.of("encoder.*").frozen()));

    assertThatThrownBy(() -> PretrainingState.start(recipe, 1, kernels, manager))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no trained parameter is called encoder.*; they are called ")
        .hasMessageContaining("blocks.0.attn.q.weight");
  }

  @Test
  void groupsAreSetAsTextAndReadFromIt() {
    PretrainingRecipe recipe =
        RECIPE.with(
            "groups",
            "[{\"names\":\"cls_token\",\"learningRateScale\":1,\"weightDecay\":0,"
                + "\"frozenUpdates\":5}]");

    assertThat(recipe.groups())
        .containsExactly(ParameterGroup.of("cls_token").withWeightDecay(0).withFrozenUpdates(5));
    assertThat(PretrainingRecipe.fromJson(recipe.toJson())).isEqualTo(recipe);
    PretrainingRecipe frozen = RECIPE.withGroups(List.of(ParameterGroup.of("cls_token").frozen()));
    assertThat(PretrainingRecipe.fromJson(frozen.toJson())).isEqualTo(frozen);
  }

  @Test
  void theOptimizerIsAnotherByItsKind() {
    PretrainingRecipe recipe = RECIPE.with("optimizer.kind", "lamb");

    assertThat(recipe.optimizer())
        .isEqualTo(new LambSettings(0.9, 0.95, 1e-8, 0.05, false, Double.POSITIVE_INFINITY));
    assertThat(PretrainingRecipe.fromJson(recipe.toJson())).isEqualTo(recipe);
  }

  /** What two steps change, of which the first has a rate of 0. */
  private Map<String, float[]> steps(PretrainingRecipe recipe) {
    try (PretrainingState state =
        PretrainingState.start(recipe.withSteps(2), 1, kernels, manager)) {
      Map<String, float[]> before = values(state);
      train(state);
      Map<String, float[]> change = new LinkedHashMap<>();
      values(state)
          .forEach(
              (name, after) -> {
                for (int i = 0; i < after.length; i++) {
                  after[i] -= before.get(name)[i];
                }
                change.put(name, after);
              });
      return change;
    }
  }

  private void train(PretrainingState state) {
    Pretrainer.builder()
        .setState(state)
        .setBatches(new WavesBatchSource(RECIPE.model().clip(), 2))
        .optCheckpoints(new Checkpoints(folder, 1), 100)
        .build()
        .run();
  }

  private static Map<String, float[]> values(PretrainingState state) {
    Map<String, float[]> values = new LinkedHashMap<>();
    state.model().weights().forEach((name, weight) -> values.put(name, weight.toFloatArray()));
    return values;
  }
}
