package org.mae4j.examples.support;

import org.mae4j.api.internal.Checks;

/**
 * What one of several processes does of a piece of work.
 *
 * @param index from 1 to {@code count}
 * @param count of processes or, rather, of parts: a process may do several, one after the other
 * @param source what said so, for readers
 */
public record Part(int index, int count, String source) {

  public Part {
    Checks.require(
        1 <= index && index <= count,
        "a part must be from 1 to %s, but was %s, by %s",
        count,
        index,
        source);
  }

  /** All of it. */
  public boolean isWhole() {
    return count == 1;
  }

  @Override
  public String toString() {
    return "part " + index + " of " + count + " (" + source + ")";
  }
}
