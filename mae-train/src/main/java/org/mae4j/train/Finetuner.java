package org.mae4j.train;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipSource.Identity;
import org.mae4j.api.Seeds;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.training.Classifier;
import org.mae4j.models.internal.FramesAsImages;
import org.mae4j.train.recipe.FinetuningRecipe;

/**
 * Trains a classifier on labelled clips: the head and the encoder below it, or the head alone, as
 * the recipe says.
 *
 * <p>What dropout and stochastic depth take from a clip depends on the seed and the clip's number
 * in the run alone, so that accumulated batches learn what one large batch does.
 */
public final class Finetuner extends TrainingLoop<FinetuningState> {

  /** Keep these draws apart from those of the data, which have the same seed. */
  private static final long DROPPING = 0x64726f70;

  private static final long MIXING = 0x6d697869;

  private Finetuner(Builder builder) {
    super(builder);
    builder.data().map(Identity::classes).ifPresent(this::requireFit);
  }

  private void requireFit(List<String> found) {
    int classes = state().recipe().model().classes();
    Checks.require(
        found.isEmpty() || found.size() == classes,
        "the clips must be of %s classes, as the model's head is, but are of %s",
        classes,
        found.size());
  }

  /** A builder; state and batches must be set. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  protected NDArray loss(ClipBatch batch, long index) {
    FinetuningRecipe recipe = state().recipe();
    int classes = recipe.model().classes();
    NDArray clips = batch.clips();
    NDArray targets =
        SoftLabels.of(
            clips.getManager(), batch.labels(), classes, recipe.regularization().labelSmoothing());
    Mixing mixed =
        Mixing.of(
            clips,
            targets,
            recipe.regularization(),
            Seeds.generator(state().seed(), MIXING, index));
    if (recipe.isFrameByFrame()) {
      int frames = recipe.clips().input().sampling().frames();
      return crossEntropy(
          FramesAsImages.of(mixed.clips()), repeated(mixed.targets(), frames), index, frames);
    }
    return crossEntropy(mixed.clips(), mixed.targets(), index, 1);
  }

  private NDArray crossEntropy(NDArray clips, NDArray targets, long index, int framesPerVideo) {
    Classifier model = state().model();
    int count = (int) clips.getShape().get(0);
    long first = index * state().recipe().clips().batchSize() * framesPerVideo;
    List<RandomGenerator> random =
        IntStream.range(0, count)
            .mapToObj(i -> Seeds.generator(state().seed(), DROPPING, first + i))
            .toList();
    NDArray logits =
        state().recipe().trainsHeadOnly(state().updates())
            ? model.headTrainingLogits(clips, random)
            : model.trainingLogits(clips, random);
    return SoftLabels.crossEntropy(logits, targets);
  }

  /** (N, C) to (N x times, C). */
  private static NDArray repeated(NDArray targets, int times) {
    long batch = targets.getShape().get(0);
    long classes = targets.getShape().get(1);
    return targets
        .reshape(batch, 1, classes)
        .broadcast(batch, times, classes)
        .reshape(batch * times, classes);
  }

  /** Builds a {@link Finetuner}. */
  public static final class Builder extends TrainingLoop.Builder<FinetuningState, Builder> {

    private Builder() {}

    @Override
    protected Builder self() {
      return this;
    }

    /**
     * Judges the classifier on a split it is not trained on, as the recipe selects; the best
     * checkpoint is kept. State must be set before. Default never.
     *
     * @param clips one pass is the split; stays the caller's to close
     */
    public Builder optValidationClips(BatchSource clips) {
      FinetuningState state = state();
      judgeOn(clips);
      return optValidation(
          () -> ClassifierScores.of(state.model(), clips).metrics(), state.recipe().selection());
    }

    @Override
    public Finetuner build() {
      return new Finetuner(this);
    }
  }
}
