package org.mae4j.data.dataset;

import java.nio.file.Path;

/**
 * The videos below a folder, or those that a list names.
 *
 * <p>A folder's videos are its files, at any depth, whose name ends as those of common containers
 * do; what is hidden (starts with a dot) is left out. They come in code-point order of their path
 * within the folder, with / between its parts: the same everywhere. A list's videos come in its own
 * order.
 */
public final class VideoFolder {

  private VideoFolder() {}

  /** A builder; exactly one of folder and list is to be set. */
  public static FolderBuilder builder() {
    return new FolderBuilder(MediaKind.VIDEO);
  }

  /**
   * The unlabelled videos below a folder.
   *
   * @throws DatasetException if there is no such folder, or no video in it
   */
  public static ClipDataset of(Path folder) {
    return builder().setFolder(folder).build();
  }

  /**
   * The videos below a folder that has a folder for each class, labelled with them; classes come in
   * the order of their names.
   *
   * @throws DatasetException if there is no such folder, or no video in it, or a video that is in
   *     no class's folder
   */
  public static ClipDataset ofClasses(Path folder) {
    return builder().setFolder(folder).optClassFolders().build();
  }
}
