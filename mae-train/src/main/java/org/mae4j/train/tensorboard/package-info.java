/**
 * The metrics and pictures of a run in files that TensorBoard shows. {@link
 * org.mae4j.train.tensorboard.TensorBoardFile} is a listener to be added to a trainer; the wire
 * format behind it is nobody else's business.
 */
package org.mae4j.train.tensorboard;
