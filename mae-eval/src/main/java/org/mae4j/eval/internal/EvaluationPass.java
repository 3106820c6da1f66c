package org.mae4j.eval.internal;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.Encoder;
import org.mae4j.api.Pooling;
import org.mae4j.api.training.Trainable;
import org.mae4j.models.torch.TorchEngine;

/** One pass of clips through a frozen encoder. */
public final class EvaluationPass {

  private EvaluationPass() {}

  /**
   * A manager for clips, to be closed.
   *
   * @param device null for the encoder's: that of its weights or, if it has none that can be seen,
   *     the first GPU or the CPU
   */
  public static NDManager newManager(Encoder encoder, Device device) {
    return TorchEngine.newManager(device == null ? deviceOf(encoder) : device);
  }

  private static Device deviceOf(Encoder encoder) {
    if (encoder instanceof Block block && !block.getParameters().isEmpty()) {
      return block.getParameters().valueAt(0).getArray().getDevice();
    }
    if (encoder instanceof Trainable model && !model.weights().isEmpty()) {
      return model.weights().values().iterator().next().getDevice();
    }
    return TorchEngine.start().defaultDevice();
  }

  /**
   * {@link BatchSource#forEachBatch} of a source that must have clips.
   *
   * @param name what they are for
   * @throws IllegalArgumentException if there is none
   */
  public static void forEachBatch(
      String name, BatchSource source, NDManager parent, Consumer<ClipBatch> use) {
    AtomicBoolean any = new AtomicBoolean();
    source.forEachBatch(
        parent,
        batch -> {
          any.set(true);
          use.accept(batch);
        });
    if (!any.get()) {
      throw withoutClips(name, source);
    }
  }

  /** To be thrown where a source has no clip at all. */
  public static IllegalArgumentException withoutClips(String name, BatchSource source) {
    List<ClipReadException> broken = source.brokenFiles();
    return new IllegalArgumentException(
        name
            + ": at least 1 clip is needed, but there is none"
            + (broken.isEmpty()
                ? ""
                : "; "
                    + broken.size()
                    + " videos cannot be read, the first: "
                    + broken.get(0).getMessage()));
  }

  /**
   * The features of a batch, (N, F), cut off from the encoder's parameters, or the whole graph
   * would stay alive with them; they belong to the batch's manager.
   *
   * @throws IllegalArgumentException if one is not finite
   */
  public static NDArray features(Encoder encoder, Pooling pooling, ClipBatch batch) {
    try (NDArray pooled = encoder.embed(batch.clips(), pooling)) {
      requireFinite(pooled, batch);
      return pooled.stopGradient();
    }
  }

  private static void requireFinite(NDArray pooled, ClipBatch batch) {
    float[] values = pooled.toFloatArray();
    int width = values.length / batch.size();
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            batch.sources().get(i / width).id()
                + ": the encoder's features must be finite, but one was "
                + values[i]);
      }
    }
  }
}
