package org.mae4j.examples.nursery;

/**
 * The frame rates that files have. The world is rendered at 10 frames/s; a faster file shows
 * rendered frames more than once, in such a way that sampling 16 frames over a window of 1.6 s, as
 * the paper does over its own, meets each of the 16 rendered frames once.
 */
enum FileRate {
  FPS_10(10, 1, 40),
  FPS_20(20, 1, 25),
  FPS_25(25, 1, 10),
  FPS_30(30, 1, 20),
  NTSC(30000, 1001, 5);

  /** Rendered frames/s. */
  static final int RENDERED = 10;

  private final int numerator;
  private final int denominator;
  private final int weight;

  FileRate(int numerator, int denominator, int weight) {
    this.numerator = numerator;
    this.denominator = denominator;
    this.weight = weight;
  }

  int numerator() {
    return numerator;
  }

  int denominator() {
    return denominator;
  }

  /** Relative frequency among files. */
  int weight() {
    return weight;
  }

  /** Whether every rendered frame is shown exactly once. */
  boolean showsEachOnce() {
    return this == FPS_10;
  }

  /** Frames of a file that shows {@code rendered} frames: never longer than they last. */
  int fileFrames(int rendered) {
    return (int) ((long) rendered * numerator / ((long) RENDERED * denominator));
  }

  /**
   * The rendered frame that a file's frame shows. The quarter frame of lead makes the frame numbers
   * that the reference's truncated linspace picks fall on 0, 1, ..., 15 at each of these rates,
   * even when rounded timestamps cost a file its last frame.
   */
  int shownAt(int fileFrame, int rendered) {
    long quarters = 4L * fileFrame * RENDERED * denominator + numerator;
    return (int) Math.min(rendered - 1, quarters / (4L * numerator));
  }

  @Override
  public String toString() {
    return denominator == 1 ? String.valueOf(numerator) : numerator + "/" + denominator;
  }
}
