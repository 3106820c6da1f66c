package org.mae4j.data.dataset;

import static com.google.common.base.Preconditions.checkState;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.internal.Checks;

/**
 * ImageNet out of distribution: 17 tasks of images that were changed in some way, of 16 everyday
 * classes (Geirhos et al. 2021, arXiv 2106.07411; the folder {@code datasets} of {@code
 * bethgelab/model-vs-human}).
 *
 * <p>Expected as {@code <task>/dnn/session-<N>/<file>.png}, where fields 3 and 4 of the file's
 * name, counted from 0 and divided by underscores, are condition and class, as in {@code
 * 0001_cop_dnn_c05_chair_10_n02791124.png}; and, for edge, silhouette and cue-conflict, as {@code
 * <task>/<class>/<file>.png}.
 */
public final class OutOfDistributionImageNet {

  /** The 16 class names, a label being an index into them. */
  public static final List<String> CLASSES =
      List.of(
          "airplane",
          "bear",
          "bicycle",
          "bird",
          "boat",
          "bottle",
          "car",
          "cat",
          "chair",
          "clock",
          "dog",
          "elephant",
          "keyboard",
          "knife",
          "oven",
          "truck");

  private static final Set<String> IN_CLASS_FOLDERS = Set.of("cue-conflict", "edge", "silhouette");
  private static final String NO_CONDITION = "0";
  private static final int CONDITION_FIELD = 3;
  private static final int CLASS_FIELD = 4;

  /** Images of each task, and conditions. */
  private static final Map<String, Extent> TASKS = new LinkedHashMap<>();

  static {
    TASKS.put("colour", new Extent(1280, 2));
    TASKS.put("contrast", new Extent(1280, 8));
    TASKS.put("high-pass", new Extent(1280, 8));
    TASKS.put("low-pass", new Extent(1280, 8));
    TASKS.put("phase-scrambling", new Extent(1120, 7));
    TASKS.put("power-equalisation", new Extent(1120, 2));
    TASKS.put("false-colour", new Extent(1120, 2));
    TASKS.put("rotation", new Extent(1280, 4));
    TASKS.put("eidolonI", new Extent(1280, 8));
    TASKS.put("eidolonII", new Extent(1280, 8));
    TASKS.put("eidolonIII", new Extent(1280, 8));
    TASKS.put("uniform-noise", new Extent(1280, 8));
    TASKS.put("cue-conflict", new Extent(1280, 1));
    TASKS.put("sketch", new Extent(800, 1));
    TASKS.put("stylized", new Extent(800, 1));
    TASKS.put("edge", new Extent(160, 1));
    TASKS.put("silhouette", new Extent(160, 1));
  }

  /**
   * One of the tasks.
   *
   * @param name names the way the images were changed: {@code low-pass}
   * @param images with labels in [0, 16)
   * @param conditions how strongly each image was changed, or how else; the same for all where
   *     there is one condition only
   */
  public record Task(String name, ClipDataset images, List<String> conditions) {

    public Task {
      Objects.requireNonNull(name, "name");
      conditions = List.copyOf(conditions);
      Checks.require(
          conditions.size() == images.size(),
          "%s has %s images, but %s conditions",
          name,
          images.size(),
          conditions.size());
    }
  }

  private OutOfDistributionImageNet() {}

  /** The names of the 17 tasks. */
  public static List<String> taskNames() {
    return List.copyOf(TASKS.keySet());
  }

  /**
   * All tasks, all there.
   *
   * @throws DatasetException as {@link Builder#build()}
   */
  public static List<Task> of(Path root) {
    return builder().setRoot(root).build();
  }

  /** A builder; the root must be set. */
  public static Builder builder() {
    return new Builder();
  }

  private record Extent(int images, int conditions) {}

  /** Reads the tasks. */
  public static final class Builder {

    private Path root;
    private boolean partial;
    private ClipReader reader = ClipReader.create();

    private Builder() {}

