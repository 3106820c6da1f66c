/**
 * Masked autoencoders as DJL blocks whose parameters carry the names of the published checkpoints.
 *
 * <p>{@link org.mae4j.models.VideoMae} is the whole model; {@link org.mae4j.models.VideoMaeConfig}
 * its geometry; {@link org.mae4j.models.Patches} the cutting of clips into patches.
 */
package org.mae4j.models;
