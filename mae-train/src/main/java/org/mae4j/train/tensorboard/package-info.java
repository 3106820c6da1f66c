/**
 * Files that TensorBoard shows: {@link org.mae4j.train.tensorboard.TensorBoardFile}, a listener to
 * be added to a trainer, writes the recipe, metrics and pictures of a run; {@link
 * org.mae4j.train.tensorboard.ProjectorPoints} features of clips. The formats behind them are
 * nobody else's business.
 */
package org.mae4j.train.tensorboard;
