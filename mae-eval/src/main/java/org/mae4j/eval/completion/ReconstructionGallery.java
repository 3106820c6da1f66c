package org.mae4j.eval.completion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.Decoder;
import org.mae4j.api.Encoder;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.Seeds;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;

/** A few clips and masks, kept to draw what one model after another makes of them. */
public final class ReconstructionGallery implements AutoCloseable {

  private final NDManager manager;
  private final ReconstructionStrip strip;
  private final TokenGrid grid;
  private final List<NDArray> clips = new ArrayList<>();
  private final List<TokenMask> masks = new ArrayList<>();

  private ReconstructionGallery(NDManager manager, ReconstructionStrip strip, TokenGrid grid) {
    this.manager = manager;
    this.strip = strip;
    this.grid = grid;
  }

  /**
   * Chooses clips.
   *
   * @param source one pass of it is taken from; stays the caller's to close
   * @param count how many clips, at least 1; spread over the pass, since neighbours are often alike
   * @param masking hides tokens of each
   * @param grid the tokens of a clip
   * @param seed decides the masks
   * @param strip draws
   * @param parent the parent of the manager that owns the clips, on the model's device
   */
  public static ReconstructionGallery of(
      BatchSource source,
      int count,
      MaskingStrategy masking,
      TokenGrid grid,
      long seed,
      ReconstructionStrip strip,
      NDManager parent) {
    if (count < 1) {
      throw new IllegalArgumentException("clips must be at least 1, but were " + count);
    }
    ReconstructionGallery gallery = new ReconstructionGallery(parent.newSubManager(), strip, grid);
    try {
      for (int i = 0; i < count; i++) {
        gallery.add(source, i, count, masking.mask(grid, Seeds.generator(seed, i)));
      }
      return gallery;
    } catch (RuntimeException e) {
      gallery.close();
      throw e;
    }
  }

  private void add(BatchSource source, int number, int count, TokenMask mask) {
    try (NDManager scope = manager.newSubManager()) {
      ClipBatch batch = source.batch(number * source.batchesPerPass() / count, scope);
      int index = number * batch.size() / count;
      NDArray clip = batch.clips().get(index + ":" + (index + 1)).duplicate();
      clip.attach(manager);
      clips.add(clip);
      masks.add(mask);
    }
  }

  /**
   * Draws the clips, what the encoder sees of them, and their completions.
   *
   * @param decoder predicts the pixels themselves, not pixels normalised patch by patch
   */
  public List<BufferedImage> draw(Encoder encoder, Decoder decoder) {
    List<BufferedImage> images = new ArrayList<>();
    for (int i = 0; i < clips.size(); i++) {
      try (NDManager scope = manager.newSubManager()) {
        NDArray clip = clips.get(i).duplicate();
        clip.attach(scope);
        List<TokenMask> mask = List.of(masks.get(i));
        NDArray prediction = decoder.decode(encoder.encode(clip, mask), mask);
        images.add(strip.draw(clip.get(0), prediction.get(0), masks.get(i), grid));
      }
    }
    return images;
  }

  /** Frees the clips. */
  @Override
  public void close() {
    manager.close();
  }
}
