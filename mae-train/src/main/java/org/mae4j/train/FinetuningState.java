package org.mae4j.train;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.mae4j.api.training.Classifier;
import org.mae4j.models.Models;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.weights.WeightFile;
import org.mae4j.models.weights.WeightFileException;
import org.mae4j.models.weights.Weights;
import org.mae4j.train.recipe.FinetuningRecipe;
import org.mae4j.train.recipe.RecipeDifference;

/** All that a finetuning run needs to go on. */
public final class FinetuningState extends TrainingState<Classifier, FinetuningRecipe> {

  private static final RunKind<FinetuningRecipe, FinetuningState> KIND =
      new RunKind<>(FinetuningRecipe.KIND, FinetuningRecipe::fromJson, FinetuningState::new);

  private FinetuningState(
      FinetuningRecipe recipe,
      long seed,
      Optional<SavedRun> saved,
      Kernels kernels,
      NDManager manager) {
    super(
        recipe,
        seed,
        kernels,
        manager,
        RunKind.model(recipe.model(), recipe, seed, saved, kernels, manager));
  }

  /**
   * The start of a run from a pretrained encoder, with a fresh head.
   *
   * @param pretrained a masked autoencoder's or classifier's weights; its decoder or head is not
   *     read
   * @param seed decides the head, the order of videos, crops and what is dropped
   * @param kernels stay the caller's to close
   * @param parent the parent of the manager that owns the state, on the device to train on
   * @throws WeightFileException if the weights do not fit the recipe's encoder
   */
  public static FinetuningState start(
      FinetuningRecipe recipe, Weights pretrained, long seed, Kernels kernels, NDManager parent) {
    return begun(KIND.start(recipe, seed, Optional.of(kernels), parent), pretrained);
  }

  /**
   * As {@link #start(FinetuningRecipe, Weights, long, Kernels, NDManager)}, with kernels as the
   * device wants them, which the state owns.
   */
  public static FinetuningState start(
      FinetuningRecipe recipe, Weights pretrained, long seed, NDManager parent) {
    return begun(KIND.start(recipe, seed, Optional.empty(), parent), pretrained);
  }

  /**
   * As {@link #start(FinetuningRecipe, Weights, long, NDManager)}, from a file of any kind of
   * weights.
   */
  public static FinetuningState start(
      FinetuningRecipe recipe, Path pretrained, long seed, NDManager parent) {
    return start(recipe, Weights.of(WeightFile.open(pretrained)), seed, parent);
  }

  private static FinetuningState begun(FinetuningState state, Weights pretrained) {
    try {
      Models.replaceEncoder(state.model(), pretrained);
      return state;
    } catch (RuntimeException e) {
      state.close();
      throw e;
    }
  }

  /**
   * The start of a run from fresh weights, as a control.
   *
   * @param kernels stay the caller's to close
   */
  public static FinetuningState startFromScratch(
      FinetuningRecipe recipe, long seed, Kernels kernels, NDManager parent) {
    return KIND.start(recipe, seed, Optional.of(kernels), parent);
  }

  /**
   * As {@link #startFromScratch(FinetuningRecipe, long, Kernels, NDManager)}, with kernels as the
   * device wants them, which the state owns.
   */
  public static FinetuningState startFromScratch(
      FinetuningRecipe recipe, long seed, NDManager parent) {
    return KIND.start(recipe, seed, Optional.empty(), parent);
  }

  /**
   * The recipe of the run in a checkpoint; no weights are read.
   *
   * @throws CheckpointException if the file is damaged or no checkpoint of a finetuning run
   */
  public static FinetuningRecipe recipe(Path file) {
    return KIND.recipe(file);
  }

  /**
   * The state in a checkpoint, to go on as the run began.
   *
   * @param kernels stay the caller's to close
   * @throws CheckpointException if the file is damaged or no checkpoint of a finetuning run
   */
  public static FinetuningState resume(Path file, Kernels kernels, NDManager parent) {
    return KIND.resume(file, Optional.of(kernels), parent);
  }

  /**
   * As {@link #resume(Path, Kernels, NDManager)}, with kernels as the device wants them, which the
   * state owns.
   */
  public static FinetuningState resume(Path file, NDManager parent) {
    return KIND.resume(file, Optional.empty(), parent);
  }

  /**
   * As {@link #resume(Path, NDManager)}, with other data.
   *
   * @param overridden what of it may differ: {@code data} for all, or as the {@link
   *     RecipeMismatchException} names it
   */
  public static FinetuningState resume(Path file, Set<String> overridden, NDManager parent) {
    return KIND.resume(file, overridden, Optional.empty(), parent);
  }

  /**
   * The state in a checkpoint, to go on by a recipe and seed that should be those it began with.
   *
   * @param overridden what may differ, field by field, as {@link RecipeDifference} names them;
   *     {@code data} stands for videos, classes and their split
   * @param kernels stay the caller's to close
   * @throws RecipeMismatchException if something else differs
   * @throws CheckpointException if the file is damaged, no checkpoint of a finetuning run, or its
   *     weights do not fit the recipe's geometry
   * @throws IllegalArgumentException if an overridden field is none
   */
  public static FinetuningState resume(
      Path file,
      FinetuningRecipe recipe,
      long seed,
      Set<String> overridden,
      Kernels kernels,
      NDManager parent) {
    return KIND.resume(file, recipe, seed, overridden, Optional.of(kernels), parent);
  }

  /**
   * As {@link #resume(Path, FinetuningRecipe, long, Set, Kernels, NDManager)}, with kernels as the
   * device wants them, which the state owns.
   */
  public static FinetuningState resume(
      Path file, FinetuningRecipe recipe, long seed, Set<String> overridden, NDManager parent) {
    return KIND.resume(file, recipe, seed, overridden, Optional.empty(), parent);
  }
}
