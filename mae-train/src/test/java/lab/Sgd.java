package lab;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mae4j.train.optim.OptimizerSettings;
import org.mae4j.train.optim.ParameterRules;
import org.mae4j.train.optim.WeightOptimizer;

/** Gradient descent with momentum, as somebody outside the library writes it. */
public record Sgd(double momentum, double weightDecay) implements OptimizerSettings {

  @Override
  public String kind() {
    return "sgd";
  }

  @Override
  public WeightOptimizer open(
      Map<String, NDArray> parameters, ParameterRules rules, NDManager manager) {
    NDManager own = manager.newSubManager();
    Map<String, NDArray> velocities = new LinkedHashMap<>();
    parameters.forEach((name, weight) -> velocities.put(name, own.zeros(weight.getShape())));
    return new WeightOptimizer() {
      private long updates;

      @Override
      public float step(double learningRate) {
        try (NDManager scope = own.newSubManager()) {
          double squares = 0;
          for (NDArray weight : parameters.values()) {
            squares += gradient(weight, scope).square().sum().getFloat();
          }
          if (Double.isFinite(squares)) {
            parameters.forEach((name, weight) -> update(name, weight, learningRate, scope));
            updates++;
          }
          clearGradients();
          return (float) Math.sqrt(squares);
        }
      }

      private void update(String name, NDArray weight, double learningRate, NDManager scope) {
        ParameterRules.Rule rule = rules.of(name, weight.getShape());
        if (updates < rule.frozenUpdates()) {
          return;
        }
        NDArray descent = gradient(weight, scope).mul(learningRate * rule.learningRateScale());
        NDArray velocity = velocities.get(name);
        velocity.muli(momentum).addi(descent);
        weight.muli(1 - learningRate * rule.weightDecay()).subi(velocity);
      }

      @Override
      public void clearGradients() {
        try (NDManager scope = own.newSubManager()) {
          parameters.values().forEach(weight -> gradient(weight, scope).set(new NDIndex("..."), 0));
        }
      }

      private static NDArray gradient(NDArray weight, NDManager scope) {
        NDArray gradient = weight.getGradient();
        gradient.attach(scope);
        return gradient;
      }

      @Override
      public Map<String, NDArray> state() {
        return velocities;
      }

      @Override
      public void restore(long updatesMade, StateReader saved) {
        updates = updatesMade;
        velocities.replaceAll((name, velocity) -> saved.read(name, velocity, own));
      }

      @Override
      public void close() {
        own.close();
      }
    };
  }
}
