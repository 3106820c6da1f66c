package org.mae4j.eval.fewshot;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Objects;
import org.mae4j.api.ClipPrediction;
import org.mae4j.api.Encoder;
import org.mae4j.api.FewShotEvaluator;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.FewShotTask;
import org.mae4j.api.Pooling;
import org.mae4j.models.torch.TorchEngine;

/**
 * The class whose mean training clip is most similar, on the features of a frozen encoder: nothing
 * is trained. Features are centred by the training clips' mean and brought to length 1; similar is
 * what has a high cosine.
 */
public final class NearestCentroid implements FewShotEvaluator {

  private final Pooling pooling;
  private final Device device;

  private NearestCentroid(Builder builder) {
    this.pooling = builder.pooling;
    this.device = builder.device;
  }

  /** Collects options; only the pooling must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Runs the task.
   *
   * @throws IllegalArgumentException if a label is not in [0, C), a class has no training clip, or
   *     the encoder returns a value that is not finite
   * @throws IllegalStateException if a clip has no label
   */
  @Override
  public FewShotReport evaluate(Encoder pretrained, FewShotTask task) {
    int classes = task.classes().size();
    try (NDManager manager =
        device == null ? TorchEngine.newManager() : TorchEngine.newManager(device)) {
      Features train = Features.extract(pretrained, pooling, task.train(), classes, manager);
      Directions directions = new Directions(train.values());
      NDArray membership =
          manager.create(membership(train, task), new Shape(classes, train.size()));
      NDArray centroids =
          Directions.normalised(membership.matMul(directions.of(train.values()))).transpose();
      List<ClipPrediction> predictions =
          ViewAverage.predict(
              task,
              manager,
              batch -> {
                NDArray features = Features.ofBatch(pretrained, pooling, batch);
                return toDoubles(directions.of(features).matMul(centroids).toFloatArray());
              });
      return new FewShotReport(
          task.name(),
          "nearest class mean in the frozen encoder's features, "
              + pooling.description()
              + ViewAverage.describe(task),
          task.classes(),
          predictions,
          train.size(),
          Provenance.of(manager));
    }
  }

  /** (C, n): 1 over the number of a class's clips where a clip is of that class. */
  private static float[] membership(Features train, FewShotTask task) {
    int classes = task.classes().size();
    int[] counts = new int[classes];
    for (int label : train.labels()) {
      counts[label]++;
    }
    for (int c = 0; c < classes; c++) {
      checkArgument(
          counts[c] > 0,
          "%s: each class needs at least 1 training clip, but %s has 0",
          task.name(),
          task.classes().get(c));
    }
    float[] membership = new float[classes * train.size()];
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
  public static final class Builder {

    private Pooling pooling;
    private Device device;

    private Builder() {}

    /** How tokens become features. */
    public Builder setPooling(Pooling pooling) {
      this.pooling = Objects.requireNonNull(pooling, "pooling");
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
    public NearestCentroid build() {
      Objects.requireNonNull(pooling, "pooling must be set");
      return new NearestCentroid(this);
    }
  }
}
