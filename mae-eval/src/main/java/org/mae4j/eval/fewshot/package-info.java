/**
 * Few-shot evaluation: how well a model serves a task of which there are few examples, by simple
 * classifiers on its frozen features or by finetuning. Start at {@link
 * org.mae4j.eval.fewshot.LinearProbe}; {@link org.mae4j.eval.fewshot.FewShotRuns} puts several
 * seeds together.
 */
package org.mae4j.eval.fewshot;
