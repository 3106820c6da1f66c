package org.mae4j.data.dataset;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipSource;
import org.mae4j.api.frames.FrameReceiver;
import org.mae4j.api.internal.Checks;
import org.mae4j.data.internal.LeftOut;

/**
 * Files below one folder, in an order, with or without labels. Immutable; the files are opened when
 * clips are read of them and no earlier.
 *
 * <p>A part of a dataset is a dataset, with the same classes. {@link Manifest} writes either to a
 * file and reads it back; {@link #listHash()} tells whether two are the same.
 */
public final class ClipDataset implements ClipSource {

  private final String name;
  private final Path root;
  private final Function<String, Path> paths;
  private final List<ClipInfo> clips;
  private final List<String> classes;
  private final ClipReader reader;
  private final Map<String, String> leftOut;

  /**
   * A list of files.
   *
   * @param name says in reports and manifests what this is
   * @param root the folder that the ids are relative to; may be of any file system
   * @param clips at least one; the id of each is its path within the root, with / between its parts
   * @param classes the C names that labels are indices into; empty if the files are not labelled
   * @throws IllegalArgumentException if there is no file, or a label is missing, out of range or
   *     without a class
   */
  public ClipDataset(
      String name, Path root, List<ClipInfo> clips, List<String> classes, ClipReader reader) {
    this(name, root, id -> FileNames.resolve(root, id), clips, classes, reader, Map.of());
  }

  /**
   * Files that need not lie where their ids say.
   *
   * @param root the folder that all of them lie in
   * @param paths where each lies, by its id
   * @param leftOut why other files are not among them, by their names
   */
  ClipDataset(
      String name,
      Path root,
      Function<String, Path> paths,
      List<ClipInfo> clips,
      List<String> classes,
      ClipReader reader,
      Map<String, String> leftOut) {
    this.name = Objects.requireNonNull(name, "name");
    this.root = Objects.requireNonNull(root, "root");
    this.paths = Objects.requireNonNull(paths, "paths");
    this.clips = List.copyOf(clips);
    this.classes = List.copyOf(classes);
    this.reader = Objects.requireNonNull(reader, "reader");
    this.leftOut = Objects.requireNonNull(leftOut, "left out");
    Checks.require(!clips.isEmpty(), "%s must have at least 1 file, but has none", name);
    clips.forEach(this::checkLabel);
  }

  private void checkLabel(ClipInfo clip) {
    OptionalInt label = clip.label();
    if (label.isPresent() == classes.isEmpty() || label.orElse(-1) >= classes.size()) {
      throw new IllegalArgumentException(
          clip.id()
              + " must have "
              + (classes.isEmpty() ? "no label" : "a label in [0, " + classes.size() + ")")
              + ", but has "
              + (label.isPresent() ? "label " + label.getAsInt() : "none"));
    }
  }

  /** Says what this is: {@code Kinetics-700 train, first 10 of each class}. */
  public String name() {
    return name;
  }

