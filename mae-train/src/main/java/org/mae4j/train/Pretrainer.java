package org.mae4j.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.Seeds;
import org.mae4j.api.TokenMask;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.internal.Latents;
import org.mae4j.api.internal.Masks;
import org.mae4j.api.training.Autoencoder;
import org.mae4j.models.objective.PredictionLoss;
import org.mae4j.models.objective.PredictionTarget;
import org.mae4j.models.torch.internal.Gradients;
import org.mae4j.train.recipe.PretrainingRecipe;

/**
 * Trains a masked autoencoder: hides tokens and has it predict them, their pixels or something
 * else.
 */
public final class Pretrainer extends TrainingLoop<PretrainingState> {

  /** Keeps the draws of masks apart from those of the data, which have the same seed. */
  private static final long MASKS = 0x6d61736b;

  private final MaskingStrategy masking;
  private final PredictionTarget target;
  private final PredictionLoss loss;

  private Pretrainer(Builder builder) {
    super(builder);
    PretrainingRecipe recipe = state().recipe();
    masking = builder.masking == null ? recipe.masking().at(recipe.maskRatio()) : builder.masking;
    state().maskBy(masking);
    target = builder.target == null ? state().recipeTarget() : builder.target;
    loss = builder.loss == null ? recipe.objective().loss() : builder.loss;
    requireWidth(target.width(), state().model().predictedValues());
    state().predict(target, loss);
  }

  private void requireWidth(OptionalInt wanted, OptionalInt predicted) {
    Checks.require(
        wanted.isEmpty() || predicted.isEmpty() || wanted.equals(predicted),
        "the target (%s) has %s values a token, but the decoder (%s) predicts %s",
        target,
        wanted.orElse(0),
        state().model(),
        predicted.orElse(0));
  }

  /** A builder; state and batches must be set. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  protected NDArray loss(ClipBatch batch, long index) {
    Autoencoder model = state().model();
    List<TokenMask> masks = masks(batch.clips(), index, batch.size());
    NDArray targets = Gradients.unrecorded(() -> target.of(batch.clips()));
    NDArray latents =
        Latents.require(
            model.encode(batch.clips(), masks), model, batch.size(), masks.get(0).visibleCount());
    NDArray predictions = model.decode(latents, masks);
    requireFit(targets, predictions, batch);
    NDArray value = loss.of(predictions, targets, masks);
    Checks.require(
        value.getShape().dimension() == 0 && value.getDataType() == DataType.FLOAT32,
        "the loss (%s) must be a scalar, float32, but is %s, %s",
        loss,
        value.getShape(),
        value.getDataType());
    return value;
  }

  /** What is predicted may be anybody's: a target that only broadcasts would train nonsense. */
  private void requireFit(NDArray targets, NDArray predictions, ClipBatch batch) {
    Shape wanted =
        new Shape(batch.size(), state().model().grid().tokens(), last(predictions.getShape()));
    Checks.require(
        predictions.getShape().equals(wanted) && predictions.getDataType() == DataType.FLOAT32,
        "the decoder (%s) must predict (%s, %s, P), float32, but predicts %s, %s",
        state().model(),
        batch.size(),
        state().model().grid().tokens(),
        predictions.getShape(),
        predictions.getDataType());
    Checks.require(
        targets.getShape().equals(wanted)
            && targets.getDataType() == DataType.FLOAT32
            && targets.getDevice().equals(predictions.getDevice()),
        "the target (%s) must be %s, float32, on %s, as is what the decoder predicts, but is %s,"
            + " %s, on %s",
        target,
        wanted,
        predictions.getDevice(),
        targets.getShape(),
        targets.getDataType(),
        targets.getDevice());
  }

  private static long last(Shape shape) {
    return shape.dimension() == 0 ? 0 : shape.get(shape.dimension() - 1);
  }

  private List<TokenMask> masks(NDArray clips, long batch, int size) {
    List<RandomGenerator> random =
        IntStream.range(0, size)
            .mapToObj(clip -> Seeds.generator(state().seed(), MASKS, batch, clip))
            .toList();
    return Gradients.unrecorded(() -> Masks.draw(masking, clips, state().model().grid(), random));
  }

  /** Builds a {@link Pretrainer}. */
  public static final class Builder extends TrainingLoop.Builder<PretrainingState, Builder> {

    private MaskingStrategy masking;
    private PredictionTarget target;
    private PredictionLoss loss;

    private Builder() {}

    @Override
    protected Builder self() {
      return this;
    }

    /**
     * Which tokens are visible; default as the recipe says. Checkpoints keep what its {@code
     * toString} says, and a run that goes on with another one says so.
     */
    public Builder optMasking(MaskingStrategy masking) {
      this.masking = masking;
      return this;
    }

    /**
     * What is predicted of masked tokens, and how that is compared; default as the recipe says.
     * Checkpoints keep what their {@code toString} says and what the target has learnt, and a run
     * that goes on with others says so. A later trainer of the same state needs the same target
     * object.
     *
     * @param target stays the caller's to close, before the state
     */
    public Builder optObjective(PredictionTarget target, PredictionLoss loss) {
      this.target = Objects.requireNonNull(target, "target");
      this.loss = Objects.requireNonNull(loss, "loss");
      return this;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the decoder predicts another number of values for a token
     *     than the target has, or the recipe's objective is one's own and none was given
     * @throws CheckpointException if the run goes on from a checkpoint, and what its target had
     *     learnt does not fit
     */
    @Override
    public Pretrainer build() {
      return new Pretrainer(this);
    }
  }
}
