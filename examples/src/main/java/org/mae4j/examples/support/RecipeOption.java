package org.mae4j.examples.support;

import java.nio.file.Files;
import java.nio.file.Path;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.recipe.PretrainingRecipes;

/** A recipe as programs have it named on their command line. */
public final class RecipeOption {

  private RecipeOption() {}

  /**
   * The recipe in a file of JSON, or of a name.
   *
   * @param wanted a file that is there or ends in {@code .json}, else one of {@link
   *     PretrainingRecipes#all()}
   * @throws IllegalArgumentException if there is none, or the file is no recipe
   */
  public static PretrainingRecipe read(String wanted) {
    Path file = Path.of(wanted);
    boolean isFile = Files.isRegularFile(file) || wanted.endsWith(".json");
    return isFile ? PretrainingRecipes.read(file) : PretrainingRecipes.named(wanted);
  }
}
