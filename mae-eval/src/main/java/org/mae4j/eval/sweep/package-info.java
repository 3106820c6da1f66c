/**
 * Many pretraining runs that differ in their recipes, judged alike and compared. Start at {@link
 * org.mae4j.eval.sweep.Sweep}; {@link org.mae4j.eval.sweep.SweepFiles} makes a page of what it
 * found.
 */
package org.mae4j.eval.sweep;
