package org.mae4j.models.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Objects;
import java.util.OptionalInt;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Encoder;
import org.mae4j.api.PatchShape;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.MaskedAutoencoder;
import org.mae4j.models.Patches;
import org.mae4j.models.internal.ParameterValues;

/**
 * The pixels behind each token, ordered (frame, row, column, channel) (He et al. 2022, arXiv
 * 2111.06377, section 3).
 *
 * @param grid the tokens of a clip
 * @param patch the block of pixels that is predicted of a token; where it has fewer frames than the
 *     clip has for each token, frames are left out evenly
 * @param normalized whether the pixels of each patch are shifted and scaled to mean 0 and variance
 *     1; the paper does not
 */
public record PixelTarget(TokenGrid grid, PatchShape patch, boolean normalized)
    implements PredictionTarget {

  private static final float VARIANCE_EPS = 1e-6f;

  public PixelTarget {
    Objects.requireNonNull(grid, "grid");
    Objects.requireNonNull(patch, "patch");
  }

  /**
   * The pixels that a model's decoder predicts; of one that is not of this library, those of all
   * frames.
   *
   * @throws IllegalArgumentException if its decoder predicts latents
   */
  public static PixelTarget of(Encoder model, boolean normalized) {
    if (model instanceof MaskedAutoencoder mae) {
      Checks.require(
          mae.predictsPixels(),
          "pixels are no target of a decoder that predicts latents of width %s",
          mae.predictedValues().orElseThrow());
      return new PixelTarget(mae.grid(), mae.predictedPatch(), normalized);
    }
    ClipShape clip = model.clip();
    TokenGrid grid = model.grid();
    PatchShape patch =
        new PatchShape(
            clip.frames() / grid.time(),
            clip.height() / grid.rows(),
            clip.width() / grid.columns());
    return new PixelTarget(grid, patch, normalized);
  }

  @Override
  public OptionalInt width() {
    return OptionalInt.of(patch.values());
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the clips have another type or shape
   */
  @Override
  public NDArray of(NDArray clips) {
    requireClips(clips);
    try (NDManager scope = clips.getManager().newSubManager()) {
      NDArray targets = targetsIn(ParameterValues.borrow(scope, clips));
      targets.attach(clips.getManager());
      return targets;
    }
  }

  private NDArray targetsIn(NDArray clips) {
    NDArray patches = Patches.patchify(predictedFrames(clips), patch);
    if (!normalized) {
      return patches;
    }
    NDArray centred = patches.sub(patches.mean(new int[] {2}, true));
    long values = patches.getShape().get(2);
    NDArray variance = centred.square().sum(new int[] {2}, true).div(values - 1);
    return centred.div(variance.add(VARIANCE_EPS).sqrt());
  }

  /** Checks what PyTorch would report from within. */
  private void requireClips(NDArray clips) {
    Checks.float32(clips, "clips");
    Shape shape = clips.getShape();
    int height = grid.rows() * patch.height();
    int width = grid.columns() * patch.width();
    int predicted = grid.time() * patch.frames();
    Checks.require(
        shape.dimension() == 5
            && shape.get(0) > 0
            && shape.get(1) == 3
            && shape.get(2) >= predicted
            && shape.get(3) == height
            && shape.get(4) == width,
        "clips must be (N, 3, T, %s, %s), N at least 1 and T at least %s, but are %s",
        height,
        width,
        predicted,
        shape);
  }

  /** The frames that are predicted, evenly spaced from the first to the last. */
  private NDArray predictedFrames(NDArray clips) {
    int frames = (int) clips.getShape().get(2);
    int predicted = grid.time() * patch.frames();
    if (predicted == frames) {
      return clips;
    }
    NDList chosen = new NDList();
    for (int i = 0; i < predicted; i++) {
      int frame = predicted == 1 ? 0 : i * (frames - 1) / (predicted - 1);
      chosen.add(clips.get(":, :, " + frame + ":" + (frame + 1)));
    }
    return NDArrays.concat(chosen, 2);
  }

  /** In words, as checkpoints keep them. */
  @Override
  public String toString() {
    return normalized ? "pixels normalised per patch" : "pixels";
  }
}
