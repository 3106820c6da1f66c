package org.mae4j.train;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Set;
import org.mae4j.models.MaskedAutoencoder;
import org.mae4j.models.Models;
import org.mae4j.models.kernels.Kernels;

/** All that a pretraining run needs to go on. */
public final class PretrainingState extends TrainingState<MaskedAutoencoder, PretrainingRecipe> {

  private PretrainingState(
      PretrainingRecipe recipe, long seed, NDManager manager, MaskedAutoencoder model) {
    super(recipe, seed, manager, model);
  }

  /**
   * The start of a run.
   *
   * @param seed decides weights, order of videos, crops and masks
   * @param parent the parent of the manager that owns the state, on the device to train on
   */
  public static PretrainingState start(
      PretrainingRecipe recipe, long seed, Kernels kernels, NDManager parent) {
    return inOwnManager(
        parent,
        manager ->
            new PretrainingState(
                recipe, seed, manager, Models.create(recipe.model(), kernels, manager, seed)));
  }

  /**
   * The state in a checkpoint.
   *
   * @throws CheckpointException if the file is damaged or no checkpoint of a pretraining run
   */
  public static PretrainingState read(Path file, Kernels kernels, NDManager parent) {
    SavedRun saved = SavedRun.open(file, PretrainingRecipe.KIND);
    return restore(saved, saved.recipe(PretrainingRecipe::fromJson), saved.seed(), kernels, parent);
  }

  /**
   * The recipe of the run in a checkpoint; no weights are read.
   *
   * @throws CheckpointException if the file is damaged or no checkpoint of a pretraining run
   */
  public static PretrainingRecipe recipe(Path file) {
    return SavedRun.open(file, PretrainingRecipe.KIND).recipe(PretrainingRecipe::fromJson);
  }

  /**
   * The state in a checkpoint, to go on by a recipe and seed that should be those it began with.
   *
   * @param overridden what may differ, field by field, as {@link RecipeDifference} names them
   * @throws RecipeMismatchException if something else differs
   * @throws CheckpointException if the file is damaged, no checkpoint of a pretraining run, or its
   *     weights do not fit the recipe's geometry
   * @throws IllegalArgumentException if an overridden field is none
   */
  public static PretrainingState resume(
      Path file,
      PretrainingRecipe recipe,
      long seed,
      Set<String> overridden,
      Kernels kernels,
      NDManager parent) {
    SavedRun saved = SavedRun.open(file, PretrainingRecipe.KIND);
    saved.requireSame(recipe, seed, overridden);
    return restore(saved, recipe, seed, kernels, parent);
  }

  private static PretrainingState restore(
      SavedRun saved, PretrainingRecipe recipe, long seed, Kernels kernels, NDManager parent) {
    return restored(
        saved,
        parent,
        manager ->
            new PretrainingState(
                recipe,
                seed,
                manager,
                Models.load(recipe.model(), saved.file(), kernels, manager)));
  }
}
