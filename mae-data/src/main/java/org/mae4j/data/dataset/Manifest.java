package org.mae4j.data.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.internal.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists of files with their labels, as CSV ({@code .csv}), as JSON lines ({@code .jsonl}) or as
 * plain lines ({@code .txt}), in UTF-8, or in UTF-16 with a byte order mark.
 *
 * <p>A list names its columns in its first row, in any order: {@code path}, relative to the folder
 * the list lies in; {@code class}, the name of a class; {@code label}, its number from 0. Without
 * the last two the files are not labelled. Values that hold commas, quotes, line ends, spaces at
 * their ends or a # at the beginning of a row are quoted, as usual: {@code "a, ""b"".mp4",jump}. In
 * JSON lines each line is an object with these keys. Plain lines are a path each, or, as in lists
 * of SlowFast and its kin, a path, a space or comma, and the number of its class; a {@code .csv}
 * may be so, too. Blank lines and lines that start with # are left out.
 *
 * <p>A path may be absolute or lead out of the folder by {@code ..}; the log says so once.
 *
 * <p>What {@link #write} writes says in its first line, a comment in CSV, what the dataset is
 * called, which classes there are, and its hash: a manifest whose rows were changed is refused.
 *
 * <pre>{@code
 * Manifest.write(tenShots, Path.of("ssv2-10shot.csv"));
 * ClipDataset same = Manifest.builder()
 *     .setFile(Path.of("ssv2-10shot.csv")).optRoot(Path.of("/data/ssv2")).build();
 * }</pre>
 */
public final class Manifest {

  private static final Logger LOG = LoggerFactory.getLogger(Manifest.class);

  private Manifest() {}

  /**
   * Reads a list of files that lie where it lies, with the usual names of columns.
   *
   * @throws DatasetException as {@link Builder#build()}
   */
  public static ClipDataset read(Path file) {
    return builder().setFile(file).build();
  }

  /** A builder; the file must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Writes a dataset's list of files. The file appears, replacing an older one, when it is
   * complete.
   *
   * @param file ends in {@code .csv}, {@code .jsonl} or {@code .txt}
   * @throws IllegalArgumentException if it ends in anything else
   * @throws UncheckedIOException if it cannot be written
   */
  public static void write(ClipDataset dataset, Path file) {
    ManifestFormat format = ManifestFormat.of(file);
    try {
      // Under a name of its own, so that two may write the same list.
      Path unfinished = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".part");
      try {
        format.write(dataset, unfinished);
        Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(unfinished);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e, e);
    }
  }

  /** Reads a manifest. */
  public static final class Builder {

    private Path file;
    private Path root;
    private ManifestColumns columns = ManifestColumns.USUAL;
    private List<String> classes = List.of();
    private ClipReader reader = ClipReader.create();
    private Optional<ManifestFormat> format = Optional.empty();

    private Builder() {}

    /** The list; it ends in {@code .csv}, {@code .jsonl} or {@code .txt}. */
    public Builder setFile(Path file) {
      this.file = Objects.requireNonNull(file, "file");
      return this;
    }

    /** What its paths are relative to; by default the folder it lies in. */
    public Builder optRoot(Path root) {
      this.root = Objects.requireNonNull(root, "root");
      return this;
    }

    /** The column of paths; by default {@code path}. */
    public Builder optPathColumn(String name) {
      this.columns = columns.withPath(name);
      return this;
    }

    /** The column of class names, which there need not be; by default {@code class}. */
    public Builder optClassColumn(String name) {
      this.columns = columns.withClassName(name);
      return this;
    }

    /**
     * The class names, a label being an index into them: for a list in which some classes have no
     * file. By default, as the list itself says in its first line; else the names that occur in
     * code-point order, or as its numbers and names go together.
     */
    public Builder optClasses(List<String> classes) {
      this.classes = List.copyOf(classes);
      return this;
    }

    /** What reads the files; by default {@link ClipReader#create()}. */
    public Builder optReader(ClipReader reader) {
      this.reader = Objects.requireNonNull(reader, "reader");
      return this;
    }

    /** A list without names of columns, whatever it is called. */
    Builder asLines() {
      this.format = Optional.of(ManifestFormat.LINES);
      return this;
    }

    /**
     * Reads the list, and looks whether the files are there.
     *
     * @throws DatasetException if it cannot be read, a row is not as it should be, rows were
     *     changed since it was written, or a file is missing; the message names the line
     * @throws IllegalArgumentException if the file ends in anything else
     */
    public ClipDataset build() {
      Objects.requireNonNull(file, "file must be set");
      ManifestContent content = format.orElseGet(() -> ManifestFormat.of(file)).read(file, columns);
      checkContent(!content.rows().isEmpty(), "names no file, but must name at least 1");
      Path base = root != null ? root : file.toAbsolutePath().getParent();
      ManifestLabels labels = labels(content);
      List<ClipInfo> clips =
          content.rows().stream().map(row -> new ClipInfo(row.path(), labels.of(row))).toList();
      Optional<ManifestHeader> header = content.header();
      ClipDataset dataset =
          new ClipDataset(
              header.map(ManifestHeader::name).orElse(file.getFileName().toString()),
              base,
              clips,
              labels.classes(),
              reader);
      if (header.isPresent()) {
        String written = header.get().sha256();
        checkContent(
            dataset.listHash().equals(written),
            "its rows were changed since it was written: their SHA-256 is "
                + dataset.listHash()
                + ", but it says "
                + written);
      }
      checkFiles(dataset, content);
      return dataset;
    }

    private ManifestLabels labels(ManifestContent content) {
      List<String> own = content.header().map(ManifestHeader::classes).orElse(List.of());
      checkContent(
          own.isEmpty() || classes.isEmpty() || own.equals(classes),
          "says itself which classes there are, and these are others than those given");
      return ManifestLabels.of(file, content.rows(), own.isEmpty() ? classes : own);
    }

    private void checkFiles(ClipDataset dataset, ManifestContent content) {
      int[] missing =
          IntStream.range(0, dataset.size()).parallel().filter(i -> !isFile(dataset, i)).toArray();
      if (missing.length > 0) {
        ManifestRow first = content.rows().get(missing[0]);
        throw new DatasetException(
            file
                + ": "
                + missing.length
                + " of the "
                + dataset.size()
                + " files it names are not below "
                + dataset.root()
                + ", the first in line "
                + first.line()
                + ": "
                + whyNot(dataset, missing[0]));
      }
      Path root = dataset.root().toAbsolutePath().normalize();
      tell(
          content.rows(),
          i -> !dataset.path(i).toAbsolutePath().normalize().startsWith(root),
          "lie outside " + root);
      Set<String> named = new HashSet<>();
      tell(content.rows(), i -> !named.add(dataset.info(i).id()), "were named before");
    }

    private static boolean isFile(ClipDataset dataset, int index) {
      try {
        return Files.isRegularFile(dataset.path(index));
      } catch (DatasetException e) {
        return false;
      }
    }

    private static String whyNot(ClipDataset dataset, int index) {
      try {
        return dataset.info(index).id()
            + (Files.exists(dataset.path(index)) ? ", which is no regular file" : "");
      } catch (DatasetException e) {
        return e.getMessage();
      }
    }

    /** Allowed, but said once. */
    private void tell(List<ManifestRow> rows, IntPredicate which, String what) {
      int[] those = IntStream.range(0, rows.size()).filter(which).toArray();
      if (those.length > 0) {
        ManifestRow first = rows.get(those[0]);
        LOG.warn(
            "{}: {} of {} files {}, the first in line {}: {}",
            file,
            those.length,
            rows.size(),
            what,
            first.line(),
            Text.shown(first.path()));
      }
    }

    private void checkContent(boolean holds, String problem) {
      if (!holds) {
        throw new DatasetException(file + ": " + problem);
      }
    }
  }
}
