/**
 * What a run does, as data: every number of the paper's runs with its source, and small ones that
 * learn within minutes on a CPU. Start at {@link org.mae4j.train.recipe.PretrainingRecipes}.
 */
package org.mae4j.train.recipe;
