package org.mae4j.examples.paper;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.train.recipe.FinetuningRecipe;

/**
 * A task at a number of examples per class, and how each kind of model learns it.
 *
 * @param task its name: {@code templates}
 * @param shots examples of each class
 * @param train the examples
 * @param test what is judged on
 * @param hash identifies both
 * @param validation what the best checkpoint is chosen by; without it the last one is taken
 * @param video how a video model is finetuned
 * @param image how an image model is finetuned
 * @param paperTop1 the paper's top-1 accuracies in percent, by the name of the pretraining; empty
 *     where the paper has none
 */
public record FewShotSet(
    String task,
    int shots,
    ClipDataset train,
    ClipDataset test,
    String hash,
    Optional<ClipDataset> validation,
    FinetuningRecipe video,
    FinetuningRecipe image,
    Map<String, Double> paperTop1) {

  public FewShotSet {
    Objects.requireNonNull(task, "task");
    Objects.requireNonNull(hash, "hash");
    paperTop1 = Map.copyOf(paperTop1);
    if (!train.classes().equals(test.classes())) {
      throw new IllegalArgumentException(
          task
              + ": examples and test clips must be of the same classes, but are of "
              + train.classes()
              + " and "
              + test.classes());
    }
  }

  /** {@code templates, 10-shot}. */
  public String name() {
    return task + ", " + shots + "-shot";
  }

  /** How a model of this kind learns it. */
  public FinetuningRecipe recipe(boolean images) {
    return images ? image : video;
  }

  /** The class names. */
  public List<String> classes() {
    return train.classes();
  }
}
