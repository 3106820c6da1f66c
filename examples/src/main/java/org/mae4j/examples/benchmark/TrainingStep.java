package org.mae4j.examples.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.mae4j.api.Seeds;
import org.mae4j.api.TokenMask;
import org.mae4j.models.Models;
import org.mae4j.models.VideoMae;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.VitSize;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.masking.RandomMasking;
import org.mae4j.models.objective.MaskedError;
import org.mae4j.models.objective.PixelTarget;
import org.mae4j.train.optim.WeightOptimizer;
import org.mae4j.train.recipe.PretrainingRecipes;

/** The paper's pretraining step on a model with random weights: 90% masked, AdamW. */
public final class TrainingStep implements AutoCloseable {

  private final RandomGenerator random = Seeds.generator(1);
  private final RandomMasking masking = new RandomMasking(0.9);
  private final VideoMaeConfig config;
  private final VideoMae model;
  private final PixelTarget target;
  private final WeightOptimizer optimizer;

  /** Constant, so that it is the same whatever the number of steps in a pass. */
  private final double learningRate = PretrainingRecipes.VIDEO_S_V1.learningRate().over(1).at(0);

  /**
   * Makes the model.
   *
   * @param side of the clips in pixels
   * @param kernels stay the caller's to close
   */
  public TrainingStep(VitSize size, int side, Kernels kernels, NDManager manager) {
    config = VideoMaeConfig.of(size, side);
    model = Models.create(config, kernels, manager, 1);
    target = PixelTarget.of(model, false);
    optimizer = PretrainingRecipes.VIDEO_S_V1.newOptimizer(model, manager);
  }

  /** The model that is trained. */
  public VideoMae model() {
    return model;
  }

  /** Operations of a step on one clip, as {@link Arithmetic} counts them. */
  public double operationsPerClip() {
    return Arithmetic.pretraining(config, masking.mask(config.grid(), random).visibleCount());
  }

  /**
   * Steps once.
   *
   * @param clips (N, 3, T, S, S); their manager comes to own what is computed on the way
   */
  public void run(NDArray clips) {
    List<TokenMask> masks =
        Stream.generate(() -> masking.mask(model.grid(), random))
            .limit(clips.getShape().get(0))
            .toList();
    try (GradientCollector collector = clips.getManager().getEngine().newGradientCollector()) {
      NDArray targets = target.of(clips);
      NDArray predictions = model.decode(model.encode(clips, masks), masks);
      NDArray value = MaskedError.SQUARED.of(predictions, targets, masks);
      collector.backward(value);
      // Where the device works on its own, reading a value waits for it.
      value.getFloat();
    }
    optimizer.step(learningRate);
  }

  @Override
  public void close() {
    optimizer.close();
  }
}
