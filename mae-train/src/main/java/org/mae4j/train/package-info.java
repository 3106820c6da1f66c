/**
 * Learning: a {@link org.mae4j.train.recipe.TrainingRecipe} says what, a {@link
 * org.mae4j.train.TrainingLoop} does it with {@link org.mae4j.train.optim.AdamW}, {@link
 * org.mae4j.train.run.Checkpoints} keep it safe, and each {@link org.mae4j.train.TrainingListener}
 * is told how it goes.
 */
package org.mae4j.train;
