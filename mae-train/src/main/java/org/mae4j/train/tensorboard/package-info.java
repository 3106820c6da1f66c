/**
 * The metrics and pictures of a run in files that TensorBoard shows: give the trainer a {@link
 * org.mae4j.train.tensorboard.TensorBoardFile} as listener.
 */
package org.mae4j.train.tensorboard;