  /** The folder that all files lie in, and that ids are relative to unless files were given. */
  public Path root() {
    return root;
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  /** What is known of each file, in order. */
  public List<ClipInfo> clips() {
    return clips;
  }

  @Override
  public int size() {
    return clips.size();
  }

  @Override
  public ClipInfo info(int index) {
    return clips.get(index);
  }

  /** Where the file at {@code index} lies. */
  public Path path(int index) {
    return paths.apply(clips.get(index).id());
  }

  @Override
  public List<Clip> clips(int index, ClipRequest request) {
    return reader.read(path(index), clips.get(index), request);
  }

  @Override
  public void read(int index, ClipRequest request, FrameReceiver receiver) {
    reader.read(path(index), clips.get(index), request, receiver);
  }

  /**
   * Some of these files, with the same labels and classes.
   *
   * @param indices at least one, in [0, size); they decide the order
   */
  public ClipDataset subset(int... indices) {
    return subset(name + ", " + indices.length + " of " + size(), indices);
  }

  /**
   * As {@link #subset(int...)}, under a name of its own.
   *
   * @param newName says what the part is
   */
  public ClipDataset subset(String newName, int... indices) {
    Checks.require(indices.length > 0, "a subset must have at least 1 file, but has none");
    return new ClipDataset(
        newName,
        root,
        paths,
        Arrays.stream(indices).mapToObj(clips::get).toList(),
        classes,
        reader,
        Map.of());
  }

  /**
   * One of several parts of equal size, give or take a file, that together are all files in their
   * order: what one of several processes takes. The list alone decides which files are in it.
   *
   * @param part from 1 to {@code parts}
   * @param parts at most as many as files
   */
  public ClipDataset part(int part, int parts) {
    Checks.require(
        1 <= part && part <= parts, "a part must be from 1 to %s, but was %s", parts, part);
    Checks.require(parts <= size(), "%s has %s files, too few for %s parts", name, size(), parts);
    int begin = (int) ((long) size() * (part - 1) / parts);
    int end = (int) ((long) size() * part / parts);
    return subset(name + ", part " + part + " of " + parts, IntStream.range(begin, end).toArray());
  }

  /** These files, where a search left out others; the log says so. */
  ClipDataset without(LeftOut others) {
    others.warn(name);
    return new ClipDataset(name, root, paths, clips, classes, reader, others.reasons());
  }

  /**
   * Files and folders that a search passed by although they may have been meant, by their path
   * within the root, each with the reason in a few words: {@code link that leads nowhere}. Empty
   * for a part of a dataset and for lists. The log has named them once.
   */
  public Map<String, String> leftOut() {
    return leftOut;
  }

  /** The indices of each class's files, in order; C lists, some of which may be empty. */
  public List<int[]> indicesByClass() {
    Checks.require(!classes.isEmpty(), "%s must be labelled, but is not", name);
    List<IntStream.Builder> members =
        Stream.generate(IntStream::builder).limit(classes.size()).toList();
    for (int i = 0; i < size(); i++) {
      members.get(clips.get(i).label().getAsInt()).add(i);
    }
    return members.stream().map(list -> list.build().toArray()).toList();
  }

  /**
   * The SHA-256, in hexadecimal, of the classes and of each file's id and label, in order: the same
   * wherever the files lie, whatever is in them, and whatever the dataset is called. It is what a
   * {@link Manifest} is checked by.
   */
  public String listHash() {
    return hashOfList().hash().toString();
  }

  /**
   * The SHA-256, in hexadecimal, of what {@link #listHash()} is of and of each file's size: another
   * one where files were exchanged under the same names, or one is not there any more, which the
   * log names. Asks the file system for each size.
   */
  public String listAndSizesHash() {
    Hasher hasher = hashOfList();
    LeftOut sizeless = new LeftOut();
    for (int i = 0; i < size(); i++) {
      try {
        hasher.putLong(Files.size(path(i)));
      } catch (IOException e) {
        hasher.putLong(-1);
        sizeless.add(clips.get(i).id(), "size not known, " + e.getClass().getSimpleName());
      }
    }
    sizeless.warn("hash of " + name);
    return hasher.hash().toString();
  }

  private Hasher hashOfList() {
    Hasher hasher = Hashing.sha256().newHasher();
    hasher.putInt(classes.size());
    classes.forEach(className -> put(className, hasher));
    for (ClipInfo clip : clips) {
      put(clip.id(), hasher);
      hasher.putInt(clip.label().orElse(-1));
    }
    return hasher;
  }

  private static void put(String text, Hasher hasher) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    hasher.putInt(bytes.length).putBytes(bytes);
  }

  /**
   * What to record with results that come of these files: name, size, the hash of the list, and
   * what was left out.
   *
   * @param role names them among the data of a run: {@code train}
   */
  public Map<String, String> provenance(String role) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(role + " data", this.toString());
    facts.put(role + " manifest (SHA-256)", listHash());
    if (!leftOut.isEmpty()) {
      facts.put(
          role + " data left out",
          leftOut.size() + " " + FolderContents.some(List.copyOf(leftOut.keySet())));
    }
    return facts;
  }

  @Override
  public String toString() {
    return name
        + ": "
        + clips.size()
        + " files"
        + (classes.isEmpty() ? "" : " of " + classes.size() + " classes");
  }
}
