/**
 * The optimizer. {@link org.mae4j.train.optim.AdamW} updates the weights by its {@link
 * org.mae4j.train.optim.AdamWSettings settings}; {@link org.mae4j.train.optim.ParameterRules} say
 * what a single parameter has otherwise, as {@link org.mae4j.train.optim.LayerDecay} does for
 * finetuning.
 */
package org.mae4j.train.optim;
