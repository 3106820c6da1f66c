package org.mae4j.data.dataset;

import static com.google.common.base.Preconditions.checkState;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Builds a published dataset that has one folder for each class in a folder for each split: {@code
 * train/<class>/<file>}. Labels are the indices of the classes in code-point order; ids begin with
 * the split, so that those of two splits differ.
 */
public final class ClassFolderBuilder {

  private final String title;
  private final MediaKind kind;
  private final String layout;
  private final int publishedClasses;
  private Path root;
  private String split;
  private boolean partial;
  private List<String> classes = List.of();
  private ClipReader reader = ClipReader.create();

  /**
   * A builder for one dataset.
   *
   * @param title names it
   * @param layout of a split, for messages: {@code <class name>/<id>.mp4}
   */
  ClassFolderBuilder(String title, MediaKind kind, String layout, int publishedClasses) {
    this.title = title;
    this.kind = kind;
    this.layout = layout;
    this.publishedClasses = publishedClasses;
  }

  /** The folder that holds the splits; may be of any file system. */
  public ClassFolderBuilder setRoot(Path root) {
    this.root = Objects.requireNonNull(root, "root");
    return this;
  }

  /** The name of a split's folder: {@code train}. */
  public ClassFolderBuilder setSplit(String split) {
    this.split = Objects.requireNonNull(split, "split");
    return this;
  }

  /**
   * Takes what is there, be it less than was published, and numbers the classes that are there. By
   * default that is refused, for labels would not be what others take them for.
   */
  public ClassFolderBuilder optPartial() {
    this.partial = true;
    return this;
  }

  /**
   * As {@link #optPartial()}, with labels from this list of names: the {@link
   * ClipDataset#classes()} of another split. A folder of another name is an error.
   */
  public ClassFolderBuilder optPartial(List<String> classes) {
    this.classes = List.copyOf(classes);
    return optPartial();
  }

  /** What reads the files; by default {@link ClipReader#create()}. */
  public ClassFolderBuilder optReader(ClipReader reader) {
    this.reader = Objects.requireNonNull(reader, "reader");
    return this;
  }

  /**
   * Looks for the files.
   *
   * @throws DatasetException if they are not laid out as expected, or less is there than was
   *     published; the message says what was expected and what was found
   */
  public ClipDataset build() {
    checkState(root != null && split != null, "root and split must be set");
    MediaSearch.checkFolder(root);
    FolderContents splits = FolderContents.of(root);
    if (!splits.folders().contains(split)) {
      throw unexpected(root, splits.toString());
    }
    Path folder = root.resolve(split);
    FolderContents found = FolderContents.of(folder);
    MediaSearch.Found search = MediaSearch.find(root, folder, kind);
    List<String> ids = search.ids();
    long outside = ids.stream().filter(id -> id.indexOf('/', split.length() + 1) < 0).count();
    if (outside > 0) {
      throw unexpected(folder, outside + " " + kind + "s that lie in no class folder");
    }
    checkFolders(folder, found, search);
    ClassFolders labels =
        classes.isEmpty()
            ? new ClassFolders(partial ? withFiles(found, ids) : found.folders(), 1)
            : new ClassFolders(classes, 1);
    without(found, ids)
        .forEach(name -> search.leftOut().add(split + "/" + name, "folder without a " + kind));
    return new ClipDataset(title + " " + split, root, labels.label(ids), labels.classes(), reader)
        .without(search.leftOut());
  }

  private void checkFolders(Path folder, FolderContents found, MediaSearch.Found search) {
    List<String> ids = search.ids();
    if (ids.isEmpty()) {
      throw unexpected(folder, found + ", and no " + kind + search.leftOut().clause());
    }
    List<String> empty = without(found, ids);
    if (!partial && !empty.isEmpty()) {
      throw unexpected(
          folder,
          "no "
              + kind
              + " in "
              + empty.size()
              + " folders "
              + FolderContents.some(empty)
              + search.leftOut().clause());
    }
    if (!partial && found.folders().size() != publishedClasses) {
      throw unexpected(folder, found.toString());
    }
  }

  /** The class folders that are not empty, in order. */
  private List<String> withFiles(FolderContents found, List<String> ids) {
    Set<String> used = new HashSet<>();
    int start = split.length() + 1;
    ids.forEach(id -> used.add(id.substring(start, id.indexOf('/', start))));
    return found.folders().stream().filter(used::contains).toList();
  }

  private List<String> without(FolderContents found, List<String> ids) {
    List<String> empty = new ArrayList<>(found.folders());
    empty.removeAll(withFiles(found, ids));
    return empty;
  }

  private DatasetException unexpected(Path where, String found) {
    return new DatasetException(
        where
            + ": "
            + title
            + " is expected as "
            + split
            + "/"
            + layout
            + " with "
            + publishedClasses
            + " classes, but found "
            + found);
  }
}
