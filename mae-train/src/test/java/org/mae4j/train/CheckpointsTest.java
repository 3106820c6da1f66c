package org.mae4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.PortableKernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.recipe.PretrainingRecipes;

/** Checkpoints that are damaged, foreign, or from another time. */
class CheckpointsTest {

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
  void theNewestSkipsADamagedFile() throws IOException {
    Checkpoints checkpoints = new Checkpoints(folder, 2);
    Path written = write(checkpoints);
    byte[] bytes = Files.readAllBytes(written);
    Path damaged = folder.resolve("checkpoint-00000005.safetensors");
    Files.write(damaged, Arrays.copyOf(bytes, bytes.length / 2));

    assertThat(checkpoints.newest()).hasValue(written);
  }

  @Test
  void thereIsNoNewestInAnEmptyFolder() {
    assertThat(new Checkpoints(folder.resolve("new"), 1).newest()).isEmpty();
  }

  @Test
  void aLaterDamagedFileDoesNotCostTheOneJustWritten() throws IOException {
    Files.writeString(folder.resolve("checkpoint-00000005.safetensors"), "damaged");

    assertThat(write(new Checkpoints(folder, 1))).exists();
  }

  @Test
  void aWeightFileIsNoRunToResume() {
    Path file = folder.resolve("model.safetensors");
    try (PretrainingState state = PretrainingState.start(RECIPE, 1, kernels, manager)) {
      state.saveModel(file);
    }

    assertRefused(file, file + ": holds weights, but no run to resume");
  }

  @Test
  void garbageIsRefusedInOneLine() throws IOException {
    Path file = folder.resolve("checkpoint-00000001.safetensors");
    Files.writeString(file, "not at all what it should be");

    assertRefused(
        file,
        file
            + ": is text, not weights: a server's answer or a note; it begins not at all what it"
            + " should be");
  }

  @Test
  void aRecipeThatCannotBeReadIsRefusedInOneLine() {
    Path file = rewritten(Map.of(), Map.of("mae4j.recipe", "{\"name\":\"x\"}"));

    assertRefused(file, file + ": not a pretraining recipe: the field origin is missing");
  }

