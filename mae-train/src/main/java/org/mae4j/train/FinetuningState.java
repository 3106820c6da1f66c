package org.mae4j.train;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Set;
import org.mae4j.models.Models;
import org.mae4j.models.VitClassifier;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.weights.WeightFileException;
import org.mae4j.models.weights.Weights;
import org.mae4j.train.recipe.FinetuningRecipe;
import org.mae4j.train.recipe.RecipeDifference;

/** All that a finetuning run needs to go on. */
public final class FinetuningState extends TrainingState<VitClassifier, FinetuningRecipe> {

  private FinetuningState(
      FinetuningRecipe recipe, long seed, NDManager manager, VitClassifier model) {
    super(recipe, seed, manager, model);
  }

  /**
   * The start of a run from a pretrained encoder, with a fresh head.
   *
   * @param pretrained a masked autoencoder's or classifier's weights; its decoder or head is not
   *     read
   * @param seed decides the head, the order of videos, crops and what is dropped
   * @param parent the parent of the manager that owns the state, on the device to train on
   * @throws WeightFileException if the weights do not fit the recipe's encoder
   */
  public static FinetuningState start(
      FinetuningRecipe recipe, Weights pretrained, long seed, Kernels kernels, NDManager parent) {
    FinetuningState state = startFromScratch(recipe, seed, kernels, parent);
    try {
      Models.replaceEncoder(state.model(), pretrained);
      return state;
    } catch (RuntimeException e) {
      state.close();
      throw e;
    }
  }

  /** The start of a run from fresh weights, as a control. */
  public static FinetuningState startFromScratch(
      FinetuningRecipe recipe, long seed, Kernels kernels, NDManager parent) {
    return inOwnManager(
        parent,
        manager ->
            new FinetuningState(
                recipe, seed, manager, Models.create(recipe.model(), kernels, manager, seed)));
  }

  /**
   * The state in a checkpoint.
   *
   * @throws CheckpointException if the file is damaged or no checkpoint of a finetuning run
   */
  public static FinetuningState read(Path file, Kernels kernels, NDManager parent) {
    SavedRun saved = SavedRun.open(file, FinetuningRecipe.KIND);
    return restore(saved, saved.recipe(FinetuningRecipe::fromJson), saved.seed(), kernels, parent);
  }

  /**
   * The recipe of the run in a checkpoint; no weights are read.
   *
   * @throws CheckpointException if the file is damaged or no checkpoint of a finetuning run
   */
  public static FinetuningRecipe recipe(Path file) {
    return SavedRun.open(file, FinetuningRecipe.KIND).recipe(FinetuningRecipe::fromJson);
  }

  /**
   * The state in a checkpoint, to go on by a recipe and seed that should be those it began with.
   *
   * @param overridden what may differ, field by field, as {@link RecipeDifference} names them
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
    SavedRun saved = SavedRun.open(file, FinetuningRecipe.KIND);
    saved.requireSame(recipe, seed, overridden);
    return restore(saved, recipe, seed, kernels, parent);
  }

  private static FinetuningState restore(
      SavedRun saved, FinetuningRecipe recipe, long seed, Kernels kernels, NDManager parent) {
    return restored(
        saved,
        parent,
        manager ->
            new FinetuningState(
                recipe,
                seed,
                manager,
                Models.load(recipe.model(), saved.file(), kernels, manager)));
  }
}
