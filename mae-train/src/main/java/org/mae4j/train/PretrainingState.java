package org.mae4j.train;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import org.mae4j.models.MaskedAutoencoder;
import org.mae4j.models.Models;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.weights.WeightFileException;

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
    NDManager manager = parent.newSubManager();
    try {
      return new PretrainingState(
          recipe, seed, manager, Models.create(recipe.model(), kernels, manager, seed));
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /**
   * The state in a checkpoint.
   *
   * @throws CheckpointException if the file is damaged or no checkpoint of a pretraining run
   */
  public static PretrainingState read(Path file, Kernels kernels, NDManager parent) {
    SavedRun saved = SavedRun.open(file, PretrainingRecipe.KIND);
    PretrainingRecipe recipe = saved.recipe(PretrainingRecipe::fromJson);
    NDManager manager = parent.newSubManager();
    try {
      PretrainingState state =
          new PretrainingState(
              recipe, saved.seed(), manager, Models.load(recipe.model(), file, kernels, manager));
      state.restore(saved);
      return state;
    } catch (WeightFileException e) {
      manager.close();
      throw new CheckpointException(e.getMessage(), e);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }
}
