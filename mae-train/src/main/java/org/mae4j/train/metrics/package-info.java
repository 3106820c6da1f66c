/**
 * How a run goes: what listeners are told of it, and the files that keep it. Start at {@link
 * org.mae4j.train.metrics.TrainingListener}.
 */
package org.mae4j.train.metrics;
