/**
 * Crops, flips and normalisation of clips, in main memory, whatever device the model is on: the
 * same numbers everywhere.
 *
 * <p>A {@link org.mae4j.data.augment.ClipAugmentation} is what {@link org.mae4j.data.VideoBatches}
 * applies to each clip: {@link org.mae4j.data.augment.RandomResizedCrop} as the paper's training,
 * {@link org.mae4j.data.augment.RandomShortSideCrop} as its code where no area is given, {@link
 * org.mae4j.data.augment.UniformCrop} for evaluation, {@link org.mae4j.data.augment.ImageCrop} for
 * evaluation on photographs. {@link org.mae4j.data.augment.Interpolation} says how pixels are
 * resized.
 *
 * <p>{@link org.mae4j.data.augment.RandAugment} changes colours and shapes before a crop, {@link
 * org.mae4j.data.augment.RandomErasing} takes a box out after it: both are off in the paper.
 *
 * <p>What is random in a crop is drawn first, into {@link org.mae4j.data.augment.CropBox} or {@link
 * org.mae4j.data.augment.ScaledCrop}, and then applied: the same draw can be applied again.
 */
package org.mae4j.data.augment;
