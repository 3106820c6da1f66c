package org.mae4j.eval.report;

import java.util.List;
import java.util.Objects;

/**
 * Blocks that are folded away until the reader opens them.
 *
 * @param summary the line that is always there
 * @param blocks what it hides
 */
public record Details(String summary, List<Block> blocks) implements Block {

  public Details {
    Objects.requireNonNull(summary, "summary");
    blocks = List.copyOf(blocks);
  }

  @Override
  public String kind() {
    return "details";
  }
}
