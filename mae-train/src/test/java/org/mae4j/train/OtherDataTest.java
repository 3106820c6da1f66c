package org.mae4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.ClipSource.Identity;
import org.mae4j.api.Provenance;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.PortableKernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.train.recipe.FinetuningRecipe;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.recipe.RecipeDifference;

/** Going on with videos, classes or a split that are others than those a run began with. */
class OtherDataTest {

  private static final PretrainingRecipe RECIPE = TestRecipes.tiny(4, 2, 1);
  private static final String HASH = "0123456789abcdef";
  private static final Identity BEFORE = new Identity(3, List.of("cat", "dog"), HASH);

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
  void goesOnWithTheSameData() {
    Path file = begun(BEFORE, Map.of());

    assertThat(goOn(file, BEFORE, Map.of()).stepsDone()).isEqualTo(4);
  }

  @Test
  void showsOtherVideosAndClassesSideBySide() {
    Path file = begun(BEFORE, Map.of());
    Identity now = new Identity(5, List.of("cat", "cow", "horse"), "fedcba9876543210");

    assertThatThrownBy(() -> goOn(file, now, Map.of()))
        .isInstanceOf(RecipeMismatchException.class)
        .hasMessage(
            file
                + ": the run began otherwise:\n"
                + "  field          checkpoint                  now\n"
                + "  data.classes   2, only here: dog           3, only here: cow, horse\n"
                + "  data.training  3 files, list 0123456789ab  5 files, list fedcba987654\n"
                + "override what is meant to change: data.classes,data.training");
  }

  @Test
  void classesInAnotherOrderAreOthers() {
    Path file = begun(BEFORE, Map.of());

    assertThat(differences(file, new Identity(3, List.of("dog", "cat"), HASH), Map.of()))
        .containsExactly(
            new RecipeDifference(
                "data.classes", "2, in this order: cat, dog", "2, in this order: dog, cat"));
  }

  @Test
  void aManifestOfProvenanceIsComparedToo() {
    Map<String, String> provenance = Provenance.NONE.withManifestHash("a1").toMap();
    Path file = begun(BEFORE, provenance);

    assertThat(differences(file, BEFORE, Provenance.NONE.withManifestHash("b2").toMap()))
        .containsExactly(new RecipeDifference("data.manifest", "a1", "b2"));
    assertThat(goOn(file, BEFORE, provenance).stepsDone()).isEqualTo(4);
  }

  @Test
  void aCheckpointWithAManifestAloneIsComparedByIt() {
    Map<String, String> provenance = Provenance.NONE.withManifestHash("a1").toMap();
    Path file;
    try (PretrainingState state = PretrainingState.start(RECIPE, 1, kernels, manager)) {
      file = new Checkpoints(folder, 1).write(state, provenance);
    }

    assertThat(differences(file, BEFORE, Provenance.NONE.withManifestHash("b2").toMap()))
        .extracting(RecipeDifference::field)
        .containsExactly("data.manifest");
  }

  @Test
  void goesOnWithOtherDataWhereThatIsOverridden() {
    Path file = begun(BEFORE, Map.of());
    Identity now = new Identity(5, List.of("cat", "cow"), "fedcba9876543210");
    try (PretrainingState all = PretrainingState.resume(file, Set.of("data"), manager);
        PretrainingState each =
            PretrainingState.resume(
                file, RECIPE, 1, Set.of("data.classes", "data.training"), kernels, manager);
        PretrainingState one = PretrainingState.resume(file, Set.of("data.training"), manager)) {
      trainer(all, now, Map.of());
      trainer(each, now, Map.of()).run();
      assertThatThrownBy(() -> trainer(one, now, Map.of()))
          .isInstanceOf(RecipeMismatchException.class)
          .hasMessageEndingWith("override what is meant to change: data.classes");
      // From there on it is the data of the run.
      Path next = new Checkpoints(folder, 1).write(each, Map.of());
      assertThat(goOn(next, now, Map.of()).stepsDone()).isEqualTo(4);
    }
  }

