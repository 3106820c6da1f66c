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
  static List<String> of(TrainingRecipe<?> recipe, Origin origin, String batch) {
    List<String> lines = new ArrayList<>();
    lines.add("recipe: " + recipe.name());
    lines.add("source: " + origin.source());
    lines.add("effective learning rate: " + recipe.learningRate());
    lines.add("effective batch: " + batch);
    if (recipe.emaDecay() != null) {
      lines.add("moving average of the weights: decay " + recipe.emaDecay());
    }
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
