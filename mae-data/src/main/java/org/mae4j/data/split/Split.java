package org.mae4j.data.split;

import org.mae4j.data.dataset.ClipDataset;

/**
 * Takes a part of a dataset: a pure function of what the dataset lists, so that the same part can
 * be taken again. What it took can be kept by {@link org.mae4j.data.dataset.Manifest}.
 */
@FunctionalInterface
public interface Split {

  /**
   * The part, in the order of the whole, with the same classes and a name that says what it is.
   *
   * @throws IllegalArgumentException if the dataset has too few files for it, or no labels where
   *     they are needed
   */
  ClipDataset of(ClipDataset all);
}
