package org.mae4j.data.dataset;

import static com.google.common.base.Preconditions.checkState;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.mae4j.api.ClipInfo;
import org.mae4j.data.internal.LeftOut;

/**
 * Something-Something-V2: short videos of hands that do something with something, of 174 templates
 * (Goyal et al. 2017, arXiv 1706.04261).
 *
 * <p>Expected as it is published: videos {@code <id>.webm} in the root or in {@code
 * 20bn-something-something-v2} or {@code videos} below it, and the label files, in the root or in
 * {@code labels} or {@code annotations} below it: {@code labels.json}, {@code train.json} and
 * {@code validation.json}, with or without {@code something-something-v2-} before their names.
 * Videos come in code-point order of their file names, which is the order that the paper takes its
 * few shots in.
 *
 * <p>Where the videos were sorted into a folder for each class, {@link #classFolders()} reads them.
 */
public final class SomethingSomethingV2 {

  /** Classes. */
  public static final int CLASSES = 174;

  private static final String TITLE = "Something-Something-V2";
  private static final String PREFIX = "something-something-v2-";
  private static final List<String> VIDEO_FOLDERS =
      List.of("20bn-something-something-v2", "videos", "");
  private static final List<String> LABEL_FOLDERS = List.of("labels", "annotations", "");
  private static final String LAYOUT =
      "<id>.webm in the folder 20bn-something-something-v2, videos or the root, with "
          + PREFIX
          + "labels.json, -train.json and -validation.json, or labels.json, train.json and"
          + " validation.json, in labels, annotations or the root";

  /** A part with labels. */
  public enum Split {
    TRAIN,
    VALIDATION;

    /** {@code train} or {@code validation}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private SomethingSomethingV2() {}

  /**
   * A split that is all there.
   *
   * @throws DatasetException as {@link Builder#build()}
   */
  public static ClipDataset of(Path root, Split split) {
    return builder().setRoot(root).setSplit(split).build();
  }

  /** A builder for the published layout; root and split must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder for {@code <split>/<template>/<id>.webm}; root and split must be set. */
  public static ClassFolderBuilder classFolders() {
    return new ClassFolderBuilder(TITLE, MediaKind.VIDEO, "<template>/<id>.webm", CLASSES);
  }

  /** Builds a {@link ClipDataset} of the published layout. */
  public static final class Builder {

    private Path root;
    private Split split;
    private boolean partial;
    private ClipReader reader = ClipReader.create();

    private Builder() {}

    /** The folder that holds videos and label files; may be of any file system. */
    public Builder setRoot(Path root) {
      this.root = Objects.requireNonNull(root, "root");
      return this;
    }

    /** Which videos. */
    public Builder setSplit(Split split) {
      this.split = Objects.requireNonNull(split, "split");
      return this;
    }

    /** Leaves out videos that are not there; by default that is refused. */
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
     * Reads the labels and looks for the videos.
     *
     * @throws DatasetException if they are not laid out as expected, or videos are missing; the
     *     message says what was expected and what was found
     */
    public ClipDataset build() {
      checkState(root != null && split != null, "root and split must be set");
      MediaSearch.checkFolder(root);
      List<String> classes = classes(labelFile("labels"));
      Map<String, Integer> labels = new HashMap<>();
      classes.forEach(name -> labels.put(name, labels.size()));
      Path list = labelFile(split.toString());
      LeftOut leftOut = new LeftOut();
      Map<String, String> videos = videos(leftOut);
      List<ClipInfo> clips = new ArrayList<>();
      List<String> missing = new ArrayList<>();
      for (JsonElement entry : json(list, JsonArray.class)) {
        String id = text(entry, "id", list);
        String template = text(entry, "template", list).replace("[", "").replace("]", "");
        if (!labels.containsKey(template)) {
          throw new DatasetException(
              list + ": the template of " + id + " is none of the labels: " + template);
        }
        if (videos.containsKey(id)) {
          clips.add(new ClipInfo(videos.get(id), OptionalInt.of(labels.get(template))));
        } else {
          missing.add(id);
        }
      }
      missing.forEach(id -> leftOut.add(id, "in " + list.getFileName() + ", but no such video"));
      if (clips.isEmpty() || (!missing.isEmpty() && !partial)) {
        throw unexpected(
            "no video for "
                + missing.size()
                + " of the "
                + (clips.size() + missing.size())
                + " ids in "
                + list.getFileName()
                + " "
                + FolderContents.some(missing)
                + "; the root has "
                + FolderContents.of(root));
      }
      clips.sort(Comparator.comparing(ClipInfo::id, MediaSearch.BY_CODE_POINT));
      return new ClipDataset(TITLE + " " + split, root, clips, classes, reader).without(leftOut);
    }

    private Path labelFile(String name) {
      for (String folder : LABEL_FOLDERS) {
        for (String prefix : List.of(PREFIX, "")) {
          Path file = root.resolve(folder).resolve(prefix + name + ".json");
          if (Files.isRegularFile(file)) {
            return file;
          }
        }
      }
      throw unexpected("no " + name + ".json, but " + FolderContents.of(root));
    }

    /** The paths of videos by the names they have without an ending. */
    private Map<String, String> videos(LeftOut leftOut) {
      Map<String, String> videos = new HashMap<>();
      for (String name : VIDEO_FOLDERS) {
        Path folder = root.resolve(name);
        if (Files.isDirectory(folder)) {
          MediaSearch.Found found = MediaSearch.find(root, folder, MediaKind.VIDEO);
          leftOut.addAll(found.leftOut());
          for (String path : found.ids()) {
            String file = path.substring(path.lastIndexOf('/') + 1);
            if (videos.putIfAbsent(file.substring(0, file.lastIndexOf('.')), path) != null) {
              leftOut.add(path, "second video of its id");
            }
          }
          if (!videos.isEmpty()) {
            return videos;
          }
        }
      }
      return videos;
    }

    private List<String> classes(Path file) {
      JsonObject json = json(file, JsonObject.class);
      List<String> classes = new ArrayList<>(Collections.nCopies(json.size(), ""));
      for (Map.Entry<String, JsonElement> label : json.entrySet()) {
        int index;
        try {
          index = label.getValue().getAsInt();
        } catch (RuntimeException e) {
          index = -1;
        }
        if (index < 0 || index >= classes.size() || !classes.get(index).isEmpty()) {
          throw new DatasetException(
              file
                  + ": the labels must be numbered from 0 to "
                  + (json.size() - 1)
                  + ", but one is "
                  + label);
        }
        classes.set(index, label.getKey());
      }
      if (classes.size() != CLASSES && !partial) {
        throw unexpected(classes.size() + " labels in " + file.getFileName());
      }
      return classes;
    }

    private static <J extends JsonElement> J json(Path file, Class<J> form) {
      try (BufferedReader text = Files.newBufferedReader(file)) {
        return form.cast(JsonParser.parseReader(text));
      } catch (IOException | JsonParseException | ClassCastException e) {
        throw new DatasetException(file + " cannot be read as labels: " + e.getMessage(), e);
      }
    }

    private static String text(JsonElement entry, String key, Path file) {
      JsonElement value = entry.isJsonObject() ? entry.getAsJsonObject().get(key) : null;
      if (value == null || !value.isJsonPrimitive()) {
        throw new DatasetException(file + ": an entry must have " + key + ", but is " + entry);
      }
      return value.getAsString();
    }

    private DatasetException unexpected(String found) {
      return new DatasetException(
          root
              + ": "
              + TITLE
              + " is expected as "
              + LAYOUT
              + ", with "
              + CLASSES
              + " labels, but found "
              + found);
    }
  }
}
