package org.mae4j.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.mae4j.api.PatchShape;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.internal.ParameterValues;
import org.mae4j.models.torch.internal.TorchArrays;

/**
 * The mean squared error between predicted and true pixels: the mean over the values of a patch,
 * then over the masked patches of the batch (He et al. 2022, arXiv 2111.06377, section 3).
 */
public final class ReconstructionLoss {

  private static final float VARIANCE_EPS = 1e-6f;

  private final TokenGrid grid;
  private final PatchShape predictedPatch;
  private final boolean normalizedTargets;

  /**
   * A loss for models of one geometry.
   *
   * @param grid the tokens of a clip
   * @param predictedPatch the block of pixels that the decoder predicts for one token
   * @param normalizedTargets whether the pixels of each patch are shifted and scaled to mean 0 and
   *     variance 1 before they are compared; the paper does not
   */
  public ReconstructionLoss(TokenGrid grid, PatchShape predictedPatch, boolean normalizedTargets) {
    this.grid = grid;
    this.predictedPatch = predictedPatch;
    this.normalizedTargets = normalizedTargets;
  }

  /** The loss of a model. */
  public static ReconstructionLoss of(MaskedAutoencoder model, boolean normalizedTargets) {
    return new ReconstructionLoss(model.grid(), model.predictedPatch(), normalizedTargets);
  }

  /**
   * The loss of a batch.
   *
   * @param clips (N, 3, T, H, W), what the encoder was given
   * @param predictions (N, L, P), what the decoder returned
   * @param masks the N masks; at least one token must be masked
   * @return a scalar; it belongs to the manager of {@code predictions}
   * @throws IllegalArgumentException if types, shapes, devices or masks do not fit
   */
  public NDArray of(NDArray clips, NDArray predictions, List<TokenMask> masks) {
    requireClips(clips);
    long batch = clips.getShape().get(0);
    int tokens = grid.tokens();
    Checks.float32(predictions, "predictions");
    Shape expected = new Shape(batch, tokens, predictedPatch.values());
    Checks.require(
        predictions.getShape().equals(expected),
        "predictions must be %s, but are %s",
        expected,
        predictions.getShape());
    Checks.require(
        predictions.getDevice().equals(clips.getDevice()),
        "predictions must be on %s, where the clips are, but are on %s",
        clips.getDevice(),
        predictions.getDevice());
    Checks.require(
        masks.size() == batch,
        "a batch of %s clips needs as many masks, but got %s",
        batch,
        masks.size());
    for (TokenMask mask : masks) {
      Checks.require(
          mask.tokens() == tokens,
          "masks must be over %s tokens, but one is over %s",
          tokens,
          mask.tokens());
    }
    int masked = masks.stream().mapToInt(mask -> tokens - mask.visibleCount()).sum();
    Checks.require(masked > 0, "there is no loss over masks that hide no token");
    try (NDManager scope = predictions.getManager().newSubManager()) {
      NDArray error =
          ParameterValues.borrow(scope, predictions)
              .sub(targets(ParameterValues.borrow(scope, clips)))
              .square()
              .mean(new int[] {2});
      NDArray sum = error.mul(maskedTokens(scope, masks)).sum();
      NDArray loss = TorchArrays.times(sum, 1.0 / masked);
      loss.attach(predictions.getManager());
      return loss;
    }
  }

  /**
   * What the decoder should predict.
   *
   * @param clips (N, 3, T, H, W)
   * @return (N, L, P); it belongs to the manager of {@code clips}
   * @throws IllegalArgumentException if the clips have another type or shape
   */
  public NDArray targets(NDArray clips) {
    requireClips(clips);
    try (NDManager scope = clips.getManager().newSubManager()) {
      NDArray targets = targetsIn(ParameterValues.borrow(scope, clips));
      targets.attach(clips.getManager());
      return targets;
    }
  }

  private NDArray targetsIn(NDArray clips) {
    NDArray patches = Patches.patchify(predictedFrames(clips), predictedPatch);
    if (!normalizedTargets) {
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
    int height = grid.rows() * predictedPatch.height();
    int width = grid.columns() * predictedPatch.width();
    int predicted = grid.time() * predictedPatch.frames();
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
    int predicted = grid.time() * predictedPatch.frames();
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

  /** (N, L), float32: 1 where a token is masked, 0 where it is visible. */
  private static NDArray maskedTokens(NDManager manager, List<TokenMask> masks) {
    int tokens = masks.get(0).tokens();
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(masks.size() * tokens * Float.BYTES)
            .order(ByteOrder.nativeOrder());
    for (int i = 0; i < masks.size(); i++) {
      for (int token : masks.get(i).masked()) {
        buffer.putFloat((i * tokens + token) * Float.BYTES, 1f);
      }
    }
    return TorchArrays.copyOf(manager, buffer, new Shape(masks.size(), tokens), DataType.FLOAT32);
  }
}
