package org.mae4j.eval.fewshot;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Limited-memory BFGS with a backtracking line search, for smooth convex functions.
 *
 * <p>Source: Nocedal and Wright, <i>Numerical Optimization</i>, 2nd edition, algorithms 3.1, 7.4
 * and 7.5.
 */
final class Lbfgs {

  private static final int MEMORY = 10;
  private static final double SUFFICIENT_DECREASE = 1e-4;
  private static final int MAX_HALVINGS = 40;

  private Lbfgs() {}

  /** A differentiable function. */
  @FunctionalInterface
  interface Objective {

    /**
     * The value at {@code point}.
     *
     * @param gradient overwritten with the gradient there
     */
    double evaluate(double[] point, double[] gradient);
  }

  /**
   * Where the search ended.
   *
   * @param gradient the largest absolute entry of the gradient at {@code point}
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Minimum(double[] point, double value, double gradient, int steps) {}

  /** The difference of two iterates and of their gradients. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Correction(double[] step, double[] change, double curvature) {}

  /**
   * Descends from {@code start} until no entry of the gradient exceeds {@code tolerance}, {@code
   * maxSteps} are done, or rounding allows no further descent.
   */
  static Minimum minimise(Objective objective, double[] start, double tolerance, int maxSteps) {
    double[] point = start.clone();
    double[] gradient = new double[point.length];
    double value = objective.evaluate(point, gradient);
    Deque<Correction> memory = new ArrayDeque<>();
    int steps = 0;
    while (maxAbs(gradient) > tolerance && steps < maxSteps) {
      double[] direction = direction(gradient, memory);
      double slope = dot(direction, gradient);
      double length = memory.isEmpty() ? 1 / Math.sqrt(dot(gradient, gradient)) : 1;
      double[] next = new double[point.length];
      double[] nextGradient = new double[point.length];
      double nextValue = Double.POSITIVE_INFINITY;
      int halvings = 0;
      while (halvings < MAX_HALVINGS) {
        for (int i = 0; i < next.length; i++) {
          next[i] = point[i] + length * direction[i];
        }
        nextValue = objective.evaluate(next, nextGradient);
        if (nextValue <= value + SUFFICIENT_DECREASE * length * slope) {
          break;
        }
        length /= 2;
        halvings++;
      }
      if (halvings == MAX_HALVINGS) {
        break;
      }
      remember(memory, difference(next, point), difference(nextGradient, gradient));
      point = next;
      gradient = nextGradient;
      value = nextValue;
      steps++;
    }
    return new Minimum(point, value, maxAbs(gradient), steps);
  }

  /** Algorithm 7.4: minus the approximate inverse Hessian times the gradient. */
  private static double[] direction(double[] gradient, Deque<Correction> memory) {
    double[] result = gradient.clone();
    double[] weights = new double[memory.size()];
    int i = 0;
    for (Correction c : memory) {
      weights[i] = dot(c.step, result) / c.curvature;
      addScaled(result, -weights[i], c.change);
      i++;
    }
    if (!memory.isEmpty()) {
      Correction newest = memory.getFirst();
      scale(result, newest.curvature / dot(newest.change, newest.change));
    }
    for (Iterator<Correction> oldestFirst = memory.descendingIterator(); oldestFirst.hasNext(); ) {
      Correction c = oldestFirst.next();
      i--;
      addScaled(result, weights[i] - dot(c.change, result) / c.curvature, c.step);
    }
    scale(result, -1);
    return result;
  }

  private static void remember(Deque<Correction> memory, double[] step, double[] change) {
    double curvature = dot(step, change);
    // Not positive only by rounding, for a convex function; such a pair would spoil the model.
    if (curvature > 0) {
      if (memory.size() == MEMORY) {
        memory.removeLast();
      }
      memory.addFirst(new Correction(step, change, curvature));
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double maxAbs(double[] values) {
    double max = 0;
    for (double value : values) {
      max = Math.max(max, Math.abs(value));
    }
    return max;
  }

  private static double[] difference(double[] a, double[] b) {
    double[] result = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      result[i] = a[i] - b[i];
    }
    return result;
  }

  private static void addScaled(double[] target, double factor, double[] values) {
    for (int i = 0; i < target.length; i++) {
      target[i] += factor * values[i];
    }
  }

  private static void scale(double[] values, double factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
  }
}
