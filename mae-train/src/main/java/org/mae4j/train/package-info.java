/**
 * Learning: a {@link org.mae4j.train.PretrainingRecipe} says what, a {@link
 * org.mae4j.train.Pretrainer} does it with {@link org.mae4j.train.AdamW}, and {@link
 * org.mae4j.train.Checkpoints} keep it safe.
 */
package org.mae4j.train;
