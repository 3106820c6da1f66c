package org.mae4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.BatchSource;
import org.mae4j.api.TokenMask;
import org.mae4j.api.training.Autoencoder;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.objective.AveragedTeacher;
import org.mae4j.models.objective.MaskedError;
import org.mae4j.models.objective.Objective;
import org.mae4j.models.objective.PixelTarget;
import org.mae4j.models.objective.PredictionLoss;
import org.mae4j.models.objective.PredictionTarget;
import org.mae4j.models.torch.TorchArrays;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.recipe.PretrainingRecipes;

/** The page on objectives shows code that stands here, too, and does what it says. */
class ObjectivesPageTest {

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
  void showsOnlyCodeThatStandsHere() throws IOException {
    String here =
        code(Files.readString(Path.of("src/test/java/org/mae4j/train/ObjectivesPageTest.java")));
    Matcher blocks =
        Pattern.compile("(?s)```java\n(.*?)```")
            .matcher(Files.readString(Path.of("../docs/objectives.md")));
    int count = 0;
    while (blocks.find()) {
      count++;
      assertThat(here).contains(code(blocks.group(1)));
    }
    assertThat(count).isEqualTo(6);
  }

  private static String code(String text) {
    return text.replaceAll("//[^\n]*", "").replaceAll("\\s+", "");
  }

  @Test
  void namesEveryObjective() throws IOException {
    String page = Files.readString(Path.of("../docs/objectives.md"));
    for (Objective objective : Objective.values()) {
      assertThat(page).contains("| `" + objective + "` |");
    }
  }

  @Test
  void aRecipeNamesOne() {
    PretrainingRecipe recipe = PretrainingRecipes.SMALL.withObjective(Objective.LATENTS);
    assertThat(recipe.model().toJson()).contains("\"latentWidth\":128");
  }

  @Test
  void aTrainerTakesAnyPair() {
    try (PretrainingState state = start(Objective.LATENTS);
        BatchSource clips = waves()) {
      Pretrainer trainer =
          Pretrainer.builder()
              .setState(state)
              .setBatches(clips)
              .optObjective(AveragedTeacher.of(state.model()), MaskedError.SQUARED)
              .build();
      trainer.run();
      assertThat(state.stepsDone()).isEqualTo(6);
    }
  }

  @Test
  void ofOnesOwnAreTheChangeOfPixelsAndTheAngle() {
    try (PretrainingState state = start(Objective.PIXELS)) {
      PredictionTarget change = change(state.model());
      PredictionLoss angle = angle();
      Pretrainer.Builder trainer = Pretrainer.builder().setState(state).setBatches(waves());
      trainer.optObjective(change, angle).build().run();
      assertThat(state.stepsDone()).isEqualTo(6);

      NDArray clips = waves().batch(0, manager).clips();
      float[] pixels = PixelTarget.of(state.model(), false).of(clips).get(0).toFloatArray();
      float[] changes = change.of(clips).get(0).toFloatArray();
      int slot = 4 * 384;
      for (int i = 0; i < 2 * slot; i++) {
        assertThat(changes[i]).isEqualTo(i < slot ? pixels[i + slot] - pixels[i] : 0);
      }
      NDArray z = manager.create(new float[] {3, 4, 1, 1}, new Shape(1, 2, 2));
      NDArray h = manager.create(new float[] {5, 0, 9, 9}, new Shape(1, 2, 2));
      assertThat(angle.of(z, h, List.of(TokenMask.ofVisible(2, 1))).getFloat())
          .isCloseTo(1 - 0.6f, within(1e-6f));
    }
  }

  private static PredictionTarget change(Autoencoder model) {
    PredictionTarget pixels = PixelTarget.of(model, false);
    PredictionTarget change =
        clips -> {
          NDArray now = pixels.of(clips);
          int slot = model.grid().tokensPerSlot();
          NDArray next = now.get(":, " + slot + ":").concat(now.get(":, " + -slot + ":"), 1);
          return next.sub(now);
        };
    return change;
  }

  private static PredictionLoss angle() {
    PredictionLoss angle =
        (z, h, masks) -> {
          int[] values = {2};
          NDArray lengths = z.square().sum(values).mul(h.square().sum(values)).add(1e-6).sqrt();
          NDArray cosine = z.mul(h).sum(values).div(lengths);
          return PredictionLoss.meanOverMasked(cosine.neg().add(1), masks);
        };
    return angle;
  }

  record Centred(PredictionTarget target, NDArray centre, NDArray batch)
      implements PredictionTarget {

    @Override
    public NDArray of(NDArray clips) {
      NDArray values = target.of(clips);
      TorchArrays.overwrite(
          List.of(batch), List.of(values.mean(new int[] {0}).mean(new int[] {0})));
      return values.sub(centre);
    }

    @Override
    public void updated(long step, long steps) {
      target.updated(step, steps);
      centre.muli(0.9).addi(batch.muli(0.1));
    }

    @Override
    public Map<String, NDArray> state() {
      Map<String, NDArray> all = new HashMap<>(target.state());
      all.put("centre", centre);
      return all;
    }

    @Override
    public String toString() {
      return target + " less their mean";
    }
  }

  @Test
  void oneThatLearnsGoesOnBitForBitAndLeavesNothing() {
    List<Double> whole = new ArrayList<>();
    Checkpoints checkpoints = new Checkpoints(folder, 9);
    try (PretrainingState state = start(Objective.LATENTS)) {
      NDArray centre = runCentred(state, checkpoints, whole);
      assertThat(centre.abs().sum().getFloat()).isPositive();
    }
    List<Double> resumed = new ArrayList<>();
    Path file = folder.resolve("checkpoint-00000003.safetensors");
    try (PretrainingState state = PretrainingState.resume(file, kernels, manager)) {
      runCentred(state, new Checkpoints(folder.resolve("resumed"), 9), resumed);
    }
    assertThat(resumed).isEqualTo(whole.subList(3, 6));
  }

  private NDArray runCentred(PretrainingState state, Checkpoints checkpoints, List<Double> losses) {
    NDManager own = manager.newSubManager();
    NDArray centre = own.zeros(new Shape(32));
    try (AveragedTeacher teacher = AveragedTeacher.of(state.model())) {
      Pretrainer.builder()
          .setState(state)
          .setBatches(waves())
          .optObjective(
              new Centred(teacher, centre, own.zeros(new Shape(32))), MaskedError.ABSOLUTE)
          .optCheckpoints(checkpoints, 3)
          .addListener(
              new TrainingListener() {
                @Override
                public void onStep(StepMetrics metrics) {
                  losses.add(metrics.loss());
                }
              })
          .build()
          .run();
    }
    assertThat(own.getManagedArrays()).hasSize(2);
    return centre;
  }

  private PretrainingState start(Objective objective) {
    PretrainingRecipe recipe = TestRecipes.tiny(6, 2, 1).withObjective(objective);
    return PretrainingState.start(recipe, 3, kernels, manager);
  }

  private static BatchSource waves() {
    return new WavesBatchSource(TestRecipes.CLIP, 2);
  }
}
