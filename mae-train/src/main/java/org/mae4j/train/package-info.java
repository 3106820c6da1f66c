/**
 * Learning: a {@link org.mae4j.train.TrainingRecipe} says what, a {@link org.mae4j.train.Trainer}
 * does it with {@link org.mae4j.train.AdamW}, {@link org.mae4j.train.Checkpoints} keep it safe, and
 * each {@link org.mae4j.train.TrainingListener} is told how it goes.
 */
package org.mae4j.train;
