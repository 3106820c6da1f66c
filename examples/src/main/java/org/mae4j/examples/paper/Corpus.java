package org.mae4j.examples.paper;

import java.util.Objects;
import org.mae4j.data.dataset.ClipDataset;

/**
 * Videos to pretrain on.
 *
 * @param videos unlabelled, in an order
 * @param hours how long they are together; positive
 * @param hash identifies them: of their contents where that is known, else of their names
 */
public record Corpus(ClipDataset videos, double hours, String hash) {

  public Corpus {
    Objects.requireNonNull(videos, "videos");
    Objects.requireNonNull(hash, "hash");
    if (!(hours > 0)) {
      throw new IllegalArgumentException(
          videos.name() + " must have a positive length, but has " + hours + " hours");
    }
  }
}
