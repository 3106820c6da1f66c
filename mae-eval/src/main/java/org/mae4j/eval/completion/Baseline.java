package org.mae4j.eval.completion;

/** What a model must beat before its completions mean anything. */
public enum Baseline {

  /** Every masked patch gets the mean colour of the clip's visible patches. */
  MEAN_COLOUR("mean colour of the visible patches"),

  /**
   * Every masked patch is copied from the wholly visible frame nearest in time, the earlier of two
   * equally near. Defined where every clip has a wholly visible frame.
   */
  NEAREST_FRAME("copy of the nearest visible frame"),

  /**
   * Every masked patch fades linearly from the last wholly visible frame before it to the first one
   * after it; where one is missing, the other is copied. Defined as {@link #NEAREST_FRAME} is.
   */
  CROSS_FADE("cross-fade between the nearest visible frames");

  private final String description;

  Baseline(String description) {
    this.description = description;
  }

  /** In words, for reports. */
  public String description() {
    return description;
  }
}
