package org.mae4j.train;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.mae4j.train.recipe.RecipeDifference;

/** A run should go on with another recipe, geometry, seed or data than it began with. */
public class RecipeMismatchException extends CheckpointException {

  private final transient List<RecipeDifference> differences;

  RecipeMismatchException(Path file, List<RecipeDifference> differences) {
    super(
        file
            + ": the run began otherwise:\n"
            + RecipeDifference.table(differences)
            + "\noverride what is meant to change: "
            + differences.stream().map(RecipeDifference::field).collect(Collectors.joining(",")));
    this.differences = List.copyOf(differences);
  }

  /** What differs, and was not to be overridden. */
  public List<RecipeDifference> differences() {
    return differences;
  }
}
