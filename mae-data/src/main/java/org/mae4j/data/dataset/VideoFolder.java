package org.mae4j.data.dataset;

import java.nio.file.Path;

/**
 * The videos below a folder, or those that a list names.
 *
 * <p>A folder's videos are its files, at any depth, whose name ends as those of common containers
 * do ({@link MediaKind#VIDEO}); links are followed. What is hidden (starts with a dot), what cannot
 * be entered and what else is left out is told once in the log and by {@link
 * ClipDataset#leftOut()}. They come in code-point order of their path within the folder, with /
 * between its parts: the same everywhere. A list's videos come in its own order.
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
   * the order of their names. A folder without a video is no class.
   *
   * @throws DatasetException if there is no such folder, or no video in it, or a video that is in
   *     no class's folder, or the folders are those of a split
   */
  public static ClipDataset ofClasses(Path folder) {
    return builder().setFolder(folder).optClassFolders().build();
  }
}
