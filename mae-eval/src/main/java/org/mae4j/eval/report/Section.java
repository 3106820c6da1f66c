package org.mae4j.eval.report;

import java.util.List;
import java.util.Objects;

/**
 * A part of the page under a heading of its own.
 *
 * @param title the heading
 * @param blocks from top to bottom
 */
public record Section(String title, List<Block> blocks) {

  public Section {
    Objects.requireNonNull(title, "title");
    blocks = List.copyOf(blocks);
  }

  /** A section of the given blocks. */
  public static Section of(String title, Block... blocks) {
    return new Section(title, List.of(blocks));
  }
}
