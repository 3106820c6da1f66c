package org.mae4j.train;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.Seeds;
import org.mae4j.api.TokenMask;
import org.mae4j.models.MaskedAutoencoder;
import org.mae4j.models.ReconstructionLoss;
import org.mae4j.models.objective.Objective;
import org.mae4j.train.recipe.PretrainingRecipe;

/** Trains a masked autoencoder: hides tokens and has it predict their pixels. */
public final class Pretrainer extends TrainingLoop<PretrainingState> {

  /** Keeps the draws of masks apart from those of the data, which have the same seed. */
  private static final long MASKS = 0x6d61736b;

  private final MaskingStrategy masking;
  private final ReconstructionLoss loss;

  private Pretrainer(Builder builder) {
    super(builder);
    PretrainingRecipe recipe = state().recipe();
    masking = builder.masking == null ? recipe.masking().at(recipe.maskRatio()) : builder.masking;
    state().maskBy(masking);
    loss = ReconstructionLoss.of(state().model(), recipe.objective() == Objective.NORMALIZED_PIXELS);
  }

  /** A builder; state and batches must be set. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  protected NDArray loss(ClipBatch batch, long index) {
    MaskedAutoencoder model = state().model();
    List<TokenMask> masks = masks(index, batch.size());
    NDArray predictions = model.decode(model.encode(batch.clips(), masks), masks);
    return loss.of(batch.clips(), predictions, masks);
  }

  private List<TokenMask> masks(long batch, int clips) {
    return IntStream.range(0, clips)
        .mapToObj(
            clip -> {
              RandomGenerator random = Seeds.generator(state().seed(), MASKS, batch, clip);
              return masking.mask(state().model().grid(), random);
            })
        .toList();
  }

  /** Builds a {@link Pretrainer}. */
  public static final class Builder extends TrainingLoop.Builder<PretrainingState, Builder> {

    private MaskingStrategy masking;

    private Builder() {}

    @Override
    protected Builder self() {
      return this;
    }

    /**
     * Which tokens are visible; default as the recipe says. Checkpoints keep what its
     * {@code toString} says, and a run that goes on with another one says so.
     */
    public Builder optMasking(MaskingStrategy masking) {
      this.masking = masking;
      return this;
    }

    @Override
    public Pretrainer build() {
      return new Pretrainer(this);
    }
  }
}
