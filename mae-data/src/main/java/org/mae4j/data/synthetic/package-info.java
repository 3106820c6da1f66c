/**
 * A small world of toys in rooms, rendered frame by frame and written to ordinary video files, so
 * that pretraining and few-shot learning can be shown in minutes without anybody's footage.
 *
 * <p>A {@link org.mae4j.data.synthetic.ToyScene} is what one clip shows; {@link
 * org.mae4j.data.synthetic.ToyNursery} draws thousands of them and writes them as files.
 */
package org.mae4j.data.synthetic;
