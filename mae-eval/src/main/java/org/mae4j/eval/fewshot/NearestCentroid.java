package org.mae4j.eval.fewshot;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.mae4j.api.FewShotTask;

/**
 * The class whose mean training clip is most similar, on the features of a frozen encoder: nothing
 * is trained. Features are centred by the training clips' mean and brought to length 1; similar is
 * what has a high cosine.
 */
public final class NearestCentroid extends FrozenEvaluator<FrozenEvaluator.Learnt> {

  private NearestCentroid(Builder builder) {
    super(builder);
  }

  /** Collects options; only the pooling must be set. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  Learnt learn(Features train, FewShotTask task) {
    Directions directions = new Directions(train.values());
    NDArray membership =
        train
            .values()
            .getManager()
            .create(membership(train, task), new Shape(task.classes().size(), train.size()));
    NDArray centroids =
        Directions.normalised(membership.matMul(directions.of(train.values()))).transpose();
    return new Learnt() {
      @Override
      public double[] scores(NDArray features) {
        return toDoubles(directions.of(features).matMul(centroids).toFloatArray());
      }

      @Override
      public String method() {
        return "nearest class mean in the frozen encoder's features, " + pooling().description();
      }
    };
  }

  /** (C, n): 1 over the number of a class's clips where a clip is of that class. */
  private static float[] membership(Features train, FewShotTask task) {
    int[] counts = clipsPerClass(train, task);
    float[] membership = new float[counts.length * train.size()];
    for (int i = 0; i < train.size(); i++) {
      int label = train.labels()[i];
      membership[label * train.size() + i] = 1f / counts[label];
    }
    return membership;
  }

  private static double[] toDoubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  /** Collects the options of a {@link NearestCentroid}. */
  public static final class Builder extends FrozenEvaluator.Builder<Builder> {

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /**
     * Builds the evaluator.
     *
     * @throws NullPointerException if no pooling was set
     */
    public NearestCentroid build() {
      return new NearestCentroid(this);
    }
  }
}
