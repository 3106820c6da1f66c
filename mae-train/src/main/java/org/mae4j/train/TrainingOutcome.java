package org.mae4j.train;

/** Why a run came to its end. */
public enum TrainingOutcome {
  /** All steps of the recipe are made. */
  FINISHED,
  /** Validation found nothing better for as long as the patience lasts. */
  STOPPED_EARLY,
  /** Somebody asked for it. */
  STOPPED_ON_REQUEST
}
