package org.mae4j.eval.fewshot;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * Features as directions from the mean of the training clips, each of length 1: dot products are
 * then cosines. Without centring, what all clips share would make all of them alike.
 */
final class Directions {

  private static final float TINY = 1e-12f;

  private final NDArray mean;

  /** Around the mean of training features (n, F); it belongs to their manager. */
  Directions(NDArray train) {
    this.mean = train.mean(new int[] {0}, true);
  }

  /** (n, F); it belongs to the manager of {@code features}. */
  NDArray of(NDArray features) {
    try (NDManager scratch = features.getManager().newSubManager()) {
      NDArray centred = features.sub(mean);
      centred.attach(scratch);
      NDArray directions = normalised(centred);
      directions.attach(features.getManager());
      return directions;
    }
  }

  /** Rows of length 1; a row of zeros stays. */
  static NDArray normalised(NDArray rows) {
    return rows.div(rows.square().sum(new int[] {1}, true).sqrt().maximum(TINY));
  }
}
