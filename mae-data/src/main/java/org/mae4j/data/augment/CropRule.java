package org.mae4j.data.augment;

/** Picks what of a frame is seen. */
@FunctionalInterface
interface CropRule {

  /**
   * Picks the box of one clip, the same in all frames.
   *
   * @param height of the frames in pixels
   * @param width of the frames in pixels
   * @param draws the only source of randomness
   */
  CropBox box(int height, int width, CropDraws draws);
}
