package org.mae4j.data.dataset;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.mae4j.api.ClipInfo;

/** Labels files by a folder on their path. */
final class ClassFolders {

  /** What folders of a split are called. */
  private static final Set<String> PARTS =
      Set.of("train", "training", "val", "valid", "validation", "dev", "test", "testing", "eval");

  private final List<String> classes;
  private final int depth;
  private final Map<String, Integer> labels = new HashMap<>();

  /**
   * Labels by given names.
   *
   * @param classes a label is an index into them
   * @param depth which part of an id names its class, counting from 0
   */
  ClassFolders(List<String> classes, int depth) {
    this.classes = List.copyOf(classes);
    this.depth = depth;
    for (int label = 0; label < classes.size(); label++) {
      labels.put(classes.get(label), label);
    }
  }

  /** Labels by the names that occur, in code-point order. */
  static ClassFolders of(List<String> ids, int depth) {
    return new ClassFolders(
        ids.stream()
            .map(id -> className(id, depth))
            .distinct()
            .sorted(MediaSearch.BY_CODE_POINT)
            .toList(),
        depth);
  }

  /**
   * Returns unless the classes are the parts of a split, with the classes one folder deeper.
   *
   * @throws DatasetException otherwise
   */
  static void requireNoSplit(Path folder, List<String> classes) {
    if (classes.stream().allMatch(name -> PARTS.contains(name.toLowerCase(Locale.ROOT)))) {
      throw new DatasetException(
          folder
              + ": has "
              + classes
              + " where a folder for each class is expected: take one of them, such as "
              + folder.resolve(classes.get(0)));
    }
  }

  List<String> classes() {
    return classes;
  }

  List<ClipInfo> label(List<String> ids) {
    return ids.stream().map(this::label).toList();
  }

  private ClipInfo label(String id) {
    Integer label = labels.get(className(id, depth));
    if (label == null) {
      throw new DatasetException(id + ": its folder is none of the " + classes.size() + " classes");
    }
    return new ClipInfo(id, OptionalInt.of(label));
  }

  private static String className(String id, int depth) {
    String[] parts = id.split("/", -1);
    if (parts.length < depth + 2) {
      throw new DatasetException(id + " must lie in a folder that names its class");
    }
    return parts[depth];
  }
}
