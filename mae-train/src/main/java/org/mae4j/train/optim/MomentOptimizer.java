package org.mae4j.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.torch.ScriptModule;

/**
 * An optimizer that keeps means of gradients and of their squares, as Adam and what came of it do,
 * after clipping by the global gradient norm.
 *
 * <p>Its script has the methods {@code clip}, {@code update} and {@code clear}; parameters of one
 * rule are one call.
 */
abstract class MomentOptimizer implements WeightOptimizer {

  private final NDManager manager;
  private final ScriptModule operators;
  private final double maxGradientNorm;
  private final List<Moments> groups;
  private long updates;

  /**
   * An optimizer at rest.
   *
   * @param script the resource with its methods
   * @param maxGradientNorm infinite for no clipping
   */
  MomentOptimizer(
      String script,
      Map<String, NDArray> parameters,
      ParameterRules rules,
      NDManager parent,
      double maxGradientNorm) {
    Map<ParameterRules.Rule, Map<String, NDArray>> byRule = new LinkedHashMap<>();
    parameters.forEach(
        (name, parameter) ->
            byRule
                .computeIfAbsent(
                    rules.of(name, parameter.getShape()), rule -> new LinkedHashMap<>())
                .put(name, parameter));
    Checks.require(
        byRule.keySet().stream().anyMatch(rule -> rule.frozenUpdates() == 0),
        "one of the %s parameters must be trained from the first update on, but all are frozen",
        parameters.size());
    byRule.keySet().removeIf(ParameterRules.Rule::isFrozenForever);
    this.maxGradientNorm = maxGradientNorm;
    manager = parent.newSubManager();
    operators = ScriptModule.compileResource(MomentOptimizer.class, script, Map.of());
    groups =
        byRule.entrySet().stream()
            .map(group -> new Moments(group.getKey(), group.getValue(), manager))
            .toList();
  }

  /** Updates parameters and their moments, and clears the gradients. */
  abstract void update(
      ScriptModule script, Moments moments, List<NDArray> gradients, double learningRate);

  @Override
  public final float step(double learningRate) {
    try (NDManager scope = manager.newSubManager()) {
      List<Moments> trained = trained();
      List<List<NDArray>> gradients = gradients(trained, scope);
      NDArray norm = scope.zeros(new Shape());
      operators.update(
          "clip",
          List.of(gradients.stream().flatMap(List::stream).toList(), List.of(norm)),
          Double.isInfinite(maxGradientNorm) ? 0 : maxGradientNorm);
      float found = norm.getFloat();
      if (!Float.isFinite(found)) {
        clear(gradients);
        return found;
      }
      for (int i = 0; i < trained.size(); i++) {
        Moments moments = trained.get(i);
        double scale = moments.rule().learningRateScale();
        update(operators, moments, gradients.get(i), learningRate * scale);
        moments.count();
      }
      updates++;
      clearThawed(scope);
      return found;
    }
  }

  /** What added up in parameters while they were frozen is not for their first update. */
  private void clearThawed(NDManager scope) {
    List<Moments> thawed =
        groups.stream().filter(moments -> moments.rule().frozenUpdates() == updates).toList();
    if (!thawed.isEmpty()) {
      clear(gradients(thawed, scope));
    }
  }

  @Override
  public final void clearGradients() {
    try (NDManager scope = manager.newSubManager()) {
      clear(gradients(trained(), scope));
    }
  }

  private List<Moments> trained() {
    return groups.stream().filter(moments -> !moments.isFrozen(updates)).toList();
  }

  private static List<List<NDArray>> gradients(List<Moments> groups, NDManager scope) {
    return groups.stream().map(moments -> moments.gradients(scope)).toList();
  }

  private void clear(List<List<NDArray>> gradients) {
    operators.update("clear", List.of(gradients.stream().flatMap(List::stream).toList()));
  }

  @Override
  public final Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>();
    groups.forEach(moments -> state.putAll(moments.state()));
    return state;
  }

  @Override
  public final void restore(long updatesMade, StateReader saved) {
    updates = updatesMade;
    groups.forEach(moments -> moments.restore(updatesMade, saved));
  }

  @Override
  public final void close() {
    operators.close();
    manager.close();
  }
}
