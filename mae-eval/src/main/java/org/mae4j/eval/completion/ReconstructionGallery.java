package org.mae4j.eval.completion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.Decoder;
import org.mae4j.api.Encoder;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.Normalization;
import org.mae4j.api.Seeds;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.internal.Masks;
import org.mae4j.eval.internal.EvaluationPass;

/** A few clips and masks, kept to draw what one model after another makes of them. */
public final class ReconstructionGallery implements AutoCloseable {

  private final NDManager manager;
  private final Normalization normalization;
  private final List<NDArray> clips = new ArrayList<>();
  private final List<TokenMask> masks = new ArrayList<>();

  private ReconstructionGallery(NDManager manager, Normalization normalization) {
    this.manager = manager;
    this.normalization = normalization;
  }

  /**
   * Chooses clips.
   *
   * @param source one pass of it is taken from; stays the caller's to close
   * @param count how many clips, at least 1; spread over the pass, since neighbours are often alike
   * @param masking hides tokens of each
   * @param grid the tokens of a clip
   * @param seed decides the masks
   * @param normalization the clips', to turn pixels back to colours
   * @param parent the parent of the manager that owns the clips, on the model's device
   * @throws IllegalArgumentException if there is no clip that can be read
   */
  public static ReconstructionGallery of(
      BatchSource source,
      int count,
      MaskingStrategy masking,
      TokenGrid grid,
      long seed,
      Normalization normalization,
      NDManager parent) {
    Checks.atLeast(1, count, "clips");
    ReconstructionGallery gallery =
        new ReconstructionGallery(parent.newSubManager(), normalization);
    try {
      for (int i = 0; i < count; i++) {
        gallery.add(source, i, count, masking, grid, Seeds.generator(seed, i));
      }
      return gallery;
    } catch (RuntimeException e) {
      gallery.close();
      throw e;
    }
  }

  private void add(
      BatchSource source,
      int number,
      int count,
      MaskingStrategy masking,
      TokenGrid grid,
      RandomGenerator random) {
    long batches = source.batchesPerPass();
    for (long i = 0; i < batches; i++) {
      try (NDManager scope = manager.newSubManager()) {
        ClipBatch batch = source.batch((number * batches / count + i) % batches, scope);
        // Where files are broken, there may be batches without clips.
        if (batch.size() > 0) {
          int index = number * batch.size() / count;
          NDArray clip = batch.clips().get(index + ":" + (index + 1)).duplicate();
          clip.attach(manager);
          clips.add(clip);
          masks.addAll(Masks.draw(masking, clip, grid, List.of(random)));
          return;
        }
      }
    }
    throw EvaluationPass.withoutClips("pictures", source);
  }

  /**
   * Draws the clips, what the encoder sees of them, and their completions.
   *
   * @param decoder predicts the pixels themselves, not pixels normalised patch by patch
   * @throws IllegalArgumentException if it predicts no pixels
   */
  public List<BufferedImage> draw(Encoder encoder, Decoder decoder) {
    return IntStream.range(0, clips.size())
        .mapToObj(i -> CompletedClip.of(encoder, decoder, clips.get(i), masks.get(i)))
        .map(completed -> completed.strip(normalization))
        .toList();
  }

  /** Frees the clips. */
  @Override
  public void close() {
    manager.close();
  }
}