  @Test
  void anUnknownNameIsNoOverride() {
    Path file = begun(BEFORE, Map.of());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> PretrainingState.resume(file, Set.of("data.colour"), manager))
        .withMessage(
            "of the data, what may differ is one of [data, data.classes, data.manifest,"
                + " data.training, data.validation], but was data.colour");
  }

  @Test
  void aSplitThatMovedClipsFromValidationIsRefused() {
    FinetuningRecipe recipe = FinetunerTest.recipe(4, 0, 4, 1);
    Identity held = new Identity(2, BEFORE.classes(), "aa");
    Path file;
    try (FinetuningState state = FinetuningState.startFromScratch(recipe, 1, kernels, manager)) {
      finetuner(state, BEFORE, held);
      file = new Checkpoints(folder, 1).write(state, Map.of());
    }
    try (FinetuningState state = FinetuningState.resume(file, kernels, manager)) {
      Identity other = new Identity(2, BEFORE.classes(), "bb");
      assertThatThrownBy(() -> finetuner(state, BEFORE, other))
          .isInstanceOf(RecipeMismatchException.class)
          .hasMessageEndingWith("override what is meant to change: data.validation");
    }
  }

  @Test
  void anOverrideCannotGiveAHeadOtherNumbersOfClasses() {
    FinetuningRecipe recipe = FinetunerTest.recipe(4, 0, 4, 1);
    try (FinetuningState state = FinetuningState.startFromScratch(recipe, 1, kernels, manager)) {
      Identity three = new Identity(3, List.of("a", "b", "c"), HASH);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> finetuner(state, three, BEFORE))
          .withMessage("the clips must be of 2 classes, as the model's head is, but are of 3");
    }
  }

  @Test
  void damagedWordsOfItAreRefusedInOneLine() {
    Path file = begun(BEFORE, Map.of());
    Safetensors whole = Safetensors.open(file);
    Path damaged = folder.resolve("damaged.safetensors");
    for (String json : List.of("", "[[[", "{\"training\":{\"files\":-1}}", "{\"training\":3}")) {
      Safetensors.write(damaged, Map.of(), withData(whole.metadata(), json));
      assertThatThrownBy(() -> PretrainingState.recipe(damaged))
          .as(json)
          .isInstanceOf(CheckpointException.class)
          .hasMessageStartingWith(damaged + ": not a mae4j.data: ")
          .hasMessageNotContaining("\n");
    }
  }

  private static Map<String, String> withData(Map<String, String> metadata, String json) {
    Map<String, String> changed = new LinkedHashMap<>(metadata);
    changed.put("mae4j.data", json);
    return changed;
  }

  /** A checkpoint after the third of four steps. */
  private Path begun(Identity data, Map<String, String> provenance) {
    try (PretrainingState state = PretrainingState.start(RECIPE, 1, kernels, manager)) {
      Pretrainer trainer = trainer(state, data, provenance);
      for (int step = 0; step < 3; step++) {
        state.skipStep();
      }
      assertThat(trainer).isNotNull();
      return new Checkpoints(folder, 1).write(state, provenance);
    }
  }

  private PretrainingState goOn(Path file, Identity data, Map<String, String> provenance) {
    try (PretrainingState state = PretrainingState.resume(file, kernels, manager)) {
      trainer(state, data, provenance).run();
      return state;
    }
  }

  private List<RecipeDifference> differences(
      Path file, Identity data, Map<String, String> provenance) {
    try (PretrainingState state = PretrainingState.resume(file, kernels, manager)) {
      trainer(state, data, provenance);
      return List.of();
    } catch (RecipeMismatchException e) {
      return e.differences();
    }
  }

  private static Pretrainer trainer(
      PretrainingState state, Identity data, Map<String, String> provenance) {
    return Pretrainer.builder()
        .setState(state)
        .setBatches(new KnownWaves(data))
        .optProvenance(provenance)
        .build();
  }

  private static void finetuner(FinetuningState state, Identity train, Identity held) {
    Finetuner.builder()
        .setState(state)
        .setBatches(new KnownWaves(train))
        .optValidationClips(new KnownWaves(held))
        .build();
  }

  /** Clips that say what they are of. */
  private static final class KnownWaves extends WavesBatchSource {

    private final Identity data;

    private KnownWaves(Identity data) {
      super(TestRecipes.CLIP, 2);
      this.data = data;
    }

    @Override
    public Optional<Identity> data() {
      return Optional.of(data);
    }
  }
}
