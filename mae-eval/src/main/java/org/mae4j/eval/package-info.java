/**
 * Judging a pretrained model.
 *
 * <ul>
 *   <li>{@link org.mae4j.eval.fewshot}: how well its features serve a labelled task with few
 *       examples;
 *   <li>{@link org.mae4j.eval.scaling}: how that grows with the hours of pretraining video;
 *   <li>{@link org.mae4j.eval.embedding}: its features: a file of them, what is near, a map;
 *   <li>{@link org.mae4j.eval.recognition}: how it recognises objects, also in distorted pictures;
 *   <li>{@link org.mae4j.eval.completion}: how well it fills in what was masked, beside simple
 *       baselines;
 *   <li>{@link org.mae4j.eval.attention}: where it looks;
 *   <li>{@link org.mae4j.eval.report}: charts, and the page that shows what was found.
 * </ul>
 */
package org.mae4j.eval;
