/**
 * The program that compares recipes. Start at {@link org.mae4j.examples.app.sweep.Sweep}; what it
 * runs is {@link org.mae4j.eval.sweep.Sweep}.
 */
package org.mae4j.examples.app.sweep;
