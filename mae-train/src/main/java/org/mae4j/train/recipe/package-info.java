/**
 * What a run does, as data. {@link org.mae4j.train.recipe.PretrainingRecipes} and {@link
 * org.mae4j.train.recipe.FinetuningRecipes} have every number of the paper's runs with its source,
 * and small ones that learn within minutes on a CPU; yours are named copies of them:
 *
 * <pre>{@code
 * PretrainingRecipe recipe =
 *     PretrainingRecipes.TOY.withMaskRatio(0.5).withBatchesPerStep(2).over(videos);
 * }</pre>
 *
 * <p>A recipe has its clips ({@link org.mae4j.api.TrainingClips}), the model's geometry, the {@link
 * org.mae4j.train.recipe.LearningRateSchedule}, the optimizer's settings and, for finetuning,
 * {@link org.mae4j.train.recipe.Regularization} and {@link
 * org.mae4j.train.recipe.CheckpointSelection}. Its {@link org.mae4j.train.recipe.Origin} says where
 * the numbers are from. Checkpoints hold it; a run that should go on with another one is told each
 * {@link org.mae4j.train.recipe.RecipeDifference}.
 */
package org.mae4j.train.recipe;
