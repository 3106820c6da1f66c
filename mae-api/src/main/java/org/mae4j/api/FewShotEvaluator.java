package org.mae4j.api;

/** Measures how well a pretrained encoder serves a few-shot task. */
@FunctionalInterface
public interface FewShotEvaluator {

  /** Runs the whole task: learns from its examples and judges on its test clips. */
  FewShotReport evaluate(Encoder pretrained, FewShotTask task);
}
