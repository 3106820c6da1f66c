package org.mae4j.eval.recognition;

/**
 * The 17 tasks of the out-of-distribution suite over 16 categories, 18,080 images in all (Geirhos
 * et al. 2021, arXiv 2106.07411).
 */
public enum OodTask {
  COLOUR("colour", 1280, 2),
  CONTRAST("contrast", 1280, 8),
  HIGH_PASS("high-pass", 1280, 8),
  LOW_PASS("low-pass", 1280, 8),
  PHASE_SCRAMBLING("phase-scrambling", 1120, 7),
  POWER_EQUALISATION("power-equalisation", 1120, 2),
  FALSE_COLOUR("false-colour", 1120, 2),
  ROTATION("rotation", 1280, 4),
  EIDOLON_1("eidolonI", 1280, 8),
  EIDOLON_2("eidolonII", 1280, 8),
  EIDOLON_3("eidolonIII", 1280, 8),
  UNIFORM_NOISE("uniform-noise", 1280, 8),
  CUE_CONFLICT("cue-conflict", 1280, 1),
  SKETCH("sketch", 800, 1),
  STYLIZED("stylized", 800, 1),
  EDGE("edge", 160, 1),
  SILHOUETTE("silhouette", 160, 1);

  private final String folder;
  private final int images;
  private final int conditions;

  OodTask(String folder, int images, int conditions) {
    this.folder = folder;
    this.images = images;
    this.conditions = conditions;
  }

  /** The name of its folder in the published suite. */
  public String folder() {
    return folder;
  }

  /** How many images it has. */
  public int images() {
    return images;
  }

  /** How many strengths or kinds of distortion it has. */
  public int conditions() {
    return conditions;
  }
}
