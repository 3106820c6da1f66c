package org.mae4j.data.dataset;

import java.nio.file.Path;

/**
 * ImageNet (ILSVRC 2012): photographs of 1000 classes of objects, each read as a clip in which
 * nothing moves (Russakovsky et al. 2015, arXiv 1409.0575). Expected as {@code
 * <split>/<wnid>/<file>.JPEG}, where a wnid such as {@code n01440764} stands for a class; the
 * validation images have to be sorted into folders, too.
 */
public final class ImageNet {

  /** Classes. */
  public static final int CLASSES = 1000;

  private ImageNet() {}

  /** A builder; root and split must be set. */
  public static ClassFolderBuilder builder() {
    return new ClassFolderBuilder("ImageNet", MediaKind.IMAGE, "<wnid>/<file>.JPEG", CLASSES);
  }

  /**
   * A split that is all there; its class names are wnids.
   *
   * @param split the name of its folder: {@code train} or {@code val}
   * @throws DatasetException as {@link ClassFolderBuilder#build()}
   */
  public static ClipDataset of(Path root, String split) {
    return builder().setRoot(root).setSplit(split).build();
  }
}
