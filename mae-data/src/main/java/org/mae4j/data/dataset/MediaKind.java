package org.mae4j.data.dataset;

import com.google.common.collect.ImmutableSet;
import java.util.List;
import java.util.Locale;

/** What a file is taken for by the ending of its name, in any case. */
public enum MediaKind {
  VIDEO(
      ImmutableSet.of(
          "3gp", "asf", "avi", "flv", "m2ts", "m4v", "mkv", "mov", "mp4", "mpeg", "mpg", "mts",
          "mxf", "ogv", "ts", "webm", "wmv")),
  IMAGE(ImmutableSet.of("jpe", "jpeg", "jpg", "png"));

  private final ImmutableSet<String> extensions;

  MediaKind(ImmutableSet<String> extensions) {
    this.extensions = extensions;
  }

  /** Whether a file of this name is of this kind. */
  public boolean matches(String fileName) {
    int dot = fileName.lastIndexOf('.');
    return dot > 0 && extensions.contains(fileName.substring(dot + 1).toLowerCase(Locale.ROOT));
  }

  /** The endings, with their dots, in alphabetical order. */
  public List<String> endings() {
    return extensions.stream().sorted().map(end -> "." + end).toList();
  }

  /** {@code video} or {@code image}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
