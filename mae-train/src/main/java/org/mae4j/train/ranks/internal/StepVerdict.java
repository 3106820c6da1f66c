package org.mae4j.train.ranks.internal;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What all ranks know of a step, the same on each.
 *
 * @param loss mean of its batches
 * @param clips of all of them
 * @param notFinite the first loss that is infinite or not a number
 * @param sources the clips behind that
 * @param stop whether any rank was asked to stop
 */
public record StepVerdict(
    double loss, int clips, OptionalDouble notFinite, List<String> sources, boolean stop) {

  public StepVerdict {
    sources = List.copyOf(sources);
  }
}
