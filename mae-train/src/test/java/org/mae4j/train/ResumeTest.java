package org.mae4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.TokenMask;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.PortableKernels;
import org.mae4j.models.masking.TemporalMasking;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.recipe.PretrainingRecipes;
import org.mae4j.train.recipe.RecipeDifference;

/** Going on by another recipe; folders that others use or that cannot be written. */
class ResumeTest {

  private static final PretrainingRecipe RECIPE = TestRecipes.tiny(9, 2, 1);

  @TempDir Path folder;
  private final Kernels kernels = new PortableKernels();
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
  void goesOnByTheSameRecipe() {
    assertThat(resume(RECIPE, 1, Set.of()).recipe()).isEqualTo(RECIPE);
  }

  @Test
  void showsDifferingFieldsSideBySide() {
    Path file = folder.resolve("checkpoint-00000000.safetensors");
    assertThatThrownBy(() -> resume(RECIPE.withSteps(900), 7, Set.of()))
        .isInstanceOf(RecipeMismatchException.class)
        .hasMessage(
            file
                + ": the run began otherwise:\n"
                + "  field                         checkpoint  now\n"
                + "  learningRate.phases.0.length  2.0         200.0\n"
                + "  learningRate.phases.1.length  7.0         700.0\n"
                + "  seed                          1           7\n"
                + "override what is meant to change:"
                + " learningRate.phases.0.length,learningRate.phases.1.length,seed");
  }

  @Test
  void numbersThatAnotherProgramWroteOtherwiseAreTheSame() {
    Path file;
    try (PretrainingState state = PretrainingState.start(RECIPE, 1, kernels, manager)) {
      file = new Checkpoints(folder, 1).write(state, Map.of());
    }
    Safetensors saved = Safetensors.open(file);
    Map<String, String> metadata = new LinkedHashMap<>(saved.metadata());
    metadata.computeIfPresent("mae4j.recipe", (key, json) -> json.replace("1.0E-6", "1e-06"));
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    saved.tensors().keySet().forEach(name -> tensors.put(name, saved.read(name, manager)));
    Safetensors.write(file, tensors, metadata);

    assertThat(metadata.get("mae4j.recipe")).contains("1e-06");
    PretrainingState.resume(file, RECIPE, 1, Set.of(), kernels, manager).close();
    PretrainingState.resume(file, Set.of("data"), manager).close();
  }

  @Test
  void goesOnWhereEveryDifferenceIsOverridden() {
    Set<String> fields =
        Set.of("learningRate.phases.0.length", "learningRate.phases.1.length", "seed");
    PretrainingState resumed = resume(RECIPE.withSteps(900), 7, fields);

    assertThat(resumed.recipe().steps()).isEqualTo(900);
    assertThat(resumed.seed()).isEqualTo(7);
  }

  @Test
  void stopsWhereOneDifferenceIsNotOverridden() {
    assertThatThrownBy(
            () -> resume(RECIPE.withSteps(900), 1, Set.of("learningRate.phases.1.length")))
        .isInstanceOfSatisfying(
            RecipeMismatchException.class,
            e ->
                assertThat(e.differences())
                    .containsExactly(
                        new RecipeDifference("learningRate.phases.0.length", "2.0", "200.0")));
  }

  @Test
  void showsAnotherGeometry() {
    assertThatThrownBy(() -> resume(PretrainingRecipes.TOY, 1, Set.of()))
        .isInstanceOf(RecipeMismatchException.class)
        .hasMessageContaining("  model.vit.transformer.width ")
        .hasMessageContaining("  model.vit.clip.height ");
  }

  @Test
  void refusesToOverrideAFieldThatIsNone() {
    assertThatThrownBy(() -> resume(RECIPE, 1, Set.of("learningRate.peek")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a recipe has no field learningRate.peek; its fields are batches");
  }

  @Test
  void aSecondRunOfThisProcessIsRefusedAndTheFirstKeepsItsLock() {
    Checkpoints checkpoints = new Checkpoints(folder, 1);
    try (RunLock first = checkpoints.lock()) {
      for (int attempt = 0; attempt < 2; attempt++) {
        assertThatThrownBy(checkpoints::lock)
            .isInstanceOf(CheckpointException.class)
            .hasMessage(
                folder
                    + " is in use by this process, "
                    + ProcessHandle.current().pid()
                    + ": two runs cannot write into one folder");
      }
      assertThat(first).isNotNull();
    }
    checkpoints.lock().close();
  }

  @Test
  void aFileInTheFoldersPlaceIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "precious");
    assertThatThrownBy(() -> new Checkpoints(file, 1))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("cannot make folder " + file);
  }

  @Test
  void aCheckpointThatCannotBeWrittenSparesTheOneBefore() throws IOException {
    Checkpoints checkpoints = new Checkpoints(folder, 1);
    try (PretrainingState state = PretrainingState.start(RECIPE, 1, kernels, manager)) {
      Path before = checkpoints.write(state, Map.of());
      state.skipStep();
      Files.createDirectories(folder.resolve("checkpoint-00000001.safetensors/in/the/way"));

      assertThatThrownBy(() -> checkpoints.write(state, Map.of()))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("checkpoint-00000001.safetensors: cannot be written")
          .hasMessageContaining("the run can go on from " + before.getFileName());
      assertThat(checkpoints.newest()).hasValue(before);
    }
  }

  @Test
  void tellsWhenTokensAreHiddenOtherwiseThanBefore() {
    Path file;
    try (PretrainingState state = PretrainingState.start(RECIPE, 1, kernels, manager)) {
      trainer(state, new TemporalMasking(0.5));
      file = new Checkpoints(folder, 1).write(state, Map.of());
    }
    try (PretrainingState state = PretrainingState.resume(file, kernels, manager)) {
      assertThat(warnings(() -> trainer(state, new TemporalMasking(0.5)))).isEmpty();
      MaskingStrategy own = (grid, random) -> TokenMask.ofVisible(grid.tokens(), new int[] {0});
      assertThat(warnings(() -> trainer(state, own)))
          .contains(
              "tokens were hidden by temporal 0.5 so far; the run goes on with "
                  + "org.mae4j.train.ResumeTest$$Lambda")
          .doesNotContain("@");
      MaskingStrategy same = (grid, random) -> own.mask(grid, random);
      assertThat(warnings(() -> trainer(state, same))).isEmpty();
    }
  }

  private static void trainer(PretrainingState state, MaskingStrategy masking) {
    Pretrainer.builder()
        .setState(state)
        .setBatches(new WavesBatchSource(RECIPE.model().clip(), 2))
        .optMasking(masking)
        .build();
  }

  static String warnings(Runnable task) {
    PrintStream standard = System.err;
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
    try {
      task.run();
    } finally {
      System.setErr(standard);
    }
    return errors.toString(StandardCharsets.UTF_8);
  }

  private PretrainingState resume(PretrainingRecipe recipe, long seed, Set<String> overridden) {
    Path file;
    try (PretrainingState state = PretrainingState.start(RECIPE, 1, kernels, manager)) {
      file = new Checkpoints(folder, 1).write(state, Map.of());
    }
    return PretrainingState.resume(file, recipe, seed, overridden, kernels, manager);
  }
}
