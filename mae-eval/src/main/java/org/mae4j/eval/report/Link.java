package org.mae4j.eval.report;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Objects;

/**
 * A way to another page beside this one.
 *
 * @param text what it says
 * @param target a relative path with slashes
 */
public record Link(String text, String target) implements Block {

  public Link {
    Objects.requireNonNull(text, "text");
    checkArgument(
        !target.contains(":") && !target.startsWith("/"),
        "a link must be a relative path, but was %s",
        target);
  }

  @Override
  public String kind() {
    return "link";
  }
}
