package org.mae4j.train;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import lab.Sgd;
import org.mae4j.models.FeatureNorm;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.objective.Objective;
import org.mae4j.train.metrics.MetricsFile;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.optim.AdamWSettings;
import org.mae4j.train.optim.ParameterGroup;
import org.mae4j.train.ranks.Ranks;
import org.mae4j.train.recipe.FinetuningRecipe;
import org.mae4j.train.recipe.PretrainingRecipe;

/** Small runs of all kinds, to be made by one process or divided among several. */
enum RankedRun {
  PRETRAINING,
  /** By four batches a step. */
  FOUR,
  /** What is predicted is learnt, too. */
  LATENTS,
  /** Some weights join in later, and all are averaged. */
  GROUPS,
  OWN_OPTIMIZER,
  FINETUNING,
  BATCH_NORM;

  static final int STEPS = 20;
  static final long SEED = 3;
  private static final int CLIPS = 2;

  /** Far below what gradients have: every step is clipped. */
  private static final AdamWSettings CLIPPED = new AdamWSettings(0.9, 0.95, 1e-8, 0.05, 0.02);

  private static int arrays;

  boolean isPretraining() {
    return this != FINETUNING && this != BATCH_NORM;
  }

  PretrainingRecipe pretraining() {
    PretrainingRecipe recipe =
        TestRecipes.tiny(STEPS, CLIPS, this == FOUR ? 4 : 2).withOptimizer(CLIPPED);
    return switch (this) {
      case LATENTS -> recipe.withObjective(Objective.LATENTS);
      case GROUPS ->
          recipe
              .withGroups(
                  List.of(
                      ParameterGroup.of("decoder_*").withFrozenUpdates(5),
                      ParameterGroup.of("blocks.1.*").withLearningRateScale(0.5)))
              .withEmaDecay(0.9);
      case OWN_OPTIMIZER -> recipe.withOptimizer(new Sgd(0.9, 0.01));
      default -> recipe;
    };
  }

  FinetuningRecipe finetuning() {
    FinetuningRecipe recipe = FinetunerTest.recipe(STEPS, 6, CLIPS, 2).withOptimizer(CLIPPED);
    return this == BATCH_NORM
        ? recipe.withModel(recipe.vitModel().withFeatureNorm(FeatureNorm.MAE))
        : recipe;
  }

  /** The checkpoint after the last step. */
  static Path last(Path folder) {
    return folder.resolve(String.format(Locale.ROOT, "checkpoint-%08d.safetensors", STEPS));
  }

  static List<StepMetrics> steps(Path folder) {
    return MetricsFile.read(folder.resolve("metrics.jsonl")).steps();
  }

  /** Makes the run from its start. */
  TrainingOutcome run(Ranks ranks, NDManager manager, Path folder) {
    return run(ranks, manager, folder, Integer.MAX_VALUE);
  }

  /**
   * Makes the run from its newest checkpoint, or its start.
   *
   * @param stopAfter a step in which the first rank is asked to stop
   */
  TrainingOutcome run(Ranks ranks, NDManager manager, Path folder, long stopAfter) {
    try (Kernels kernels = new ScriptedKernels();
        MetricsFile metrics = new MetricsFile(folder.resolve("metrics.jsonl"))) {
      Checkpoints checkpoints = new Checkpoints(folder, 2);
      if (isPretraining()) {
        try (PretrainingState state =
            checkpoints
                .newest()
                .map(
                    file ->
                        PretrainingState.resume(
                            file, pretraining(), SEED, Set.of(), kernels, manager))
                .orElseGet(() -> PretrainingState.start(pretraining(), SEED, kernels, manager))) {
          return counted(
              state,
              Pretrainer.builder()
                  .setState(state)
                  .setBatches(new WavesBatchSource(TestRecipes.CLIP, CLIPS)),
              ranks,
              checkpoints,
              metrics,
              stopAfter);
        }
      }
      try (FinetuningState state =
          checkpoints
              .newest()
              .map(file -> FinetuningState.resume(file, kernels, manager))
              .orElseGet(
                  () -> FinetuningState.startFromScratch(finetuning(), SEED, kernels, manager))) {
        return counted(
            state,
            Finetuner.builder()
                .setState(state)
                .setBatches(new LabelledWaves(TestRecipes.CLIP, CLIPS))
                .optValidationClips(new LabelledWaves(TestRecipes.CLIP, 2 * CLIPS)),
            ranks,
            checkpoints,
            metrics,
            stopAfter);
      }
    }
  }

  /** How many arrays the state had after the last run of this process. */
  static int arrays() {
    return arrays;
  }

  private static TrainingOutcome counted(
      TrainingState<?, ?> state,
      TrainingLoop.Builder<?, ?> builder,
      Ranks ranks,
      Checkpoints checkpoints,
      MetricsFile metrics,
      long stopAfter) {
    TrainingOutcome outcome = run(builder, ranks, checkpoints, metrics, stopAfter);
    arrays = state.manager().getManagedArrays().size();
    return outcome;
  }

  private static TrainingOutcome run(
      TrainingLoop.Builder<?, ?> builder,
      Ranks ranks,
      Checkpoints checkpoints,
      MetricsFile metrics,
      long stopAfter) {
    TrainingLoop<?>[] trainer = new TrainingLoop<?>[1];
    trainer[0] =
        builder
            .optRanks(ranks)
            .optCheckpoints(checkpoints, 6)
            .optProvenance(Map.of("test", "ranks"))
            .addListener(metrics)
            .addListener(
                TrainingListener.ofSteps(
                    step -> {
                      if (step.step() == stopAfter) {
                        trainer[0].requestStop();
                      }
                    }))
            .build();
    return trainer[0].run();
  }
}
