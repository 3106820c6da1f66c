package org.mae4j.api.internal;

import org.mae4j.api.ClipShape;

/** Whether clips are as a model takes them. */
public final class ClipFit {

  private ClipFit() {}

  /**
   * Refuses clips of another shape; a model of single frames can be shown longer ones.
   *
   * @param made the clips
   * @param taken those that the model takes
   * @throws IllegalArgumentException if they do not fit
   */
  public static void require(ClipShape made, ClipShape taken) {
    Checks.require(
        made.height() == taken.height()
            && made.width() == taken.width()
            && (made.frames() == taken.frames() || taken.frames() == 1),
        "the input makes clips of %s, but the model takes %s",
        made,
        taken);
  }
}
