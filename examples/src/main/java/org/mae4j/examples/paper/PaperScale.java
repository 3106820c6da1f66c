package org.mae4j.examples.paper;

import java.util.function.UnaryOperator;
import org.mae4j.train.recipe.FinetuningRecipe;
import org.mae4j.train.recipe.PretrainingRecipe;

/**
 * What a run on the paper's data makes of the paper's recipes, and whether its datasets must be all
 * there.
 *
 * @param pretraining from the paper's recipe to the one that is run
 * @param finetuning the same
 * @param partial whether datasets may lack files and classes
 */
record PaperScale(
    UnaryOperator<PretrainingRecipe> pretraining,
    UnaryOperator<FinetuningRecipe> finetuning,
    boolean partial) {

  /** The paper's own. */
  static final PaperScale FULL =
      new PaperScale(UnaryOperator.identity(), UnaryOperator.identity(), false);
}
