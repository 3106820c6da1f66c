package org.mae4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipInput.CentreCrop;
import org.mae4j.api.ClipInput.Interpolation;
import org.mae4j.api.ClipShape;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Normalization;
import org.mae4j.api.PatchShape;
import org.mae4j.api.Pooling;
import org.mae4j.models.ClassifierConfig;
import org.mae4j.models.Models;
import org.mae4j.models.TransformerShape;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.Vit;
import org.mae4j.models.VitConfig;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.PortableKernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.models.weights.WeightFile;
import org.mae4j.models.weights.Weights;
import org.mae4j.train.recipe.FinetuningRecipe;
import org.mae4j.train.recipe.FinetuningRecipes;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.recipe.RecipeDifference;

/** What a state keeps of its recipe in files, and what it owns. */
class TrainingStateTest {

  private static final PretrainingRecipe RECIPE = TestRecipes.tiny(9, 2, 1);

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
  void checkpointAndSavedModelSayHowTheRunLooksAtAVideo() {
    ClipInput input =
        new ClipInput(
            new FrameSampling(4, 2, 30),
            CentreCrop.ofVideo(48),
            Interpolation.BILINEAR,
            new Normalization(List.of(0f, 0f, 0f), List.of(1f, 1f, 1f)));
    VideoMaeConfig model =
        new VideoMaeConfig(
            VitConfig.video(
                new ClipShape(4, 48, 48),
                new PatchShape(2, 16, 16),
                new TransformerShape(32, 2, 4)),
            new TransformerShape(16, 1, 4));
    PretrainingRecipe recipe = RECIPE.withModel(model, RECIPE.clips().withInput(input));
    Path saved = folder.resolve("model.safetensors");
    Path checkpoint;
    try (PretrainingState state = PretrainingState.start(recipe, 3, manager)) {
      checkpoint = checkpoint(state);
      state.saveModel(saved);
    }

    assertThat(Models.input(checkpoint)).isEqualTo(input);
    assertThat(Models.input(saved)).isEqualTo(input);
    try (PretrainingState state = PretrainingState.resume(checkpoint, manager)) {
      assertThat(state.recipe()).isEqualTo(recipe);
      assertThat(((Vit) state.model()).input()).isEqualTo(input);
    }
  }

  @Test
  void checkpointAndSavedClassifierSayTheNamesOfTheClasses() {
    FinetuningRecipe recipe = named("left", "right");
    Path checkpoint;
    try (Kernels kernels = new PortableKernels();
        FinetuningState state = FinetuningState.startFromScratch(recipe, 3, kernels, manager)) {
      checkpoint = checkpoint(state);

      assertThat(FinetuningState.recipe(checkpoint)).isEqualTo(recipe);
      assertThat(Models.config(ClassifierConfig.class, checkpoint).classNames())
          .containsExactly("left", "right");
      assertThatThrownBy(
              () ->
                  FinetuningState.resume(
                      checkpoint, named("left", "up"), 3, Set.of(), kernels, manager))
          .isInstanceOfSatisfying(
              RecipeMismatchException.class,
              e ->
                  assertThat(e.differences())
                      .containsExactly(new RecipeDifference("model.classNames.1", "right", "up")));
    }
  }

  private static FinetuningRecipe named(String... classes) {
    VitConfig vit = ((VideoMaeConfig) RECIPE.model()).vit();
    return FinetuningRecipes.TOY
        .withModel(
            new ClassifierConfig(vit, 2, Pooling.MEAN).withClassNames(List.of(classes)),
            TestRecipes.clips(4, 2))
        .over(8);
  }

