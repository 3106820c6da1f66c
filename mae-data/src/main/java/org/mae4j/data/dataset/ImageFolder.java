package org.mae4j.data.dataset;

import java.nio.file.Path;

/**
 * The images below a folder, or those that a list names; each is read as a clip in which nothing
 * moves. Found and ordered as the videos of {@link VideoFolder} are.
 */
public final class ImageFolder {

  private ImageFolder() {}

  /** A builder; exactly one of folder and list is to be set. */
  public static FolderBuilder builder() {
    return new FolderBuilder(MediaKind.IMAGE);
  }

  /**
   * The unlabelled images below a folder.
   *
   * @throws DatasetException if there is no such folder, or no image in it
   */
  public static ClipDataset of(Path folder) {
    return builder().setFolder(folder).build();
  }

  /**
   * The images below a folder that has a folder for each class, labelled with them; classes come in
   * the order of their names. A folder without an image is no class.
   *
   * @throws DatasetException if there is no such folder, or no image in it, or an image that is in
   *     no class's folder, or the folders are those of a split
   */
  public static ClipDataset ofClasses(Path folder) {
    return builder().setFolder(folder).optClassFolders().build();
  }
}
