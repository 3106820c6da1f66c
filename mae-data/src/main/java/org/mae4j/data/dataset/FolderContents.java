package org.mae4j.data.dataset;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What lies directly in a folder, for messages about what was expected there. */
final class FolderContents {

  private static final int NAMED = 4;

  private final List<String> folders = new ArrayList<>();
  private final List<String> packed = new ArrayList<>();
  private final List<String> files = new ArrayList<>();

  private FolderContents() {}

  /**
   * Looks into a folder.
   *
   * @throws DatasetException if it is none, or cannot be read
   */
  static FolderContents of(Path folder) {
    MediaSearch.checkFolder(folder);
    FolderContents contents = new FolderContents();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        contents.add(entry);
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw new DatasetException(folder + " cannot be searched: " + e, e);
    }
    Collections.sort(contents.folders, MediaSearch.BY_CODE_POINT);
    Collections.sort(contents.packed, MediaSearch.BY_CODE_POINT);
    Collections.sort(contents.files, MediaSearch.BY_CODE_POINT);
    return contents;
  }

  private void add(Path entry) {
    String name = entry.getFileName().toString();
    if (!FileNames.isText(entry) || MediaSearch.isHidden(entry) || MediaSearch.isOfSystem(entry)) {
      return;
    }
    if (Files.isDirectory(entry)) {
      folders.add(name);
    } else if (MediaKind.isPacked(name)) {
      packed.add(name);
    } else {
      files.add(name);
    }
  }

  /** The names of the folders in it, in code-point order. */
  List<String> folders() {
    return folders;
  }

  /** {@code 2 folders (train, val), 1 archive not unpacked (k700.tar.gz)}, or {@code nothing}. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    describe(folders, "folder", "", parts);
    describe(packed, "archive", " not unpacked", parts);
    describe(files, "file", "", parts);
    return parts.isEmpty() ? "nothing" : String.join(", ", parts);
  }

  private static void describe(List<String> names, String what, String state, List<String> parts) {
    if (!names.isEmpty()) {
      parts.add(
          names.size() + " " + what + (names.size() == 1 ? "" : "s") + state + " " + some(names));
    }
  }

  /** The first few of some names, in brackets. */
  static String some(List<String> names) {
    return "("
        + String.join(", ", names.subList(0, Math.min(NAMED, names.size())))
        + (names.size() > NAMED ? ", ..." : "")
        + ")";
  }
}