  @Test
  void aCheckpointFromBeforeIsRefusedInOneLineThatSaysTheWayOn() {
    String old = "{\"name\":\"x\",\"sampling\":{\"frames\":4},\"crop\":{\"flip\":0.5}}";
    Path file = changed(Map.of(), Map.of("mae4j.recipe", old));
    String message =
        file
            + ": not a pretraining recipe: it is from before version 0.1.0 and does not say how its"
            + " model looks at a video; the weights beside it load by Models.load(config, input,"
            + " file, ...)";

    try (Kernels kernels = new PortableKernels()) {
      assertThatThrownBy(() -> PretrainingState.resume(file, manager))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(message);
      assertThatThrownBy(() -> PretrainingState.resume(file, RECIPE, 1, Set.of(), kernels, manager))
          .isExactlyInstanceOf(CheckpointException.class)
          .hasMessage(message);
      Vit model = (Vit) Models.load(RECIPE.model(), RECIPE.clips().input(), file, kernels, manager);
      assertThat(model.input()).isEqualTo(RECIPE.clips().input());
    }
  }

  @Test
  void aStateWithoutGivenKernelsClosesItsOwn() {
    try (NDManager parent = manager.newSubManager()) {
      PretrainingState pretraining = PretrainingState.start(RECIPE, 3, parent);
      Path pretrained =
          new Checkpoints(folder.resolve("pretraining"), 1).write(pretraining, Map.of());
      assertClosesAll(pretraining, parent);
      assertClosesAll(PretrainingState.resume(pretrained, parent), parent);
      Weights weights = Weights.of(WeightFile.open(pretrained));
      FinetuningRecipe finetuning = named("a", "b");
      assertClosesAll(FinetuningState.startFromScratch(finetuning, 3, parent), parent);
      FinetuningState state = FinetuningState.start(finetuning, weights, 3, parent);
      Path file = checkpoint(state);
      assertClosesAll(state, parent);
      assertClosesAll(FinetuningState.resume(file, parent), parent);
    }
  }

  private void assertClosesAll(TrainingState<?, ?> state, NDManager parent) {
    Kernels kernels = state.kernels();
    assertThat(parent.getManagedArrays()).isNotEmpty();
    assertComputes(kernels);

    state.close();

    assertThat(parent.getManagedArrays()).isEmpty();
    assertThatThrownBy(() -> assertComputes(kernels)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aStateLeavesGivenKernelsOpen() {
    try (Kernels kernels = new PortableKernels()) {
      PretrainingState.start(RECIPE, 3, kernels, manager).close();
      assertComputes(kernels);
    }
  }

  @Test
  void aStateThatCannotBeRestoredLeavesNoArrayBehind() {
    Path file =
        changed(Map.of("optimizer.exp_avg.mask_token", manager.zeros(new Shape(2))), Map.of());
    try (NDManager parent = manager.newSubManager()) {
      assertThatThrownBy(() -> PretrainingState.resume(file, parent))
          .isInstanceOf(CheckpointException.class);
      assertThat(parent.getManagedArrays()).isEmpty();
    }
  }

  private void assertComputes(Kernels kernels) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray ones = scope.ones(new Shape(1, 4));
      NDArray none = scope.zeros(new Shape(4));
      assertThat(kernels.layerNorm(ones, none, none, 1e-6).toFloatArray()).containsOnly(0);
    }
  }

  private Path checkpoint(TrainingState<?, ?> state) {
    return new Checkpoints(folder, 1).write(state, Map.of());
  }

  /** A checkpoint with some tensors and metadata replaced. */
  private Path changed(Map<String, NDArray> tensors, Map<String, String> metadata) {
    Safetensors original;
    try (PretrainingState state = PretrainingState.start(RECIPE, 1, manager)) {
      original = Safetensors.open(checkpoint(state));
    }
    Map<String, NDArray> all = new LinkedHashMap<>();
    original.tensors().keySet().forEach(name -> all.put(name, original.read(name, manager)));
    all.putAll(tensors);
    Map<String, String> said = new LinkedHashMap<>(original.metadata());
    said.putAll(metadata);
    Path file = folder.resolve("changed.safetensors");
    Safetensors.write(file, all, said);
    return file;
  }
}
