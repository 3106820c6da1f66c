package org.mae4j.data.dataset;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mae4j.api.ClipInfo;

/**
 * Given files, videos and images alike, in the order given and without labels. Images are read as
 * clips in which nothing moves.
 *
 * <p>A file's id is its name; where two files share a name, it is as much of the end of its path as
 * no other file has: {@code monday/clip.mp4}. Where ids are so, the files do not lie where their
 * ids say within one folder, and a {@link Manifest} cannot find them again.
 */
public final class VideoFiles {

  private VideoFiles() {}

  /** As {@link #of(List)}. */
  public static ClipDataset of(Path... files) {
    return of(List.of(files));
  }

  /**
   * Looks whether the files are there; none is opened.
   *
   * @param files at least one; may be of any file system
   * @throws DatasetException if there is none, or one is missing, no regular file, given twice or
   *     of a name that cannot be said
   */
  public static ClipDataset of(List<Path> files) {
    if (files.isEmpty()) {
      throw new DatasetException("files must be at least 1, but none was given");
    }
    files.forEach(VideoFiles::checkFile);
    Map<String, Integer> counts = new HashMap<>();
    files.forEach(file -> endings(file).forEach(ending -> counts.merge(ending, 1, Integer::sum)));
    List<String> ids = files.stream().map(file -> id(file, counts)).toList();
    Map<String, Path> paths = new HashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      if (paths.put(ids.get(i), files.get(i)) != null) {
        throw new DatasetException(files.get(i) + " is given twice");
      }
    }
    return new ClipDataset(
        "files " + FolderContents.some(ids),
        folder(files),
        paths::get,
        ids.stream().map(ClipInfo::unlabelled).toList(),
        List.of(),
        ClipReader.create(),
        Map.of());
  }

  private static void checkFile(Path file) {
    if (!FileNames.isText(file)) {
      throw new DatasetException(file + ": " + FileNames.remedy());
    }
    if (Files.isDirectory(file)) {
      throw new DatasetException(file + " must be a file, but is a folder");
    }
    if (!Files.isRegularFile(file)) {
      // A pipe would block.
      throw new DatasetException(
          file + (Files.exists(file) ? " is not a regular file" : ": no such file"));
    }
  }

  /** The ends of a file's path, the shortest first, its name. */
  private static List<String> endings(Path file) {
    List<String> endings = new ArrayList<>();
    for (Path part : file.toAbsolutePath().normalize()) {
      endings.replaceAll(ending -> ending + "/" + part);
      endings.add(0, part.toString());
    }
    return endings;
  }

  /** The shortest end that no other file has; the whole path where another one ends in that. */
  private static String id(Path file, Map<String, Integer> counts) {
    List<String> endings = endings(file);
    return endings.stream()
        .filter(ending -> counts.get(ending) == 1)
        .findFirst()
        .orElse(endings.get(endings.size() - 1));
  }

  /** The deepest folder that all files lie in; the first file's if there is none. */
  private static Path folder(List<Path> files) {
    Path first = files.get(0).toAbsolutePath().normalize().getParent();
    Path folder = first;
    for (Path file : files) {
      while (folder != null && !file.toAbsolutePath().normalize().startsWith(folder)) {
        folder = folder.getParent();
      }
    }
    return folder == null ? first : folder;
  }
}
