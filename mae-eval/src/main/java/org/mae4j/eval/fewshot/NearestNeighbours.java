package org.mae4j.eval.fewshot;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipPrediction;
import org.mae4j.api.Encoder;
import org.mae4j.api.FewShotEvaluator;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.FewShotTask;
import org.mae4j.api.Pooling;
import org.mae4j.models.torch.TorchEngine;

/**
 * Votes of the most similar training clips, on the features of a frozen encoder: nothing is
 * trained.
 *
 * <p>Features are centred by the training clips' mean; similar is what has a high cosine. A
 * neighbour's vote weighs exp(cosine / temperature), as in Wu et al. 2018 (arXiv 1805.01978).
 */
public final class NearestNeighbours implements FewShotEvaluator {

  private final Pooling pooling;
  private final int neighbours;
  private final double temperature;
  private final Device device;

  private NearestNeighbours(Builder builder) {
    this.pooling = builder.pooling;
    this.neighbours = builder.neighbours;
    this.temperature = builder.temperature;
    this.device = builder.device;
  }

  /** Collects options; only the pooling must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Runs the task.
   *
   * @throws IllegalArgumentException if a label is not in [0, C), there are fewer training clips
   *     than neighbours, or the encoder returns a value that is not finite
   * @throws IllegalStateException if a clip has no label
   */
  @Override
  public FewShotReport evaluate(Encoder pretrained, FewShotTask task) {
    int classes = task.classes().size();
    try (NDManager manager =
        device == null ? TorchEngine.newManager() : TorchEngine.newManager(device)) {
      Features train = Features.extract(pretrained, pooling, task.train(), classes, manager);
      checkArgument(
          train.size() >= neighbours,
          "%s: at least %s training clips are needed for as many neighbours, but there are %s",
          task.name(),
          neighbours,
          train.size());
      Directions directions = new Directions(train.values());
      NDArray known = directions.of(train.values()).transpose();
      List<ClipPrediction> predictions =
          ViewAverage.predict(
              task,
              manager,
              batch -> {
                NDArray features = Features.ofBatch(pretrained, pooling, batch);
                float[] cosines = directions.of(features).matMul(known).toFloatArray();
                return votes(cosines, batch, train.labels(), classes);
              });
      return new FewShotReport(
          task.name(),
          neighbours
              + " nearest neighbours in the frozen encoder's features, "
              + pooling.description()
              + ViewAverage.describe(task),
          task.classes(),
          predictions,
          train.size(),
          Provenance.of(manager));
    }
  }

  /** The shares of the votes, (N, C). */
  private double[] votes(float[] cosines, ClipBatch batch, int[] labels, int classes) {
    double[] votes = new double[batch.size() * classes];
    for (int i = 0; i < batch.size(); i++) {
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
  public static final class Builder {

    private Pooling pooling;
    private int neighbours = 5;
    private double temperature = 0.07;
    private Device device;

    private Builder() {}

    /** How tokens become features. */
    public Builder setPooling(Pooling pooling) {
      this.pooling = Objects.requireNonNull(pooling, "pooling");
      return this;
    }

    /** How many training clips vote, at least 1; by default 5. */
    public Builder optNeighbours(int neighbours) {
      checkArgument(neighbours >= 1, "neighbours must be at least 1, but were %s", neighbours);
      this.neighbours = neighbours;
      return this;
    }

    /** How fast votes lose weight with similarity, positive; by default 0.07. */
    public Builder optTemperature(double temperature) {
      checkArgument(
          temperature > 0 && Double.isFinite(temperature),
          "temperature must be positive and finite, but was %s",
          temperature);
      this.temperature = temperature;
      return this;
    }

    /** Sets the device that the encoder is on; by default the first GPU, or the CPU. */
    public Builder optDevice(Device device) {
      this.device = Objects.requireNonNull(device, "device");
      return this;
    }

    /**
     * Builds the evaluator.
     *
     * @throws NullPointerException if no pooling was set
     */
    public NearestNeighbours build() {
      Objects.requireNonNull(pooling, "pooling must be set");
      return new NearestNeighbours(this);
    }
  }
}
