package org.mae4j.train.metrics;

import java.util.List;
import java.util.Objects;

/**
 * A step that was left out since its loss or gradient was not finite.
 *
 * @param step its number, from 1
 * @param reason what was not finite
 * @param clips the videos of the batch
 */
public record SkippedStep(long step, String reason, List<String> clips) {

  public SkippedStep {
    Objects.requireNonNull(reason, "reason");
    clips = List.copyOf(clips);
  }
}
