/**
 * Judging a pretrained model.
 *
 * <ul>
 *   <li>{@link org.mae4j.eval.fewshot}: how well its features serve a labelled task with few
 *       examples;
 *   <li>{@link org.mae4j.eval.completion}: how well it fills in what was masked, beside simple
 *       baselines;
 *   <li>{@link org.mae4j.eval.attention}: where it looks;
 *   <li>{@link org.mae4j.eval.report}: charts, and the page that shows what was found.
 * </ul>
 */
package org.mae4j.eval;
