package org.mae4j.api;

import java.util.List;
import java.util.Objects;
import org.mae4j.api.internal.Checks;

/**
 * A labelled task with few examples per class.
 *
 * @param name names it in reports
 * @param classes the C class names; a label is an index into them
 * @param train the examples to learn from, one pass being all of them
 * @param views the clips to be judged on, one pass being all of them: the same videos in each view,
 *     which differ by window and crop. An evaluator averages what it makes of those views of a
 *     video that can be read. At least one
 */
public record FewShotTask(
    String name, List<String> classes, BatchSource train, List<BatchSource> views) {

  public FewShotTask {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(train, "train");
    classes = List.copyOf(classes);
    views = List.copyOf(views);
    Checks.atLeast(2, classes.size(), "classes");
    Checks.atLeast(1, views.size(), "views");
  }

  /** A task that is judged on a single view of each video. */
  public FewShotTask(String name, List<String> classes, BatchSource train, BatchSource test) {
    this(name, classes, train, List.of(test));
  }
}
