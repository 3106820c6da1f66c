package org.mae4j.train.ranks;

/** What tests of ranks may expect. */
public final class Platform {

  private Platform() {}

  /** Whether the engine between CPU processes is made for others only. */
  public static boolean isWithoutEngine() {
    return Xgboost.isForOtherPlatformsOnly();
  }
}
