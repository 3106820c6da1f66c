/**
 * From files to batches: {@link org.mae4j.data.VideoFolder} finds videos, {@link
 * org.mae4j.data.ClipLoader} decodes clips of them ahead of need on several threads, and {@link
 * org.mae4j.data.VideoBatches} crops and normalises them on the model's device.
 *
 * <p>Every random draw is a function of the seed and of the place in the stream of clips alone, so
 * that batch number i is the same however many threads there are and wherever a run resumes.
 */
package org.mae4j.data;
