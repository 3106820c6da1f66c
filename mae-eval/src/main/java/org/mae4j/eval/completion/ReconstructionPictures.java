package org.mae4j.eval.completion;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.mae4j.api.internal.Checks;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.recipe.TrainingRecipe;

/** Draws now and then, while a masked autoencoder trains, what it makes of some clips. */
public final class ReconstructionPictures implements TrainingListener {

  private final Supplier<List<BufferedImage>> gallery;
  private final long every;
  private final Sink sink;
  private long last;

  /**
   * Pictures of a model that is being trained.
   *
   * @param gallery draws the clips as the model sees them at the time: {@link
   *     ReconstructionGallery#draw}
   * @param every steps from one set of pictures to the next, at least 1; there is one at the start
   *     and one after the last step, too
   */
  public ReconstructionPictures(Supplier<List<BufferedImage>> gallery, long every, Sink sink) {
    Checks.require(every >= 1, "steps between pictures must be at least 1, but were %s", every);
    this.gallery = Objects.requireNonNull(gallery, "gallery");
    this.every = every;
    this.sink = Objects.requireNonNull(sink, "sink");
  }

  /** Takes pictures. */
  @FunctionalInterface
  public interface Sink {

    /**
     * The pictures after a step.
     *
     * @param step 0 before the first
     * @param pictures one for each clip, in the same order each time
     */
    void accept(long step, List<BufferedImage> pictures);
  }

  @Override
  public void onStart(TrainingRecipe<?> recipe, long stepsDone) {
    last = recipe.steps();
    if (stepsDone == 0) {
      draw(0);
    }
  }

  @Override
  public void onStep(StepMetrics metrics) {
    if (metrics.step() % every == 0 || metrics.step() == last) {
      draw(metrics.step());
    }
  }

  private void draw(long step) {
    sink.accept(step, gallery.get());
  }
}
