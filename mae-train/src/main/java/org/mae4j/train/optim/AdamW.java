package org.mae4j.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mae4j.models.torch.internal.ScriptModule;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv 1711.05101) and clipping by
 * the global gradient norm, in libtorch's fused and multi-tensor operators.
 *
 * <p>Gradients add up in the parameters until {@link #step} uses and clears them, so accumulating
 * over several batches is running backward several times before it.
 */
public final class AdamW implements AutoCloseable {

  private static final String MEAN = "optimizer.exp_avg.";
  private static final String SQUARE = "optimizer.exp_avg_sq.";

  private final AdamWSettings settings;
  private final NDManager manager;
  private final ScriptModule operators =
      ScriptModule.compileResource(AdamW.class, "adamw.torchscript", Map.of());
  private final List<Group> groups;
  private long updates;

  /**
   * An optimizer at rest that decays what its settings say: all, or all but parameters of one
   * dimension, as in the paper's pretraining.
   *
   * @param parameters by name; they must require gradients and outlive this
   * @param manager the parent of the manager that owns the state: two arrays per parameter
   */
  public AdamW(Map<String, NDArray> parameters, AdamWSettings settings, NDManager manager) {
    this(
        parameters,
        settings,
        settings.decaysAll()
            ? ParameterRules.decayAll(settings.weightDecay())
            : ParameterRules.decayMatrices(settings.weightDecay()),
        manager);
  }

  /**
   * An optimizer at rest.
   *
   * @param parameters by name; they must require gradients and outlive this
   * @param settings whose weight decay the rules replace
   * @param manager the parent of the manager that owns the state: two arrays per parameter
   */
  public AdamW(
      Map<String, NDArray> parameters,
      AdamWSettings settings,
      ParameterRules rules,
      NDManager manager) {
    this.settings = settings;
    this.manager = manager.newSubManager();
    Map<ParameterRules.Rule, Group> byRule = new LinkedHashMap<>();
    parameters.forEach(
        (name, parameter) ->
            byRule
                .computeIfAbsent(rules.of(name, parameter.getShape()), Group::new)
                .add(name, parameter));
    groups = List.copyOf(byRule.values());
  }

  /**
   * Clips the gradients, updates the parameters and clears the gradients. Gradients whose norm is
   * infinite or not a number are cleared, and nothing else changes.
   *
   * @return the global norm of the gradients before clipping
   */
  public float step(double learningRate) {
    try (NDManager scope = manager.newSubManager()) {
      List<Group> trained = trained();
      List<List<NDArray>> gradients =
          trained.stream().map(group -> group.gradients(scope)).toList();
      NDArray norm = scope.zeros(new Shape());
      double limit = settings.maxGradientNorm();
      operators.update(
          "clip",
          List.of(gradients.stream().flatMap(List::stream).toList(), List.of(norm)),
          Double.isInfinite(limit) ? 0 : limit);
      float found = norm.getFloat();
      if (!Float.isFinite(found)) {
        clear(gradients);
        return found;
      }
      for (int i = 0; i < trained.size(); i++) {
        update(trained.get(i), gradients.get(i), learningRate);
      }
      updates++;
      return found;
    }
  }

  /** Forgets the gradients that were added up. */
  public void clearGradients() {
    try (NDManager scope = manager.newSubManager()) {
      clear(trained().stream().map(group -> group.gradients(scope)).toList());
    }
  }

  private List<Group> trained() {
    return groups.stream().filter(group -> !group.isFrozen(updates)).toList();
  }

  private void clear(List<List<NDArray>> gradients) {
    operators.update("clear", List.of(gradients.stream().flatMap(List::stream).toList()));
  }

  private void update(Group group, List<NDArray> gradients, double learningRate) {
    operators.update(
        "update",
        List.of(group.parameters, gradients, group.means, group.squares, group.steps),
        learningRate * group.rule.learningRateScale(),
        settings.beta1(),
        settings.beta2(),
        settings.eps(),
        group.rule.weightDecay());
  }

  /** How many updates were made. */
  public long updates() {
    return updates;
  }

  /** Means of gradients and of their squares by name; they belong to the optimizer. */
  public Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>();
    for (Group group : groups) {
      for (int i = 0; i < group.names.size(); i++) {
        state.put(MEAN + group.names.get(i), group.means.get(i));
        state.put(SQUARE + group.names.get(i), group.squares.get(i));
      }
    }
    return state;
  }

  /**
   * Goes back to a state.
   *
   * @param updates as {@link #updates} was
   * @param state gives each of the arrays that {@link #state} had by its name, owned by the manager
   *     it is handed
   * @throws IllegalArgumentException if one does not have its parameter's shape and type
   */
  public void restore(long updates, StateReader state) {
    this.updates = updates;
    for (Group group : groups) {
      group.restore(updates, state);
    }
  }

  /** Reads saved optimizer state. */
  @FunctionalInterface
  public interface StateReader {
    /** The array of this name, owned by {@code manager}. */
    NDArray read(String name, NDManager manager);
  }

  /** Frees the state; the parameters stay. */
  @Override
  public void close() {
    operators.close();
    manager.close();
  }

  /** Parameters of one rule. */
  private final class Group {

    private final ParameterRules.Rule rule;
    private final List<String> names = new ArrayList<>();
    private final List<NDArray> parameters = new ArrayList<>();
    private final List<NDArray> means = new ArrayList<>();
    private final List<NDArray> squares = new ArrayList<>();
    private final List<NDArray> steps = new ArrayList<>();

    private Group(ParameterRules.Rule rule) {
      this.rule = rule;
    }

    private boolean isFrozen(long updatesMade) {
      return updatesMade < rule.frozenUpdates();
    }

    private void add(String name, NDArray parameter) {
      names.add(name);
      parameters.add(parameter);
      means.add(manager.zeros(parameter.getShape()));
      squares.add(manager.zeros(parameter.getShape()));
      steps.add(manager.zeros(new Shape(), DataType.FLOAT32));
    }

    private List<NDArray> gradients(NDManager scope) {
      return parameters.stream()
          .map(
              parameter -> {
                NDArray gradient = parameter.getGradient();
                gradient.attach(scope);
                return gradient;
              })
          .toList();
    }

    private void restore(long updates, StateReader state) {
      float own = Math.max(0, updates - rule.frozenUpdates());
      for (int i = 0; i < names.size(); i++) {
        replace(means, i, read(MEAN + names.get(i), means.get(i), state));
        replace(squares, i, read(SQUARE + names.get(i), squares.get(i), state));
        replace(steps, i, manager.full(new Shape(), own, DataType.FLOAT32));
      }
    }

    /** The fused operator trusts shapes: a smaller array would be read beyond its end. */
    private NDArray read(String name, NDArray current, StateReader state) {
      NDArray saved = state.read(name, manager);
      if (!saved.getShape().equals(current.getShape())
          || saved.getDataType() != current.getDataType()) {
        String found = saved.getShape() + " " + saved.getDataType().asNumpy();
        saved.close();
        throw new IllegalArgumentException(
            name
                + " must be "
                + current.getShape()
                + " "
                + current.getDataType().asNumpy()
                + ", but is "
                + found);
      }
      return saved;
    }

    private static void replace(List<NDArray> list, int index, NDArray value) {
      list.set(index, value).close();
    }
  }
}
