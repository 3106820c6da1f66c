/**
 * Crops, flips and normalisation of clips, in main memory, whatever device the model is on: the
 * same numbers everywhere.
 *
 * <p>A {@link org.mae4j.data.augment.ClipAugmentation} is what {@link org.mae4j.data.VideoBatches}
 * applies to each clip. {@link org.mae4j.data.augment.Crop} is the usual one: random for training,
 * in the middle or side by side for evaluation. The model's {@link org.mae4j.api.ClipInput} says
 * how large the square is, how pixels are resized and how colours are normalised.
 *
 * <p>{@link org.mae4j.data.augment.Crop#training} also changes colours and shapes before the crop
 * and takes a box out after it, where a {@link org.mae4j.api.TrainingClips.RandomDistortion} asks
 * for that: the paper has neither.
 */
package org.mae4j.data.augment;
