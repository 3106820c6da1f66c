package org.mae4j.examples.paper;

/**
 * How much of everything a study on toys has.
 *
 * @param childVideos to pretrain on
 * @param unseenVideos of the same home, to complete
 * @param diverseVideos to pretrain on
 * @param fewShots examples per class
 * @param manyShots examples per class, more
 * @param testPerClass clips per class to judge on
 * @param steps of each pretraining
 * @param interpolationSteps of the pretraining for interpolation, which takes longer to learn
 * @param finetuningSteps of each finetuning
 */
record ToyScale(
    int childVideos,
    int unseenVideos,
    int diverseVideos,
    int fewShots,
    int manyShots,
    int testPerClass,
    long steps,
    long interpolationSteps,
    long finetuningSteps) {

  /** What the examples run: as much as two cores do in minutes. */
  static final ToyScale DEFAULT = new ToyScale(5_000, 360, 10_000, 10, 50, 60, 1_000, 3_000, 120);

  /** The same with other lengths of training. */
  ToyScale withSteps(long pretraining, long interpolation, long finetuning) {
    return new ToyScale(
        childVideos,
        unseenVideos,
        diverseVideos,
        fewShots,
        manyShots,
        testPerClass,
        pretraining,
        interpolation,
        finetuning);
  }
}
