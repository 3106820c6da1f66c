/**
 * The optimizer, and which of its settings each parameter has. Start at {@link
 * org.mae4j.train.optim.OptimizerSettings}; {@link org.mae4j.train.optim.AdamWSettings} are held to
 * the paper's code by golden steps.
 */
package org.mae4j.train.optim;
