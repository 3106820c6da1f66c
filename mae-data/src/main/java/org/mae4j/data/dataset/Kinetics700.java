package org.mae4j.data.dataset;

import java.nio.file.Path;

/**
 * Kinetics-700: short videos of human actions, labelled with 700 classes (Carreira et al. 2019,
 * arXiv 1907.06987). Expected as {@code <split>/<class name>/<id>.mp4}, or with another video
 * container.
 */
public final class Kinetics700 {

  /** Classes. */
  public static final int CLASSES = 700;

  /**
   * Clips of each class, drawn at random, in the subset of about 200 hours that the paper pretrains
   * on to compare with child S: {@code FewShotSplit.random(CLIPS_PER_CLASS_200_HOURS, seed)}.
   */
  public static final int CLIPS_PER_CLASS_200_HOURS = 128;

  private Kinetics700() {}

  /** A builder; root and split must be set. */
  public static ClassFolderBuilder builder() {
    return new ClassFolderBuilder(
        "Kinetics-700", MediaKind.VIDEO, "<class name>/<id>.mp4", CLASSES);
  }

  /**
   * A split that is all there.
   *
   * @param split the name of its folder: {@code train}
   * @throws DatasetException as {@link ClassFolderBuilder#build()}
   */
  public static ClipDataset of(Path root, String split) {
    return builder().setRoot(root).setSplit(split).build();
  }
}