  @Test
  void aSeedThatIsNoNumberIsNamed() {
    Path file = rewritten(Map.of(), Map.of("mae4j.seed", "one"));

    assertRefused(file, file + ": mae4j.seed must be a whole number, but is one");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "updates | -5 | mae4j.updates cannot be that of a run: -5",
        "updates | 9223372036854775807 | mae4j.updates cannot be that of a run: 922337203685477580",
        "skipped | [1,1] | mae4j.skipped cannot be that of a run: step 1 after 1",
        "skipped | [-1] | mae4j.skipped cannot be that of a run: step -1 after 0",
        "skipped | [7] | mae4j.skipped cannot be that of a run: step 7 after 0",
        "skipped | [null] | mae4j.skipped is damaged: [null]",
        "best_step | 9 | mae4j.best_step cannot be that of a run: step 9, which was not judged",
        "validations | [{\"step\":1,\"values\":null}] | mae4j.validations is damaged: [{\"step",
      })
  void whatARunCanNeverHaveWrittenIsRefused(String key, String value, String message) {
    Path file = rewritten(Map.of(), Map.of("mae4j." + key, value));

    assertThatThrownBy(() -> PretrainingState.resume(file, kernels, manager))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(file + ": " + message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"recipe", "skipped", "validations", "seed", "best_step", "data"})
  void megabytesAreRefusedInAShortMessage(String key) {
    for (String text : List.of("[", "1", "{\"values\":[", "[{\"step\":1,\"values\":{}},")) {
      Path file = rewritten(Map.of(), Map.of("mae4j." + key, text.repeat(2_000_000)));

      assertThatThrownBy(() -> PretrainingState.resume(file, kernels, manager))
          .isInstanceOf(CheckpointException.class)
          .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(2200));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"width\":32,\"depth\":2 | \"width\":32,\"depth\":2147483647 | too few for a",
        "\"width\":32,\"depth\":2 | \"width\":32,\"depth\":3 | does not fit: ",
        "\"width\":32 | \"width\":1048576 | does not fit: ",
        "\"videosPerBatch\":2 | \"videosPerBatch\":2147483647 | a step may have 2147483647 clips",
        "\"clipsPerVideo\":1 | \"clipsPerVideo\":2147483647 | a batch may have 2147483647 clips",
        "\"batchesPerStep\":2 | \"batchesPerStep\":2147483647 | a step may have 2147483647 clips",
        "16,\"width\":16 | 1073741824,\"width\":1073741824 | a grid may have 2147483647 tokens",
      })
  void aRecipeOfOtherSizesThanItsWeightsTakesNoMemory(String from, String to, String message) {
    PretrainingRecipe recipe = TestRecipes.tiny(9, 2, 2);
    assertThat(recipe.toJson()).contains(from);
    Path file = rewritten(Map.of(), Map.of("mae4j.recipe", recipe.toJson().replace(from, to)));

    assertThatThrownBy(() -> PretrainingState.resume(file, kernels, manager))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(message);
  }

  @Test
  void optimizerStateOfAnotherShapeIsNamed() {
    String name = "optimizer.exp_avg.mask_token";
    Path file = rewritten(Map.of(name, manager.zeros(new Shape(2))), Map.of());

    assertRefused(file, file + ": " + name + " must be (1, 1, 16) <f4, but is (2) <f4");
  }

  @Test
  void aRecipeIsTheSameAfterItsWayThroughJson() {
    for (PretrainingRecipe recipe :
        new PretrainingRecipe[] {RECIPE, PretrainingRecipes.VIDEO_S_V1, PretrainingRecipes.TOY}) {
      assertThat(PretrainingRecipe.fromJson(recipe.toJson())).isEqualTo(recipe);
    }
  }

  @Test
  void theNewestSkipsAFileWithAPageThatWasNeverWritten() throws IOException {
    Checkpoints checkpoints = new Checkpoints(folder, 2);
    Path written = write(checkpoints);
    byte[] bytes = Files.readAllBytes(written);
    // Weights are first; the optimizer's state, of zeros yet, is last.
    Arrays.fill(bytes, bytes.length / 4, bytes.length / 4 + 4096, (byte) 0);
    Files.write(folder.resolve("checkpoint-00000005.safetensors"), bytes);

    assertThat(checkpoints.newest()).hasValue(written);
  }

  @Test
  void removesWhatAKilledRunLeftHalfWritten() throws IOException {
    Path half = Files.writeString(folder.resolve("checkpoint-00000003.safetensors.tmp"), "half");

    write(new Checkpoints(folder, 1));

    assertThat(half).doesNotExist();
  }

  @Test
  void aFolderThatWasRemovedMeanwhileIsMadeAgain() throws IOException {
    Path inner = folder.resolve("run/checkpoints");
    Checkpoints checkpoints = new Checkpoints(inner, 1);
    Files.delete(inner);
    Files.delete(inner.getParent());

    assertThat(write(checkpoints)).exists();
  }

  @Test
  void aFolderThatBecameAFileDoesNotHideTheFailureThatMatters() throws IOException {
    Path inner = folder.resolve("checkpoints");
    Checkpoints checkpoints = new Checkpoints(inner, 1);
    Files.delete(inner);
    Files.writeString(inner, "in the way");

    assertThatThrownBy(() -> write(checkpoints))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("cannot make folder " + inner + ": ");
  }

  @Test
  void aFolderThatCannotBeListedKeepsWhatWasWritten() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("checkpoints"));
    Checkpoints checkpoints = new Checkpoints(inner, 1);
    assumeTrue(inner.toFile().setReadable(false) && !Files.isReadable(inner), "as root");
    try {
      assertThat(write(checkpoints)).exists();
    } finally {
      assertThat(inner.toFile().setReadable(true)).isTrue();
    }
  }

  @Test
  void metadataKeepsItsOrder() {
    Map<String, String> provenance = new LinkedHashMap<>();
    List<String> names = List.of("recipe", "seed", "data", "device", "a", "z", "m", "b");
    names.forEach(name -> provenance.put(name, "x"));
    try (PretrainingState state = PretrainingState.start(RECIPE, 1, kernels, manager)) {
      Pretrainer.builder()
          .setState(state)
          .setBatches(new WavesBatchSource(TestRecipes.CLIP, 2))
          .optProvenance(provenance)
          .optCheckpoints(new Checkpoints(folder, 1), 9)
          .build()
          .run();
    }

    assertThat(
            Safetensors.open(folder.resolve("checkpoint-00000009.safetensors")).metadata().keySet())
        .startsWith(names.toArray(new String[0]));
  }

  @Test
  void aRunOfAnotherKindIsNamed() {
    Path file = rewritten(Map.of(), Map.of("mae4j.run", "finetuning"));

    assertRefused(file, file + ": is of a run of finetuning, not of pretraining");
  }

  private Path write(Checkpoints checkpoints) {
    try (PretrainingState state = PretrainingState.start(RECIPE, 1, kernels, manager)) {
      return checkpoints.write(state, Map.of());
    }
  }

  /** A checkpoint with some tensors and metadata replaced. */
  private Path rewritten(Map<String, NDArray> changed, Map<String, String> changedMetadata) {
    Safetensors original = Safetensors.open(write(new Checkpoints(folder, 1)));
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    original.tensors().keySet().forEach(name -> tensors.put(name, original.read(name, manager)));
    tensors.putAll(changed);
    Map<String, String> metadata = new LinkedHashMap<>(original.metadata());
    metadata.putAll(changedMetadata);
    Path file = folder.resolve("changed.safetensors");
    Safetensors.write(file, tensors, metadata);
    return file;
  }

  private void assertRefused(Path file, String message) {
    try (NDManager parent = manager.newSubManager()) {
      assertThatThrownBy(() -> PretrainingState.resume(file, kernels, parent))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(message);
      assertThat(parent.getManagedArrays()).isEmpty();
    }
  }
}
