package org.mae4j.examples.paper;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.train.recipe.PretrainingRecipe;

/**
 * How an encoder of a study comes about: by a recipe on a corpus, by the same recipe in the hands
 * of those who published it, or not at all, as the control that learns a task from scratch.
 *
 * @param name for figures: {@code child}
 * @param images whether it is a model of single images
 * @param recipe how it is pretrained; none for the control
 * @param masking what is hidden from it; at random, at the recipe's ratio, if not said
 * @param corpus what on; none for the control and for what is published
 * @param published the files, if it is published
 */
public record Pretraining(
    String name,
    boolean images,
    Optional<PretrainingRecipe> recipe,
    Optional<MaskingStrategy> masking,
    Optional<Corpus> corpus,
    Optional<Published> published) {

  /**
   * Weights that somebody else trained.
   *
   * @param file the masked autoencoder
   * @param finetuned the classifiers, by the name of their {@link FewShotSet}; some or none
   */
  public record Published(Path file, Map<String, Path> finetuned) {

    public Published {
      Objects.requireNonNull(file, "file");
      finetuned = Map.copyOf(finetuned);
    }
  }

  public Pretraining {
    Objects.requireNonNull(name, "name");
    long origins = Stream.of(corpus, published).filter(Optional::isPresent).count();
    if (origins != (recipe.isPresent() ? 1 : 0)) {
      throw new IllegalArgumentException(
          name + " must have a recipe and either a corpus or published files, or nothing");
    }
  }

  /** A model that is pretrained here. */
  public static Pretraining of(
      String name, boolean images, PretrainingRecipe recipe, Corpus corpus) {
    return new Pretraining(
        name, images, Optional.of(recipe), Optional.empty(), Optional.of(corpus), Optional.empty());
  }

  /** The same with other masks, which keep as many tokens as the recipe says. */
  public Pretraining withMasking(MaskingStrategy other) {
    return new Pretraining(name, images, recipe, Optional.of(other), corpus, published);
  }

  /** A video model that is published. */
  public static Pretraining published(String name, PretrainingRecipe recipe, Published files) {
    return new Pretraining(
        name, false, Optional.of(recipe), Optional.empty(), Optional.empty(), Optional.of(files));
  }

  /** No pretraining: fresh weights of a video model. */
  public static Pretraining none(String name) {
    return new Pretraining(
        name, false, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Whether there is nothing to begin with. */
  public boolean isNone() {
    return recipe.isEmpty();
  }
}
