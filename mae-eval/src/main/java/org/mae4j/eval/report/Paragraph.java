package org.mae4j.eval.report;

import java.util.Objects;

/** A paragraph of plain text. */
public record Paragraph(String text) implements Block {

  public Paragraph {
    Objects.requireNonNull(text, "text");
  }

  @Override
  public String kind() {
    return "paragraph";
  }
}
