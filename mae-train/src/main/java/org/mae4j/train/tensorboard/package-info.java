/** The metrics and pictures of a run in files that TensorBoard shows. */
package org.mae4j.train.tensorboard;
