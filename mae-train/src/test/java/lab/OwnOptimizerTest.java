package lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.train.CheckpointException;
import org.mae4j.train.Checkpoints;
import org.mae4j.train.Pretrainer;
import org.mae4j.train.PretrainingState;
import org.mae4j.train.RecipeMismatchException;
import org.mae4j.train.TestRecipes;
import org.mae4j.train.WavesBatchSource;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.optim.AdamWSettings;
import org.mae4j.train.optim.OptimizerSettings;
import org.mae4j.train.optim.ParameterRules;
import org.mae4j.train.optim.WeightOptimizer;
import org.mae4j.train.recipe.PretrainingRecipe;

/** A run by an optimizer of somebody's own, through the public interfaces alone. */
class OwnOptimizerTest {

  private static final PretrainingRecipe RECIPE =
      TestRecipes.tiny(6, 2, 2).withOptimizer(new Sgd(0.9, 0.05));

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
  void aRunThatGoesOnEndsAsOneLeftInPeace() {
    Checkpoints whole = new Checkpoints(folder.resolve("whole"), 1);
    Checkpoints parts = new Checkpoints(folder.resolve("parts"), 2);
    List<Double> losses;
    try (PretrainingState state = PretrainingState.start(RECIPE, 3, kernels, manager)) {
      losses = run(state, whole, 6);
    }
    try (PretrainingState state = PretrainingState.start(RECIPE, 3, kernels, manager)) {
      run(state, parts, 3);
    }
    Path half = parts.newest().orElseThrow();
    try (PretrainingState state =
        PretrainingState.resume(half, RECIPE, 3, Set.of(), kernels, manager)) {
      assertThat(state.recipe()).isEqualTo(RECIPE);
      assertThat(run(state, parts, 6)).isEqualTo(losses.subList(3, 6));
    }

    assertThat(losses.get(5)).isLessThan(losses.get(0));
    assertThat(parts.newest().orElseThrow()).hasSameBinaryContentAs(whole.newest().orElseThrow());
    assertThat(Safetensors.open(half).tensors()).containsKey("optimizer.mask_token");
  }

  @Test
  void aFileAloneSaysWhichOptimizerItIsOf() {
    Path file = start(RECIPE);

    assertThatThrownBy(() -> PretrainingState.resume(file, kernels, manager))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            file
                + ": not a pretraining recipe: optimizer.kind must be adamw or lamb, but was"
                + " \"sgd\"; a run of a model or an optimizer of your own goes on with the"
                + " recipe that it began with, given where it is resumed");
  }

  @Test
  void otherNumbersOrAnotherOptimizerAreShownSideBySide() {
    Path file = start(RECIPE);

    assertThatThrownBy(() -> resume(file, RECIPE.withOptimizer(new Sgd(0.8, 0.05))))
        .isInstanceOf(RecipeMismatchException.class)
        .hasMessageContaining("  optimizer.momentum  0.9         0.8\n");
    assertThatThrownBy(() -> resume(file, TestRecipes.tiny(6, 2, 2)))
        .isInstanceOf(RecipeMismatchException.class)
        .hasMessageContaining("  optimizer.kind             sgd         adamw\n");
  }

  @Test
  void aRunOfTheLibrarysIsNotGoneOnWithByAnother() {
    Path file = start(TestRecipes.tiny(6, 2, 2));

    assertThatThrownBy(() -> resume(file, RECIPE))
        .isInstanceOf(RecipeMismatchException.class)
        .hasMessageContaining("  optimizer.kind             adamw       sgd\n");
  }

  @Test
  void otherFieldsOfTheRecipeAreSetByName() {
    assertThat(RECIPE.with("maskRatio", "0.25")).isEqualTo(RECIPE.withMaskRatio(0.25));
    assertThat(RECIPE.derive("other", RECIPE.origin(), r -> r.withOptimizer(new Sgd(0, 0.05))))
        .extracting(recipe -> recipe.origin().changes())
        .isEqualTo(List.of("optimizer.momentum: 0.9 -> 0.0"));
  }

  private record Nameless(double weightDecay) implements OptimizerSettings {
    @Override
    public String kind() {
      return " ";
    }

    @Override
    public WeightOptimizer open(Map<String, NDArray> all, ParameterRules rules, NDManager parent) {
      throw new UnsupportedOperationException();
    }
  }

  private record Impostor(String kind, double weightDecay, Object more)
      implements OptimizerSettings {
    @Override
    public WeightOptimizer open(Map<String, NDArray> all, ParameterRules rules, NDManager parent) {
      throw new UnsupportedOperationException();
    }
  }

  static Stream<Arguments> refused() {
    OptimizerSettings noRecord =
        new OptimizerSettings() {
          @Override
          public String kind() {
            return "mine";
          }

          @Override
          public double weightDecay() {
            return 0;
          }

          @Override
          public WeightOptimizer open(
              Map<String, NDArray> all, ParameterRules rules, NDManager parent) {
            throw new UnsupportedOperationException();
          }
        };
    return Stream.of(
        Arguments.of(noRecord, "the optimizer must be a record, whose components a"),
        Arguments.of(
            new Nameless(0),
            "the kind of optimizer that lab.OwnOptimizerTest$Nameless is must not"),
        Arguments.of(
            new Impostor("adamw", 0, ""),
            "lab.OwnOptimizerTest$Impostor must be of a kind of its own, but adamw is that of"),
        Arguments.of(
            new Impostor("mine", 0, ""),
            "lab.OwnOptimizerTest$Impostor must not have a component called kind"),
        Arguments.of(
            new Sgd(Double.NaN, 0),
            "lab.Sgd must be a record of numbers, words and the like: a recipe cannot keep the"
                + " number NaN"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void settingsThatACheckpointCannotKeepAreRefused(OptimizerSettings settings, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RECIPE.withOptimizer(settings))
        .withMessageStartingWith(message);
  }

  @Test
  void theLibrarysOwnIsReadFromItsKind() {
    PretrainingRecipe recipe = TestRecipes.tiny(6, 2, 2);

    assertThat(recipe.toJson()).contains("\"optimizer\":{\"kind\":\"adamw\",\"beta1\":0.9,");
    assertThat(PretrainingRecipe.fromJson(recipe.toJson()).optimizer())
        .isInstanceOf(AdamWSettings.class);
  }

  private Path start(PretrainingRecipe recipe) {
    try (PretrainingState state = PretrainingState.start(recipe, 3, kernels, manager)) {
      return new Checkpoints(folder, 1).write(state, Map.of());
    }
  }

  private PretrainingState resume(Path file, PretrainingRecipe recipe) {
    return PretrainingState.resume(file, recipe, 3, Set.of(), kernels, manager);
  }

  /** Trains until so many steps are made; returns the losses. */
  private static List<Double> run(PretrainingState state, Checkpoints checkpoints, long until) {
    List<Double> losses = new ArrayList<>();
    List<Pretrainer> trainer = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onStep(StepMetrics metrics) {
            losses.add(metrics.loss());
            if (metrics.step() == until) {
              trainer.get(0).requestStop();
            }
          }
        };
    trainer.add(
        Pretrainer.builder()
            .setState(state)
            .setBatches(new WavesBatchSource(RECIPE.model().clip(), 2))
            .optCheckpoints(checkpoints, 100)
            .addListener(listener)
            .build());
    trainer.get(0).run();
    return losses;
  }
}
