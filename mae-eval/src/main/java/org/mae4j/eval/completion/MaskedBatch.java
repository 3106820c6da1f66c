package org.mae4j.eval.completion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Encoder;
import org.mae4j.api.PatchShape;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.Patches;

/** A batch whose masked patches are to be predicted, with the truth to compare with. */
final class MaskedBatch {

  private final NDArray clips;
  private final List<TokenMask> masks;
  private final TokenGrid grid;
  private final ClipShape shape;
  private final PredictedFrames predicted;
  private final List<VisibleFrames> visibleFrames;

  /** (N, L, P), the true pixels of the predicted frames. */
  private final NDArray targets;

  /** (N, L), 1 where masked. */
  private final NDArray masked;

  /**
   * Everything computed belongs to the manager of {@code clips}.
   *
   * @param clips (N, 3, T, H, W)
   * @param predictions (N, L, P), whose size says which frames are predicted
   */
  MaskedBatch(NDArray clips, List<TokenMask> masks, Encoder encoder, NDArray predictions) {
    this.clips = clips;
    this.masks = masks;
    this.grid = encoder.grid();
    this.shape = encoder.clip();
    Checks.require(
        predictions.getShape().dimension() == 3
            && predictions.getShape().get(0) == masks.size()
            && predictions.getShape().get(1) == grid.tokens(),
        "the decoder must predict (%s, %s, P), but predicts %s",
        masks.size(),
        grid.tokens(),
        predictions.getShape());
    this.predicted = PredictedFrames.of(shape, grid, predictions.getShape().get(2));
    this.visibleFrames = masks.stream().map(mask -> VisibleFrames.of(mask, grid, shape)).toList();
    this.masked = maskedTokens(clips.getManager());
    this.targets = mixFrames((clip, frame) -> oneHot(frame));
  }

  boolean defines(Baseline baseline) {
    return baseline == Baseline.MEAN_COLOUR
        || visibleFrames.stream().noneMatch(VisibleFrames::isEmpty);
  }

  /** (N, L, P) or, where every pixel is alike, what broadcasts to it. */
  NDArray predict(Baseline baseline) {
    return switch (baseline) {
      case MEAN_COLOUR -> meanColour();
      case NEAREST_FRAME -> mixFrames((clip, frame) -> visibleFrames.get(clip).nearest(frame));
      case CROSS_FADE -> mixFrames((clip, frame) -> visibleFrames.get(clip).crossFade(frame));
    };
  }

  /** N mean squared errors over the masked patches. */
  List<Double> errors(NDArray predictions) {
    float[] sums =
        predictions
            .sub(targets)
            .square()
            .mean(new int[] {2})
            .mul(masked)
            .sum(new int[] {1})
            .toFloatArray();
    List<Double> errors = new ArrayList<>();
    for (int i = 0; i < sums.length; i++) {
      TokenMask mask = masks.get(i);
      errors.add((double) sums[i] / (mask.tokens() - mask.visibleCount()));
    }
    return errors;
  }

  /** The weights, T in number, that mix one frame of one clip from all frames of that clip. */
  @FunctionalInterface
  private interface Mixing {
    float[] weights(int clip, int frame);
  }

  /** Mixes every predicted frame and cuts the result into patches (N, L, P). */
  private NDArray mixFrames(Mixing mixing) {
    int n = masks.size();
    List<Integer> frames = predicted.indices();
    int from = shape.frames();
    float[] weights = new float[n * frames.size() * from];
    for (int clip = 0; clip < n; clip++) {
      for (int i = 0; i < frames.size(); i++) {
        float[] row = mixing.weights(clip, frames.get(i));
        System.arraycopy(row, 0, weights, (clip * frames.size() + i) * from, from);
      }
    }
    NDArray mixed =
        clips
            .getManager()
            .create(weights, new Shape(n, 1, frames.size(), from))
            .matMul(clips.reshape(n, 3, from, (long) shape.height() * shape.width()));
    return Patches.patchify(
        mixed.reshape(n, 3, frames.size(), shape.height(), shape.width()), predicted.patch());
  }

  private float[] oneHot(int frame) {
    float[] weights = new float[shape.frames()];
    weights[frame] = 1;
    return weights;
  }

  private NDArray meanColour() {
    int n = masks.size();
    PatchShape whole =
        new PatchShape(
            shape.frames() / grid.time(), predicted.patch().height(), predicted.patch().width());
    NDArray visible = masked.neg().add(1).reshape(n, grid.tokens(), 1);
    NDArray colour =
        Patches.patchify(clips, whole)
            .reshape(n, grid.tokens(), whole.values() / 3, 3)
            .mean(new int[] {2})
            .mul(visible)
            .sum(new int[] {1})
            .div(visible.sum(new int[] {1}));
    long values = predicted.patch().values();
    return colour.reshape(n, 1, 1, 3).broadcast(n, 1, values / 3, 3).reshape(n, 1, values);
  }

  private NDArray maskedTokens(NDManager manager) {
    int tokens = grid.tokens();
    float[] values = new float[masks.size() * tokens];
    for (int i = 0; i < masks.size(); i++) {
      int[] hidden = masks.get(i).masked();
      Checks.require(
          hidden.length != 0,
          "a mask must hide at least 1 of the %s tokens, but hides none",
          tokens);
      for (int token : hidden) {
        values[i * tokens + token] = 1;
      }
    }
    return manager.create(values, new Shape(masks.size(), tokens));
  }
}
