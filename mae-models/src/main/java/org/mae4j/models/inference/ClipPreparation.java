package org.mae4j.models.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.mae4j.api.Clip;

/**
 * Turns decoded frames into what a model sees: resized, cropped and normalised as in the model's
 * training, which {@code model.input()} says. In mae-data, {@code
 * Crop.centre(model.input())::apply} is one.
 */
@FunctionalInterface
public interface ClipPreparation {

  /**
   * Prepares one clip.
   *
   * @param clip uint8 RGB, (T, h, w, 3); stays open
   * @param manager owns the result, and whatever is made on the way
   * @return (3, T, H, W), float32, normalised; with memory of its own, so that the clip can be
   *     closed
   */
  NDArray prepare(Clip clip, NDManager manager);
}
