package org.mae4j.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import lab.Sgd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.models.torch.TorchEngine;

/** What every optimizer has to keep to, the one of somebody outside the library included. */
class WeightOptimizerTest {

  private static final Map<String, Shape> SHAPES = shapes();

  /** A matrix like the others, one at a third of the rate, biases without decay. */
  private static final ParameterRules RULES =
      (name, shape) ->
          new ParameterRules.Rule(
              name.equals("slow") ? 1 / 3.0 : 1, shape.dimension() > 1 ? 0.05 : 0, 0);

  private NDManager manager;

  private static Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put("fast", new Shape(3, 4));
    shapes.put("slow", new Shape(2, 2, 2));
    shapes.put("bias", new Shape(5));
    return shapes;
  }

  static Stream<OptimizerSettings> library() {
    return Stream.of(
        new AdamWSettings(0.9, 0.95, 1e-8, 0.05, 0.5),
        new LambSettings(0.9, 0.95, 1e-6, 0.05, false, 0.5));
  }

  static Stream<OptimizerSettings> all() {
    return Stream.concat(library(), Stream.of(new Sgd(0.9, 0.05)));
  }

  @BeforeEach
  void openManager() {
    manager = TorchEngine.newManager();
  }

  @AfterEach
  void closeManager() {
    manager.close();
  }

  @ParameterizedTest
  @MethodSource("all")
  void goesOnFromItsStateBitForBit(OptimizerSettings settings) {
    ParameterRules rules =
        (name, shape) ->
            name.equals("slow") ? RULES.of(name, shape).frozenFor(5) : RULES.of(name, shape);
    Map<String, NDArray> whole = parameters();
    Map<String, NDArray> first = parameters();
    try (WeightOptimizer optimizer = settings.open(whole, rules, manager)) {
      steps(optimizer, whole, 0, 8);
    }
    Map<String, NDArray> second;
    Map<String, NDArray> saved;
    try (WeightOptimizer optimizer = settings.open(first, rules, manager)) {
      steps(optimizer, first, 0, 3);
      second = copies(first);
      saved = copies(optimizer.state());
    }
    try (WeightOptimizer optimizer = settings.open(second, rules, manager)) {
      optimizer.restore(3, (name, like, owner) -> copy(saved.get(name), owner));
      steps(optimizer, second, 3, 8);
    }

    assertSame(second, whole);
  }

  @ParameterizedTest
  @MethodSource("all")
  void gradientsThatAreNotFiniteLeaveNoTrace(OptimizerSettings settings) {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      Map<String, NDArray> spoilt = parameters();
      Map<String, NDArray> expected = parameters();
      try (WeightOptimizer optimizer = settings.open(spoilt, RULES, manager);
          WeightOptimizer other = settings.open(expected, RULES, manager)) {
        steps(optimizer, spoilt, 0, 2);
        steps(other, expected, 0, 2);
        addGradients(spoilt, 9);
        OptimizerTests.addGradient(spoilt.get("bias"), manager.full(new Shape(5), bad));
        assertThat(Float.isFinite(optimizer.step(0.01))).isFalse();
        steps(optimizer, spoilt, 2, 5);
        steps(other, expected, 2, 5);

        assertSame(spoilt, expected);
        assertSame(optimizer.state(), other.state());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void clearedGradientsCountNoMore(OptimizerSettings settings) {
    Map<String, NDArray> cleared = parameters();
    Map<String, NDArray> expected = parameters();
    try (WeightOptimizer optimizer = settings.open(cleared, RULES, manager);
        WeightOptimizer other = settings.open(expected, RULES, manager)) {
      addGradients(cleared, 9);
      optimizer.clearGradients();
      steps(optimizer, cleared, 0, 2);
      steps(other, expected, 0, 2);
    }
    assertSame(cleared, expected);
  }

  @ParameterizedTest
  @MethodSource("library")
  void eachGroupHasItsRateAndDecay(OptimizerSettings settings) {
    Map<String, NDArray> together = parameters();
    try (WeightOptimizer optimizer = settings.open(together, RULES, manager)) {
      steps(optimizer, together, 0, 1);
    }
    Map<String, NDArray> alike = parameters();
    try (WeightOptimizer optimizer =
        settings.open(alike, ParameterRules.decayMatrices(0.05), manager)) {
      steps(optimizer, alike, 0, 1);
    }
    Map<String, NDArray> start = parameters();
    float[] slow = together.get("slow").sub(start.get("slow")).toFloatArray();
    float[] fast = alike.get("slow").sub(start.get("slow")).toFloatArray();

    assertThat(together.get("fast")).isEqualTo(alike.get("fast"));
    assertThat(together.get("bias")).isEqualTo(alike.get("bias"));
    for (int i = 0; i < slow.length; i++) {
      // Differences of weights near 1, each rounded to 6e-8, of steps of about 0.01.
      assertThat(slow[i] / fast[i]).isBetween(0.333f, 0.334f);
    }
  }

  /** What adds up while a parameter is frozen must neither move it nor count in the norm. */
  @ParameterizedTest
  @MethodSource("library")
  void gradientsOfFrozenParametersCountNowhere(OptimizerSettings settings) {
    ParameterRules frozen =
        (name, shape) ->
            name.equals("fast") ? RULES.of(name, shape).frozenFor(2) : RULES.of(name, shape);
    Map<String, NDArray> recorded = parameters();
    Map<String, NDArray> unrecorded = parameters();
    try (WeightOptimizer optimizer = settings.open(recorded, frozen, manager);
        WeightOptimizer other = settings.open(unrecorded, frozen, manager)) {
      for (int step = 0; step < 5; step++) {
        addGradients(recorded, step);
        addGradients(unrecorded, step, step < 2 ? "fast" : "none");
        assertThat(optimizer.step(0.01)).isEqualTo(other.step(0.01));
        if (step < 2) {
          assertThat(recorded.get("fast")).isEqualTo(parameters().get("fast"));
        }
      }
      assertThat(recorded.get("fast")).isNotEqualTo(parameters().get("fast"));
      assertSame(recorded, unrecorded);
      assertSame(optimizer.state(), other.state());
    }
  }

  @ParameterizedTest
  @MethodSource("library")
  void whatIsFrozenForeverStaysAndHasNoState(OptimizerSettings settings) {
    ParameterRules rules =
        ParameterGroup.exceptions(
            RULES, List.of(ParameterGroup.of("f*").frozen()), SHAPES.keySet());
    Map<String, NDArray> parameters = parameters();
    try (WeightOptimizer optimizer = settings.open(parameters, rules, manager)) {
      steps(optimizer, parameters, 0, 3);

      assertThat(optimizer.state().keySet())
          .containsExactlyInAnyOrder(
              "exp_avg.slow", "exp_avg_sq.slow", "exp_avg.bias", "exp_avg_sq.bias");
    }
    assertThat(parameters.get("fast")).isEqualTo(parameters().get("fast"));
    assertThat(parameters.get("slow")).isNotEqualTo(parameters().get("slow"));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, ParameterRules.Rule.FOREVER})
  void aRunThatTrainsNothingIsRefused(long frozen) {
    ParameterRules rules = (name, shape) -> new ParameterRules.Rule(1, 0, frozen);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> library().findFirst().orElseThrow().open(parameters(), rules, manager))
        .withMessage(
            "one of the 3 parameters must be trained from the first update on, but all are frozen");
  }

  @ParameterizedTest
  @MethodSource("all")
  void arraysDoNotPileUp(OptimizerSettings settings) {
    Map<String, NDArray> parameters = parameters();
    try (WeightOptimizer optimizer = settings.open(parameters, RULES, manager)) {
      steps(optimizer, parameters, 0, 2);
      int before = manager.getManagedArrays().size();
      steps(optimizer, parameters, 2, 12);

      assertThat(manager.getManagedArrays()).hasSize(before);
    }
  }

  @Test
  void theDefaultRulesFollowTheSettings() {
    AdamWSettings settings = new AdamWSettings(0.9, 0.95, 1e-8, 0.05, 1);

    assertThat(settings.rules().of("bias", new Shape(5)).weightDecay()).isZero();
    assertThat(settings.withDecaysAll(true).rules().of("bias", new Shape(5)).weightDecay())
        .isEqualTo(0.05);
    assertThat(new Sgd(0, 0.1).rules().of("fast", new Shape(3, 4)).weightDecay()).isEqualTo(0.1);
  }

  static Stream<Arguments> badSettings() {
    return Stream.of(
        Arguments.of(1, 0.9, 1e-8, 0, 1, "beta1 must be in [0.0, 1.0), but was 1.0"),
        Arguments.of(0.9, -0.1, 1e-8, 0, 1, "beta2 must be in [0.0, 1.0), but was -0.1"),
        Arguments.of(0.9, 0.9, 0, 0, 1, "eps must be positive and finite, but was 0.0"),
        Arguments.of(
            0.9, 0.9, 1e-8, -1, 1, "weight decay must be at least 0 and finite, but was -1.0"),
        Arguments.of(0.9, 0.9, 1e-8, 0, 0, "maximal gradient norm must be positive, but was 0.0"));
  }

  @ParameterizedTest
  @MethodSource("badSettings")
  void refusesBadSettingsOfLamb(
      double beta1, double beta2, double eps, double decay, double norm, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LambSettings(beta1, beta2, eps, decay, false, norm))
        .withMessage(message);
  }

  private Map<String, NDArray> parameters() {
    Random random = new Random(5);
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    SHAPES.forEach((name, shape) -> parameters.put(name, array(random, shape)));
    return parameters;
  }

  private NDArray array(Random random, Shape shape) {
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return manager.create(values, shape);
  }

  private static void steps(
      WeightOptimizer optimizer, Map<String, NDArray> parameters, int from, int to) {
    for (int step = from; step < to; step++) {
      addGradients(parameters, step);
      optimizer.step(0.01);
    }
  }

  private static void addGradients(Map<String, NDArray> parameters, int step, String... without) {
    Random random = new Random(step);
    parameters.forEach(
        (name, parameter) -> {
          try (NDManager scope = parameter.getManager().newSubManager()) {
            float[] values = new float[(int) parameter.size()];
            for (int i = 0; i < values.length; i++) {
              values[i] = (float) random.nextGaussian();
            }
            NDArray gradient = scope.create(values, parameter.getShape());
            boolean left = List.of(without).contains(name);
            OptimizerTests.addGradient(parameter, left ? gradient.mul(0) : gradient);
          }
        });
  }

  private Map<String, NDArray> copies(Map<String, NDArray> arrays) {
    Map<String, NDArray> copies = new LinkedHashMap<>();
    arrays.forEach((name, array) -> copies.put(name, copy(array, manager)));
    return copies;
  }

  private static NDArray copy(NDArray array, NDManager owner) {
    return owner.create(array.toFloatArray(), array.getShape()).toType(DataType.FLOAT32, true);
  }

  private static void assertSame(Map<String, NDArray> actual, Map<String, NDArray> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, array) ->
            assertThat(actual.get(name).toFloatArray()).as(name).isEqualTo(array.toFloatArray()));
  }
}
