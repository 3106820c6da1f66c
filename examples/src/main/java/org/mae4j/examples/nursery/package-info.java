/**
 * A small world of toys in rooms, rendered frame by frame and written to ordinary video files, so
 * that pretraining and few-shot learning can be shown in minutes without anybody's footage.
 *
 * <p>Start at {@link org.mae4j.examples.nursery.ToyNursery}, which draws thousands of scenes and
 * writes them as files, a folder for each split, to be read by {@link
 * org.mae4j.data.dataset.VideoFolder}. A {@link org.mae4j.examples.nursery.ToyScene} is what one of
 * them shows.
 */
package org.mae4j.examples.nursery;
