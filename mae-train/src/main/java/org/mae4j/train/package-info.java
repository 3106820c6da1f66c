/**
 * Training. A {@link org.mae4j.train.recipe.TrainingRecipe} says every number of a run; a {@link
 * org.mae4j.train.TrainingState} is the run as it stands, at its start or resumed from a
 * checkpoint; {@link org.mae4j.train.Pretrainer} and {@link org.mae4j.train.Finetuner} take it on
 * to its last step.
 *
 * <pre>{@code
 * PretrainingRecipe recipe = PretrainingRecipes.TOY.over(videos);
 * try (PretrainingState state = PretrainingState.start(recipe, seed, manager)) {
 *   Pretrainer.builder().setState(state).setBatches(clips).optMasking(masking).build().run();
 *   state.saveModel(file);
 * }
 * }</pre>
 *
 * <p>{@link org.mae4j.train.Checkpoints} keep a run safe, {@link org.mae4j.train.StopOnSignal} ends
 * it with one, a {@link org.mae4j.train.Validation} judges its model between passes, and each
 * {@link org.mae4j.train.metrics.TrainingListener} is told how it goes. A trainer of another kind
 * is a {@link org.mae4j.train.TrainingLoop} that says how a batch becomes a loss.
 */
package org.mae4j.train;
