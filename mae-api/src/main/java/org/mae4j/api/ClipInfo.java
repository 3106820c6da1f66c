package org.mae4j.api;

import java.util.Objects;
import java.util.OptionalInt;
import org.mae4j.api.internal.Checks;

/**
 * What is known of a video before it is opened.
 *
 * @param id names the video in messages and manifests: a path relative to the source's root
 * @param label the class in [0, C), if the source is labelled
 */
public record ClipInfo(String id, OptionalInt label) {

  public ClipInfo {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(label, "label");
    if (label.isPresent()) {
      Checks.atLeast(0, label.getAsInt(), "label");
    }
  }

  /** A video without a label. */
  public static ClipInfo unlabelled(String id) {
    return new ClipInfo(id, OptionalInt.empty());
  }
}
