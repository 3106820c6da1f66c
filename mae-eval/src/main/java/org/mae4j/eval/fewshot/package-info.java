/**
 * Few-shot evaluation: {@link org.mae4j.eval.fewshot.NearestCentroid}, {@link
 * org.mae4j.eval.fewshot.NearestNeighbours} and {@link org.mae4j.eval.fewshot.LinearProbe} on a
 * frozen encoder's pooled tokens, for image models through {@link
 * org.mae4j.eval.fewshot.BagOfFrames}; {@link org.mae4j.eval.fewshot.PairedComparison} of two
 * models and {@link org.mae4j.eval.fewshot.FewShotRuns} over several seeds.
 */
package org.mae4j.eval.fewshot;
