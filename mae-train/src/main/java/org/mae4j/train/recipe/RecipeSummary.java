package org.mae4j.train.recipe;

import java.util.ArrayList;
import java.util.List;
import org.mae4j.models.ModelConfig;

/** What a recipe says of itself before a run. */
final class RecipeSummary {

  private RecipeSummary() {}

  /**
   * Lines for readers.
   *
   * @param batch how the clips of a step come together
   */
  static List<String> of(TrainingRecipe<?> recipe, String batch) {
    Origin origin = recipe.origin();
    List<String> lines = new ArrayList<>();
    lines.add("recipe: " + recipe.name());
    lines.add("source: " + origin.source());
    lines.add("effective learning rate: " + recipe.learningRate());
    lines.add("effective batch: " + batch);
    recipe
        .emaDecay()
        .ifPresent(decay -> lines.add("moving average of the weights: decay " + decay));
    lines.add("clips: " + recipe.clips().input());
    ModelConfig<?> model = recipe.model();
    lines.add("model: " + model.kind() + " " + model.toJson());
    if (!origin.cost().isEmpty()) {
      lines.add("cost: " + origin.cost());
    }
    if (!origin.expected().isEmpty()) {
      lines.add("expected: " + origin.expected());
    }
    if (!origin.changes().isEmpty()) {
      lines.add("changed: " + String.join("; ", origin.changes()));
    }
    return lines;
  }
}
