/**
 * What a model has to be so that it can be trained, whoever wrote it. Start at {@link
 * org.mae4j.api.training.Trainable}.
 */
package org.mae4j.api.training;
