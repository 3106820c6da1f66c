package org.mae4j.api;

import java.util.List;
import java.util.Objects;

/**
 * A labelled task with few examples per class.
 *
 * @param name names it in reports
 * @param classes the C class names; a label is an index into them
 * @param train the examples to learn from, one pass being all of them
 * @param test the clips to be judged on, one pass being all of them
 */
public record FewShotTask(String name, List<String> classes, BatchSource train, BatchSource test) {

  public FewShotTask {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(train, "train");
    Objects.requireNonNull(test, "test");
    classes = List.copyOf(classes);
    Checks.atLeast(2, classes.size(), "classes");
  }
}
