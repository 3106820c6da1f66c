package org.mae4j.data;

import static com.google.common.base.Preconditions.checkArgument;

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
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipSource;
import org.mae4j.data.ffmpeg.VideoReader;

/**
 * The videos below a folder, or those that a list names.
 *
 * <p>A folder's videos are its files, at any depth, whose name ends as those of common containers
 * do; what is hidden (starts with a dot) is left out. They come in code-point order of their path
 * within the folder, with / between its parts: the same everywhere. A list's videos come in its own
 * order.
 */
public final class VideoFolder implements ClipSource {

  /** Endings of file names that are taken for videos, in any case. */
  public static final Set<String> EXTENSIONS =
      Set.of(
          "3gp", "asf", "avi", "flv", "m2ts", "m4v", "mkv", "mov", "mp4", "mpeg", "mpg", "mts",
          "mxf", "ogv", "ts", "webm", "wmv");

  private static final Comparator<String> BY_CODE_POINT =
      (a, b) -> Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());

  private final Path root;
  private final List<ClipInfo> videos;
  private final List<String> classes;
  private final VideoReader reader;

  private VideoFolder(Path root, List<ClipInfo> videos, List<String> classes, VideoReader reader) {
    this.root = root;
    this.videos = List.copyOf(videos);
    this.classes = classes;
    this.reader = reader;
  }

  /** A builder; exactly one of folder and list is to be set. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The unlabelled videos below a folder.
   *
   * @throws VideoFolderException if there is no such folder, or no video in it
   */
  public static VideoFolder of(Path folder) {
    return builder().setFolder(folder).build();
  }

  @Override
  public int size() {
    return videos.size();
  }

  @Override
  public ClipInfo info(int index) {
    return videos.get(index);
  }

  /** The C names of the classes, a label being an index into them; empty if not labelled. */
  public List<String> classes() {
    return classes;
  }

  /** Where the video at {@code index} lies. */
  public Path path(int index) {
    return root.resolve(videos.get(index).id());
  }

  /**
   * Some of these videos, with the same labels.
   *
   * @param indices at least one, in [0, size)
   */
  public VideoFolder subset(int... indices) {
    checkArgument(indices.length > 0, "a subset must have at least 1 video, but has none");
    return new VideoFolder(
        root, Arrays.stream(indices).mapToObj(videos::get).toList(), classes, reader);
  }

  @Override
  public List<Clip> read(int index, ClipRequest request) {
    return reader.read(path(index), videos.get(index), request);
  }

  @Override
  public String toString() {
    return videos.size() + " videos of " + root;
  }

  /** Builds a {@link VideoFolder}. */
  public static final class Builder {

    private Path folder;
    private Path list;
    private boolean classFolders;
    private List<String> classes = List.of();
    private VideoReader reader = VideoReader.create();

    private Builder() {}

    /** The folder to search; may be of any file system, such as that of a zip archive. */
    public Builder setFolder(Path folder) {
      this.folder = Objects.requireNonNull(folder, "folder");
      return this;
    }

    /**
     * A text file in UTF-8 that names one video a line, relative to the folder it lies in. Blank
     * lines and lines that start with # are left out.
     */
    public Builder setList(Path list) {
      this.list = Objects.requireNonNull(list, "list");
      return this;
    }

    /**
     * Labels each video with the folder at the top of its path: the label is the name's index among
     * all such names in code-point order. By default videos are not labelled.
     */
    public Builder optClassFolders() {
      this.classFolders = true;
      return this;
    }

    /**
     * As {@link #optClassFolders()}, with labels from this list of names instead: for a split in
     * which some classes have no video. A folder of another name is an error.
     */
    public Builder optClassFolders(List<String> classes) {
      this.classes = List.copyOf(classes);
      return optClassFolders();
    }

    /** What reads the files; by default {@link VideoReader#create()}. */
    public Builder optReader(VideoReader reader) {
      this.reader = Objects.requireNonNull(reader, "reader");
      return this;
    }

    /**
     * Looks for the videos.
     *
     * @throws VideoFolderException if there is no such folder or list, it cannot be read or names
     *     no video, or a video lies in no class folder
     */
    public VideoFolder build() {
      checkArgument(
          (folder == null) != (list == null), "exactly one of folder and list must be set");
      Path root = folder != null ? folder : list.toAbsolutePath().getParent();
      List<String> ids = folder != null ? search(folder) : readList(list);
      if (!classFolders) {
        return new VideoFolder(
            root, ids.stream().map(ClipInfo::unlabelled).toList(), List.of(), reader);
      }
      List<String> names =
          classes.isEmpty()
              ? ids.stream().map(Builder::topFolder).distinct().sorted(BY_CODE_POINT).toList()
              : classes;
      List<ClipInfo> videos = ids.stream().map(id -> labelled(id, names)).toList();
      return new VideoFolder(root, videos, names, reader);
    }

    private static ClipInfo labelled(String id, List<String> classes) {
      int label = classes.indexOf(topFolder(id));
      if (label < 0) {
        throw new VideoFolderException(
            id + ": its folder is none of the " + classes.size() + " classes");
      }
      return new ClipInfo(id, OptionalInt.of(label));
    }

    private static String topFolder(String id) {
      int slash = id.indexOf('/');
      if (slash <= 0) {
        throw new VideoFolderException(id + " must lie in a folder that names its class");
      }
      return id.substring(0, slash);
    }

    private static List<String> search(Path folder) {
      if (!Files.isDirectory(folder)) {
        throw new VideoFolderException(
            folder + (Files.exists(folder) ? " is not a folder" : ": no such folder"));
      }
      List<String> ids = new ArrayList<>();
      try {
        Files.walkFileTree(
            folder,
            EnumSet.of(FileVisitOption.FOLLOW_LINKS),
            Integer.MAX_VALUE,
            new Finder(folder, ids));
      } catch (IOException e) {
        throw new VideoFolderException(folder + " cannot be searched: " + e, e);
      }
      if (ids.isEmpty()) {
        throw new VideoFolderException(
            folder
                + ": no video in it, which would be a file that ends in one of "
                + EXTENSIONS.stream().sorted().map(end -> "." + end).toList());
      }
      ids.sort(BY_CODE_POINT);
      return ids;
    }

    private static List<String> readList(Path list) {
      List<String> ids;
      try {
        ids =
            Files.readAllLines(list).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
      } catch (IOException e) {
        throw new VideoFolderException(list + " cannot be read as a list of videos: " + e, e);
      }
      if (ids.isEmpty()) {
        throw new VideoFolderException(list + ": names no video, but must name at least 1");
      }
      return ids;
    }
  }

  /** Collects the paths of videos below a folder. */
  private static final class Finder extends SimpleFileVisitor<Path> {

    private final Path root;
    private final List<String> ids;

    Finder(Path root, List<String> ids) {
      this.root = root;
      this.ids = ids;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      return !folder.equals(root) && isHidden(folder)
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (attributes.isRegularFile() && !isHidden(file) && isVideo(file)) {
        List<String> parts = new ArrayList<>();
        root.relativize(file).forEach(part -> parts.add(part.toString()));
        ids.add(String.join("/", parts));
      }
      return FileVisitResult.CONTINUE;
    }

    private static boolean isHidden(Path path) {
      return path.getFileName().toString().startsWith(".");
    }

    private static boolean isVideo(Path file) {
      String name = file.getFileName().toString();
      int dot = name.lastIndexOf('.');
      return dot > 0 && EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }
  }
}
