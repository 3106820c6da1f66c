/**
 * What a run does, as data: every number of the paper's runs with its source, and small ones that
 * learn within minutes on a CPU.
 */
package org.mae4j.train.recipe;
