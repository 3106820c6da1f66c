package org.mae4j.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parameters of one rule, with the means of their gradients and of their gradients' squares. */
final class Moments {

  private static final String MEAN = "exp_avg.";
  private static final String SQUARE = "exp_avg_sq.";

  private final ParameterRules.Rule rule;
  private final NDManager manager;
  private final List<String> names;
  private final List<NDArray> parameters;
  private final List<NDArray> means = new ArrayList<>();
  private final List<NDArray> squares = new ArrayList<>();

  /** Updates that these parameters had, as a scalar each; empty until somebody asks. */
  private final List<NDArray> steps = new ArrayList<>();

  private long updates;

  Moments(ParameterRules.Rule rule, Map<String, NDArray> parameters, NDManager manager) {
    this.rule = rule;
    this.manager = manager;
    this.names = List.copyOf(parameters.keySet());
    this.parameters = List.copyOf(parameters.values());
    for (NDArray parameter : this.parameters) {
      means.add(manager.zeros(parameter.getShape()));
      squares.add(manager.zeros(parameter.getShape()));
    }
  }

  ParameterRules.Rule rule() {
    return rule;
  }

  List<NDArray> parameters() {
    return parameters;
  }

  List<NDArray> means() {
    return means;
  }

  List<NDArray> squares() {
    return squares;
  }

  /** Updates so far as libtorch's fused operators count them, which do so themselves. */
  List<NDArray> steps() {
    if (steps.isEmpty()) {
      parameters.forEach(
          parameter -> steps.add(manager.full(new Shape(), (float) updates, DataType.FLOAT32)));
    }
    return steps;
  }

  /** Updates that these parameters had so far. */
  long updates() {
    return updates;
  }

  /** There was one more. */
  void count() {
    updates++;
  }

  /** Whether the update that follows so many of the run leaves these parameters alone. */
  boolean isFrozen(long updatesOfTheRun) {
    return updatesOfTheRun < rule.frozenUpdates();
  }

  List<NDArray> gradients(NDManager scope) {
    return parameters.stream()
        .map(
            parameter -> {
              NDArray gradient = parameter.getGradient();
              gradient.attach(scope);
              return gradient;
            })
        .toList();
  }

  Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      state.put(MEAN + names.get(i), means.get(i));
      state.put(SQUARE + names.get(i), squares.get(i));
    }
    return state;
  }

  void restore(long updatesOfTheRun, WeightOptimizer.StateReader saved) {
    updates = Math.max(0, updatesOfTheRun - rule.frozenUpdates());
    steps.forEach(NDArray::close);
    steps.clear();
    for (int i = 0; i < names.size(); i++) {
      replace(means, i, MEAN, saved);
      replace(squares, i, SQUARE, saved);
    }
  }

  private void replace(
      List<NDArray> list, int index, String kind, WeightOptimizer.StateReader saved) {
    NDArray current = list.get(index);
    list.set(index, saved.read(kind + names.get(index), current, manager)).close();
  }
}
