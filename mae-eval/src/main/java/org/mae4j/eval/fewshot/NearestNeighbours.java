package org.mae4j.eval.fewshot;

import ai.djl.ndarray.NDArray;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.mae4j.api.FewShotTask;
import org.mae4j.api.internal.Checks;

/**
 * Votes of the most similar training clips, on the features of a frozen encoder: nothing is
 * trained.
 *
 * <p>Features are centred by the training clips' mean; similar is what has a high cosine. A
 * neighbour's vote weighs exp(cosine / temperature), as in Wu et al. 2018 (arXiv 1805.01978).
 */
public final class NearestNeighbours extends FrozenEvaluator<FrozenEvaluator.Learnt> {

  private final int neighbours;
  private final double temperature;

  private NearestNeighbours(Builder builder) {
    super(builder);
    this.neighbours = builder.neighbours;
    this.temperature = builder.temperature;
  }

  /** Collects options; only the pooling must be set. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  Learnt learn(Features train, FewShotTask task) {
    Checks.require(
        train.size() >= neighbours,
        "%s: at least %s training clips are needed for as many neighbours, but there are %s",
        task.name(),
        neighbours,
        train.size());
    Directions directions = new Directions(train.values());
    NDArray known = directions.of(train.values()).transpose();
    return new Learnt() {
      @Override
      public double[] scores(NDArray features) {
        float[] cosines = directions.of(features).matMul(known).toFloatArray();
        return votes(cosines, train.labels(), task.classes().size());
      }

      @Override
      public String method() {
        return neighbours
            + " nearest neighbours in the frozen encoder's features, "
            + pooling().description();
      }
    };
  }

  /**
   * The shares of the votes, (N, C).
   *
   * @param cosines (N, n)
   * @param labels n
   */
  private double[] votes(float[] cosines, int[] labels, int classes) {
    int clips = cosines.length / labels.length;
    double[] votes = new double[clips * classes];
    for (int i = 0; i < clips; i++) {
      int row = i * labels.length;
      List<Integer> nearest =
          IntStream.range(row, row + labels.length)
              .boxed()
              .sorted(Comparator.comparingDouble(at -> -cosines[at]))
              .limit(neighbours)
              .toList();
      double best = cosines[nearest.get(0)];
      double sum = 0;
      for (int at : nearest) {
        double weight = Math.exp((cosines[at] - best) / temperature);
        votes[i * classes + labels[at - row]] += weight;
        sum += weight;
      }
      for (int c = 0; c < classes; c++) {
        votes[i * classes + c] /= sum;
      }
    }
    return votes;
  }

  /** Collects the options of {@link NearestNeighbours}. */
  public static final class Builder extends FrozenEvaluator.Builder<Builder> {

    private int neighbours = 5;
    private double temperature = 0.07;

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /** How many training clips vote, at least 1; by default 5. */
    public Builder optNeighbours(int neighbours) {
      this.neighbours = Checks.atLeast(1, neighbours, "neighbours");
      return this;
    }

    /** How fast votes lose weight with similarity, positive and finite; by default 0.07. */
    public Builder optTemperature(double temperature) {
      this.temperature = Checks.positiveFinite(temperature, "temperature");
      return this;
    }

    /**
     * Builds the evaluator.
     *
     * @throws NullPointerException if no pooling was set
     */
    public NearestNeighbours build() {
      return new NearestNeighbours(this);
    }
  }
}