    /** The folder that holds a folder for each task; may be of any file system. */
    public Builder setRoot(Path root) {
      this.root = Objects.requireNonNull(root, "root");
      return this;
    }

    /** Takes what is there, be it fewer tasks, images or conditions; by default that is refused. */
    public Builder optPartial() {
      this.partial = true;
      return this;
    }

    /** What reads the files; by default {@link ClipReader#create()}. */
    public Builder optReader(ClipReader reader) {
      this.reader = Objects.requireNonNull(reader, "reader");
      return this;
    }

    /**
     * Looks for the images.
     *
     * @return the 17 tasks, or those of them that are there
     * @throws DatasetException if they are not laid out as expected, or less is there than was
     *     published; the message says what was expected and what was found
     */
    public List<Task> build() {
      checkState(root != null, "root must be set");
      MediaSearch.checkFolder(root);
      List<Task> tasks = new ArrayList<>();
      List<String> problems = new ArrayList<>();
      for (Map.Entry<String, Extent> task : TASKS.entrySet()) {
        List<Task> found = read(task.getKey());
        tasks.addAll(found);
        check(task.getKey(), task.getValue(), found, problems);
      }
      if (tasks.isEmpty() || (!problems.isEmpty() && !partial)) {
        throw new DatasetException(
            root
                + ": ImageNet out of distribution is expected as"
                + " <task>/dnn/session-<N>/<file>.png, and"
                + " <task>/<class>/<file>.png for cue-conflict, edge and silhouette, with "
                + TASKS.size()
                + " tasks, but found "
                + FolderContents.of(root)
                + "; "
                + problems.size()
                + " tasks are not all there: "
                + String.join(", ", problems));
      }
      return List.copyOf(tasks);
    }

    private static void check(
        String name, Extent expected, List<Task> found, List<String> problems) {
      int images = found.stream().mapToInt(task -> task.images().size()).sum();
      long conditions =
          found.stream().flatMap(task -> task.conditions().stream()).distinct().count();
      if (images != expected.images) {
        problems.add(name + " has " + images + " of " + expected.images + " images");
      } else if (conditions != expected.conditions) {
        problems.add(name + " has " + conditions + " of " + expected.conditions + " conditions");
      }
    }

    /** One task, or none if it has no image. */
    private List<Task> read(String task) {
      boolean classFolders = IN_CLASS_FOLDERS.contains(task);
      Path folder = root.resolve(task);
      Path images = classFolders ? folder : folder.resolve("dnn");
      if (!Files.isDirectory(images)) {
        return List.of();
      }
      MediaSearch.Found search = MediaSearch.find(root, images, MediaKind.IMAGE);
      List<String> ids = search.ids();
      if (ids.isEmpty()) {
        return List.of();
      }
      List<ClipInfo> clips = new ArrayList<>();
      List<String> conditions = new ArrayList<>();
      for (String id : ids) {
        String[] parts = id.split("/", -1);
        String[] fields = parts[parts.length - 1].split("_", -1);
        if (!classFolders && fields.length <= CLASS_FIELD) {
          throw new DatasetException(
              root.resolve(id)
                  + ": fields 3 and 4 of its name, counted from 0 and divided by underscores, must"
                  + " be condition and class, but it has "
                  + fields.length);
        }
        String className = classFolders ? parts[1] : fields[CLASS_FIELD];
        int label = CLASSES.indexOf(className);
        if (label < 0) {
          throw new DatasetException(
              root.resolve(id)
                  + ": its class must be one of "
                  + String.join(", ", CLASSES)
                  + ", but was "
                  + className);
        }
        clips.add(new ClipInfo(id, OptionalInt.of(label)));
        conditions.add(classFolders ? NO_CONDITION : fields[CONDITION_FIELD]);
      }
      ClipDataset dataset =
          new ClipDataset("ImageNet out of distribution, " + task, root, clips, CLASSES, reader)
              .without(search.leftOut());
      return List.of(new Task(task, dataset, conditions));
    }
  }
}
