/**
 * Crops, flips and normalisation of clips, with tensor operators, on the device the frames are on.
 *
 * <p>What is random is drawn first, into {@link org.mae4j.data.augment.ResizedCrop} or {@link
 * org.mae4j.data.augment.ScaledCrop}, and then applied: the same draw can be applied again.
 */
package org.mae4j.data.augment;
