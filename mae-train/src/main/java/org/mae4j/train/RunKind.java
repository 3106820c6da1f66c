package org.mae4j.train;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.UninitializedParameterException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.mae4j.api.ClipInput;
import org.mae4j.api.internal.Text;
import org.mae4j.api.training.Trainable;
import org.mae4j.models.ModelConfig;
import org.mae4j.models.Models;
import org.mae4j.models.kernels.KernelSettings;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.weights.WeightFileException;
import org.mae4j.train.recipe.RecipeDifference;
import org.mae4j.train.recipe.TrainingRecipe;

/**
 * How runs of one kind start and go on.
 *
 * @param name what checkpoints call them
 * @param parser makes a recipe of its JSON
 * @param maker makes a state at its start
 * @param <R> the recipe
 * @param <S> the state
 */
record RunKind<R extends TrainingRecipe<?>, S extends TrainingState<?, R>>(
    String name, Function<String, R> parser, Maker<R, S> maker) {

  /** Makes a state at its start. */
  interface Maker<R, S> {

    /**
     * A state before its first update.
     *
     * @param saved gives the weights; without it they are fresh
     */
    S make(R recipe, long seed, Optional<SavedRun> saved, Kernels kernels, NDManager manager);
  }

  /** The start of a run. */
  S start(R recipe, long seed, Optional<Kernels> kernels, NDManager parent) {
    return make(recipe, seed, Optional.empty(), kernels, parent);
  }

  /** A state in a manager of its own, which is closed again if that fails. */
  private S make(
      R recipe, long seed, Optional<SavedRun> saved, Optional<Kernels> given, NDManager parent) {
    NDManager manager = parent.newSubManager();
    Kernels own = given.isPresent() ? null : KernelSettings.forDevice(parent.getDevice()).open();
    try {
      S state = maker.make(recipe, seed, saved, given.orElse(own), manager);
      state.own(own);
      return state;
    } catch (RuntimeException e) {
      manager.close();
      if (own != null) {
        own.close();
      }
      throw e instanceof UninitializedParameterException ? withoutValue(recipe, e) : e;
    }
  }

  /** DJL does not say of which model the parameter is. */
  private static IllegalArgumentException withoutValue(
      TrainingRecipe<?> recipe, RuntimeException e) {
    return new IllegalArgumentException(
        "the model of kind "
            + recipe.model().kind()
            + " must be made with values for all parameters: "
            + Text.message(e.getMessage())
            + "; its blocks are to be initialised where it is made",
        e);
  }

  /** The recipe of the run in a checkpoint. */
  R recipe(Path file) {
    return SavedRun.open(file, name).recipe(parser);
  }

  /** The state in a checkpoint. */
  S resume(Path file, Optional<Kernels> kernels, NDManager parent) {
    return resume(file, Set.of(), kernels, parent);
  }

  /** The state in a checkpoint, to go on with data that should be those it began with. */
  S resume(Path file, Set<String> overridden, Optional<Kernels> kernels, NDManager parent) {
    RunData.requireFields(overridden);
    SavedRun saved = SavedRun.open(file, name);
    return restore(saved, saved.recipe(parser), saved.seed(), overridden, kernels, parent);
  }

  /**
   * The state in a checkpoint, to go on by a recipe and seed that should be those it began with.
   */
  S resume(
      Path file,
      R recipe,
      long seed,
      Set<String> overridden,
      Optional<Kernels> kernels,
      NDManager parent) {
    SavedRun saved = SavedRun.open(file, name);
    saved.requireSame(understood(saved), recipe, seed, overridden);
    return restore(saved, recipe, seed, overridden, kernels, parent);
  }

  /**
   * The saved recipe as JSON. One that is not understood is told as that, not as one that differs
   * in every field; but a model or an optimizer of the caller's own only has to be that of the
   * recipe given.
   */
  private String understood(SavedRun saved) {
    return RecipeDifference.hasForeignPart(saved.recipe())
        ? saved.recipe()
        : saved.recipe(parser).toJson();
  }

  private S restore(
      SavedRun saved,
      R recipe,
      long seed,
      Set<String> overridden,
      Optional<Kernels> kernels,
      NDManager parent) {
    try {
      S state = make(recipe, seed, Optional.of(saved), kernels, parent);
      try {
        state.restore(saved, overridden);
        return state;
      } catch (RuntimeException e) {
        state.close();
        throw e;
      }
    } catch (WeightFileException e) {
      throw new CheckpointException(e.getMessage(), e);
    }
  }

  /** A run's model: as it was saved, or fresh. */
  static <M extends Trainable> M model(
      ModelConfig<M> config,
      TrainingRecipe<?> recipe,
      long seed,
      Optional<SavedRun> saved,
      Kernels kernels,
      NDManager manager) {
    ClipInput input = recipe.clips().input();
    return saved.isPresent()
        ? Models.load(config, input, saved.get().file(), kernels, manager)
        : config.create(input, kernels, manager, seed);
  }
}
