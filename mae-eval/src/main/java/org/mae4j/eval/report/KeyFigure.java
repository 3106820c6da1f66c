package org.mae4j.eval.report;

import java.util.Objects;

/**
 * A number that the page opens with.
 *
 * @param label what it is
 * @param value with its unit
 * @param note what to compare it with; empty for none
 */
public record KeyFigure(String label, String value, String note) {

  public KeyFigure {
    Objects.requireNonNull(label, "label");
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(note, "note");
  }
}
