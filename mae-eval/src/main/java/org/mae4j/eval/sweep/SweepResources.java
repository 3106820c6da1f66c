package org.mae4j.eval.sweep;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.eval.sweep.SweepData.Known;
import org.mae4j.models.kernels.KernelSettings;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.recipe.LearningRateSchedule.Unit;
import org.mae4j.train.recipe.PretrainingRecipe;

/**
 * What the work on a sweep is done with.
 *
 * @param checkpointEvery steps
 * @param listeners told of each training
 * @param say takes a line now and then
 * @param known of the data, by recipe
 */
record SweepResources(
    SweepPlan plan,
    SweepData data,
    Judge judge,
    long checkpointEvery,
    List<TrainingListener> listeners,
    Consumer<String> say,
    NDManager manager,
    Kernels kernels,
    Map<String, Known> known)
    implements AutoCloseable {

  static SweepResources open(
      SweepPlan plan,
      SweepData data,
      Map<String, MaskingStrategy> maskings,
      long checkpointEvery,
      List<TrainingListener> listeners,
      Consumer<String> say) {
    NDManager manager = TorchEngine.newManager();
    return new SweepResources(
        plan,
        data,
        new Judge(data, maskings),
        checkpointEvery,
        listeners,
        say,
        manager,
        KernelSettings.forDevice(manager.getDevice()).open(),
        new LinkedHashMap<>());
  }

  /** What a recipe's sources say of themselves; they are asked once. */
  Known known(String recipe) {
    return known.computeIfAbsent(recipe, name -> data.known(plan.recipes().get(name)));
  }

  /** The key of what a recipe's runs learn from. */
  String trainingData(String recipe) {
    return data.hash() + "\n" + known(recipe).trainingHash();
  }

  /** The key of what a recipe's models are judged on and by. */
  String judging(String recipe) {
    List<String> parts = new ArrayList<>();
    parts.add(data.hash());
    parts.add(known(recipe).judging().toString());
    parts.addAll(judge.maskings(plan.recipes().get(recipe)).keySet());
    return SweepPlan.hash(parts.toArray(new String[0]));
  }

  /** Whose rounding it is: on a CPU other numbers of threads give other last digits. */
  String machine() {
    return manager.getDevice().isGpu() ? "on a GPU" : "threads " + TorchEngine.threads();
  }

  /** A strategy that is no part of a recipe, if it has one. */
  Optional<MaskingStrategy> strategy(String recipe) {
    return Optional.ofNullable(plan.strategies().get(recipe));
  }

  /**
   * A recipe counted in steps.
   *
   * @throws IllegalArgumentException if it counts passes, and it is not known over how many videos
   */
  PretrainingRecipe inSteps(String recipe) {
    PretrainingRecipe given = plan.recipes().get(recipe);
    if (given.learningRate().unit() == Unit.STEPS) {
      return given;
    }
    int videos =
        known(recipe)
            .training()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        recipe
                            + " counts passes, but the clips do not say of how many videos they"
                            + " are: give steps or a time"))
            .files();
    return given.over(videos);
  }

  @Override
  public void close() {
    kernels.close();
    manager.close();
  }
}
