package org.mae4j.data.dataset;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.mae4j.data.internal.LeftOut;

/**
 * Finds the files of a kind below a folder, at any depth. What is hidden (starts with a dot), what
 * a system keeps for itself, and what cannot be looked into is left out, and told.
 */
final class MediaSearch {

  /** The same order everywhere, which that of UTF-16 or of a file system is not. */
  static final Comparator<String> BY_CODE_POINT =
      (a, b) -> Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());

  /** Folders of file systems, archivers, network disks and Python, which may hold copies. */
  private static final Set<String> SYSTEM_FOLDERS =
      Set.of(
          "lost+found",
          "__macosx",
          "$recycle.bin",
          "system volume information",
          "#recycle",
          "#snapshot",
          "@eadir",
          "@recycle",
          "@recently-snapshot",
          "@tmp",
          "__pycache__");

  private MediaSearch() {}

  /**
   * What was found.
   *
   * @param ids in code-point order
   * @param leftOut files and folders that may have been meant
   */
  record Found(List<String> ids, LeftOut leftOut) {}

  /**
   * Looks for the files of a kind.
   *
   * @param root what ids are relative to
   * @param folder where to search: the root or below it
   * @throws DatasetException if there is no such folder or it cannot be searched
   */
  static Found find(Path root, Path folder, MediaKind kind) {
    checkFolder(folder);
    Finder finder = new Finder(root, folder, kind);
    try {
      Files.walkFileTree(
          folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, finder);
    } catch (IOException e) {
      throw new DatasetException(folder + " cannot be searched: " + e, e);
    }
    finder.ids.sort(BY_CODE_POINT);
    return new Found(finder.ids, finder.leftOut);
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

  /** Whether a system keeps the folder for itself. */
  static boolean isOfSystem(Path folder) {
    return SYSTEM_FOLDERS.contains(folder.getFileName().toString().toLowerCase(Locale.ROOT));
  }

  /** Collects the ids of files below a folder. */
  private static final class Finder extends SimpleFileVisitor<Path> {

    private static final String LOOP = "link to a folder it lies in";

    private final Path root;
    private final Path folder;
    private final MediaKind kind;
    private final List<String> ids = new ArrayList<>();
    private final LeftOut leftOut = new LeftOut();

    Finder(Path root, Path folder, MediaKind kind) {
      this.root = root;
      this.folder = folder;
      this.kind = kind;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) {
      if (visited.equals(folder)) {
        return FileVisitResult.CONTINUE;
      }
      if (isHidden(visited)) {
        return leaveOut(visited, "hidden folder");
      }
      if (isOfSystem(visited)) {
        return leaveOut(visited, "folder of a system");
      }
      if (!FileNames.isText(visited)) {
        return leaveOut(visited, FileNames.remedy());
      }
      try {
        // The walk finds loops out by itself, but only where it comes by again.
        if (Files.isSymbolicLink(visited) && folder.toRealPath().startsWith(visited.toRealPath())) {
          return leaveOut(visited, LOOP);
        }
      } catch (IOException e) {
        return leaveOut(visited, reason(e));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      String name = file.getFileName().toString();
      boolean wanted = kind.matches(name);
      if (isHidden(file)) {
        return wanted ? leaveOut(file, "hidden") : FileVisitResult.CONTINUE;
      }
      if (attributes.isSymbolicLink()) {
        return leaveOut(file, "link that leads nowhere");
      }
      if (!attributes.isRegularFile()) {
        return leaveOut(file, "pipe, socket or device");
      }
      if (!wanted) {
        kind.whyNot(name).ifPresent(why -> leaveOut(file, why));
      } else if (!FileNames.isText(file)) {
        leaveOut(file, FileNames.remedy());
      } else {
        ids.add(id(root, file));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (file.equals(folder)) {
        throw failure;
      }
      return leaveOut(file, reason(failure));
    }

    /** One whose names come to an end by an error has been searched in part. */
    @Override
    public FileVisitResult postVisitDirectory(Path visited, IOException failure)
        throws IOException {
      if (failure == null) {
        return FileVisitResult.CONTINUE;
      }
      return visitFileFailed(visited, failure);
    }

    private static String reason(IOException failure) {
      if (failure instanceof FileSystemLoopException) {
        return LOOP;
      }
      if (failure instanceof AccessDeniedException) {
        return "may not be entered";
      }
      if (failure instanceof NoSuchFileException) {
        return "vanished";
      }
      return "cannot be searched, " + failure.getClass().getSimpleName();
    }

    /** Skips a folder; goes on behind a file. */
    private FileVisitResult leaveOut(Path path, String why) {
      leftOut.add(FileNames.isText(path) ? id(root, path) : FileNames.inBytes(root, path), why);
      return FileVisitResult.SKIP_SUBTREE;
    }
  }
}
