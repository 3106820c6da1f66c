package org.mae4j.data.dataset;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;

/**
 * Finds the files of a kind below a folder, at any depth; what is hidden (starts with a dot) is
 * left out.
 */
final class MediaSearch {

  /** The same order everywhere, which that of UTF-16 or of a file system is not. */
  static final Comparator<String> BY_CODE_POINT =
      (a, b) -> Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());

  private MediaSearch() {}

  /**
   * The ids of the files of a kind, in code-point order.
   *
   * @param root what ids are relative to
   * @param folder where to search: the root or below it
   * @throws DatasetException if there is no such folder or it cannot be searched
   */
  static List<String> find(Path root, Path folder, MediaKind kind) {
    checkFolder(folder);
    List<String> ids = new ArrayList<>();
    try {
      Files.walkFileTree(
          folder,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          Integer.MAX_VALUE,
          new Finder(root, folder, kind, ids));
    } catch (IOException e) {
      throw new DatasetException(folder + " cannot be searched: " + e, e);
    }
    ids.sort(BY_CODE_POINT);
    return ids;
  }

  /**
   * Returns if this is a folder.
   *
   * @throws DatasetException otherwise
   */
  static void checkFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new DatasetException(
          folder + (Files.exists(folder) ? " is not a folder" : ": no such folder"));
    }
  }

  /** A path below the root with / between its parts. */
  static String id(Path root, Path file) {
    List<String> parts = new ArrayList<>();
    root.relativize(file).forEach(part -> parts.add(part.toString()));
    return String.join("/", parts);
  }

  static boolean isHidden(Path path) {
    return path.getFileName().toString().startsWith(".");
  }

  /** Collects the ids of files below a folder. */
  private static final class Finder extends SimpleFileVisitor<Path> {

    private final Path root;
    private final Path folder;
    private final MediaKind kind;
    private final List<String> ids;

    Finder(Path root, Path folder, MediaKind kind, List<String> ids) {
      this.root = root;
      this.folder = folder;
      this.kind = kind;
      this.ids = ids;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) {
      return !visited.equals(folder) && isHidden(visited)
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (attributes.isRegularFile()
          && !isHidden(file)
          && kind.matches(file.getFileName().toString())) {
        ids.add(id(root, file));
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
