package org.mae4j.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mae4j.models.Models;
import org.mae4j.models.VideoMae;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.models.weights.WeightFileException;

/**
 * All that a run needs to go on: recipe, seed, model, optimizer. There is no random state to keep:
 * every draw is a function of the seed and of the step, which the optimizer counts.
 */
public final class PretrainingState implements AutoCloseable {

  private static final String RECIPE = "mae4j.recipe";
  private static final String SEED = "mae4j.seed";
  private static final String UPDATES = "mae4j.updates";

  private final PretrainingRecipe recipe;
  private final long seed;
  private final NDManager manager;
  private final VideoMae model;
  private final AdamW optimizer;

  private PretrainingState(PretrainingRecipe recipe, long seed, NDManager manager, VideoMae model) {
    this.recipe = recipe;
    this.seed = seed;
    this.manager = manager;
    this.model = model;
    this.optimizer = new AdamW(model.trainableWeights(), recipe.optimizer(), manager);
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
   * @throws CheckpointException if the file is damaged or no checkpoint of a run
   */
  public static PretrainingState read(Path file, Kernels kernels, NDManager parent) {
    NDManager manager = parent.newSubManager();
    PretrainingState state = null;
    try {
      Safetensors tensors = Safetensors.open(file);
      Map<String, String> metadata = tensors.metadata();
      if (!metadata.keySet().containsAll(List.of(RECIPE, SEED, UPDATES))) {
        throw new CheckpointException(file + ": holds weights, but no run to resume");
      }
      PretrainingRecipe recipe = recipe(file, metadata.get(RECIPE));
      long seed = number(file, SEED, metadata);
      long updates = number(file, UPDATES, metadata);
      VideoMae model = Models.load(recipe.model(), file, kernels, manager);
      state = new PretrainingState(recipe, seed, manager, model);
      state.restore(file, updates, tensors);
      return state;
    } catch (WeightFileException e) {
      free(state, manager);
      throw new CheckpointException(e.getMessage(), e);
    } catch (RuntimeException e) {
      free(state, manager);
      throw e;
    }
  }

  private static void free(PretrainingState state, NDManager manager) {
    if (state == null) {
      manager.close();
    } else {
      state.close();
    }
  }

  private static PretrainingRecipe recipe(Path file, String json) {
    try {
      return PretrainingRecipe.fromJson(json);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(file + ": " + e.getMessage(), e);
    }
  }

  private static long number(Path file, String key, Map<String, String> metadata) {
    try {
      return Long.parseLong(metadata.get(key));
    } catch (NumberFormatException e) {
      throw new CheckpointException(
          file + ": " + key + " must be a whole number, but is " + metadata.get(key), e);
    }
  }

  private void restore(Path file, long updates, Safetensors tensors) {
    try {
      optimizer.restore(updates, tensors::read);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Writes everything to one file, whole or not at all. The model's tensors keep their published
   * names, so the file is also a weight file.
   *
   * @param provenance what else to write into its metadata
   * @throws CheckpointException if it cannot be written
   */
  public void write(Path file, Map<String, String> provenance) {
    Map<String, NDArray> tensors = new LinkedHashMap<>(model.weights());
    tensors.putAll(optimizer.state());
    Map<String, String> metadata = new LinkedHashMap<>(provenance);
    metadata.put(RECIPE, recipe.toJson());
    metadata.put(SEED, Long.toString(seed));
    metadata.put(UPDATES, Long.toString(optimizer.updates()));
    try {
      Safetensors.write(file, tensors, Models.metadata(model, metadata));
    } catch (WeightFileException e) {
      throw new CheckpointException(e.getMessage(), e);
    }
  }

  /** What the run does. */
  public PretrainingRecipe recipe() {
    return recipe;
  }

  /** The run's seed. */
  public long seed() {
    return seed;
  }

  /** The model as it stands. */
  public VideoMae model() {
    return model;
  }

  AdamW optimizer() {
    return optimizer;
  }

  /** The manager that owns model and optimizer. */
  NDManager manager() {
    return manager;
  }

  /** Updates made so far. */
  public long stepsDone() {
    return optimizer.updates();
  }

  /** Frees model and optimizer. */
  @Override
  public void close() {
    optimizer.close();
    manager.close();
  }
}
