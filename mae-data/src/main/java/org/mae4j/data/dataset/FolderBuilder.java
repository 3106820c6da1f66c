package org.mae4j.data.dataset;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.internal.Checks;

/** Builds a {@link ClipDataset} of the files of one kind below a folder, or in a list. */
public final class FolderBuilder {

  private final MediaKind kind;
  private Path folder;
  private Path list;
  private boolean classFolders;
  private List<String> classes = List.of();
  private ClipReader reader = ClipReader.create();

  FolderBuilder(MediaKind kind) {
    this.kind = kind;
  }

  /** The folder to search; may be of any file system, such as that of a zip archive. */
  public FolderBuilder setFolder(Path folder) {
    this.folder = Objects.requireNonNull(folder, "folder");
    return this;
  }

  /**
   * A text file that names one file a line, as {@link Manifest} reads {@code .txt}: relative to the
   * folder it lies in, with or without a label behind it.
   */
  public FolderBuilder setList(Path list) {
    this.list = Objects.requireNonNull(list, "list");
    return this;
  }

  /**
   * Labels each file with the folder at the top of its path: the label is the name's index among
   * all such names in code-point order. By default files are not labelled.
   */
  public FolderBuilder optClassFolders() {
    this.classFolders = true;
    return this;
  }

  /**
   * As {@link #optClassFolders()}, with labels from this list of names instead: for a split in
   * which some classes have no file. A folder of another name is an error.
   */
  public FolderBuilder optClassFolders(List<String> classes) {
    this.classes = List.copyOf(classes);
    return optClassFolders();
  }

  /** What reads the files; by default {@link ClipReader#create()}. */
  public FolderBuilder optReader(ClipReader reader) {
    this.reader = Objects.requireNonNull(reader, "reader");
    return this;
  }

  /**
   * Looks for the files.
   *
   * @throws DatasetException if there is no such folder or list, it cannot be read or names no file
   *     or one that is not there, a file lies in no class folder, or the folders at the top are
   *     those of a split
   */
  public ClipDataset build() {
    Checks.require(
        (folder == null) != (list == null), "exactly one of folder and list must be set");
    return folder != null ? search() : readList();
  }

  private ClipDataset search() {
    MediaSearch.Found found = MediaSearch.find(folder, folder, kind);
    if (found.ids().isEmpty()) {
      throw new DatasetException(
          folder
              + ": no "
              + kind
              + " in it, which would be a file that ends in one of "
              + kind.endings()
              + "; it has "
              + FolderContents.of(folder)
              + found.leftOut().clause());
    }
    ClipDataset files = dataset(folder, found.ids());
    if (classFolders && classes.isEmpty()) {
      ClassFolders.requireNoSplit(folder, files.classes());
    }
    if (classFolders) {
      FolderContents.of(folder).folders().stream()
          .filter(name -> !files.classes().contains(name))
          .forEach(name -> found.leftOut().add(name, "folder without a " + kind + ", no class"));
    }
    return files.without(found.leftOut());
  }

  private ClipDataset dataset(Path root, List<String> ids) {
    String name = kind + "s of " + (folder != null ? folder : list);
    if (!classFolders) {
      List<ClipInfo> clips = ids.stream().map(ClipInfo::unlabelled).toList();
      return new ClipDataset(name, root, clips, List.of(), reader);
    }
    ClassFolders labels =
        classes.isEmpty() ? ClassFolders.of(ids, 0) : new ClassFolders(classes, 0);
    return new ClipDataset(name, root, labels.label(ids), labels.classes(), reader);
  }

  private ClipDataset readList() {
    ClipDataset listed = Manifest.builder().setFile(list).asLines().optReader(reader).build();
    if (!classFolders) {
      return listed;
    }
    if (!listed.classes().isEmpty()) {
      throw new DatasetException(list + ": has labels, so class folders cannot label its files");
    }
    return dataset(listed.root(), listed.clips().stream().map(ClipInfo::id).toList());
  }
}
