package org.mae4j.examples.support;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mae4j.api.internal.WholeFile;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.train.Checkpoints;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run was asked for, kept beside its checkpoints so that it can be resumed.
 *
 * @param <S> the settings, a record
 */
public final class SettingsFile<S> {

  /** The folder of a run's checkpoints in the run's own. */
  public static final String CHECKPOINTS = "checkpoints";

  private static final Logger logger = LoggerFactory.getLogger(SettingsFile.class);
  private static final String NAME = "run.json";
  private static final String EXAMPLE = "example";

  /** Files that do not say whose they are: only its runs were kept then. */
  private static final String FIRST = "Quickstart";

  private static final Gson GSON = new GsonBuilder().setPrettyPrinting().serializeNulls().create();

  private final String example;
  private final Class<S> type;

  /** The settings of the runs of an example of this name. */
  public SettingsFile(String example, Class<S> type) {
    this.example = example;
    this.type = type;
  }

  /** Whether the folder holds a run. */
  public static boolean existsIn(Path folder) {
    return Files.exists(folder.resolve(NAME));
  }

  /**
   * The settings of the run in a folder. Where the file is lost or damaged, a checkpoint's copy
   * tells them.
   *
   * @throws IllegalArgumentException if there is none, or it is another example's
   */
  public S read(Path folder) {
    Path file = folder.resolve(NAME);
    try {
      return parse(folder, Files.readString(file));
    } catch (NoSuchFileException e) {
      return copy(folder)
          .orElseThrow(
              () -> new IllegalArgumentException("no run to resume in " + file.getParent(), e));
    } catch (MalformedInputException | JsonParseException e) {
      return copy(folder).orElseThrow(() -> damaged(file, e));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e, e);
    }
  }

  private S parse(Path folder, String text) {
    try {
      JsonObject json = Objects.requireNonNull(GSON.fromJson(text, JsonObject.class), "all of it");
      JsonElement owner = json.get(EXAMPLE);
      String found = owner == null ? FIRST : owner.getAsString();
      if (!found.equals(example)) {
        throw new OthersRun(
            folder + " holds a run of " + found + ", which alone can go on with it");
      }
      return GSON.fromJson(json, type);
    } catch (OthersRun e) {
      throw e;
    } catch (RuntimeException e) {
      // Gson wraps what a constructor refuses in exceptions of many kinds.
      throw new JsonParseException(e);
    }
  }

  /** Not damage, and so not to be mended. */
  private static final class OthersRun extends IllegalArgumentException {
    private OthersRun(String message) {
      super(message);
    }
  }

  private Optional<S> copy(Path folder) {
    Path checkpoints = folder.resolve(CHECKPOINTS);
    if (!Files.isDirectory(checkpoints)) {
      return Optional.empty();
    }
    Optional<Path> newest = new Checkpoints(checkpoints, 1).newest();
    Optional<String> text = newest.map(file -> Safetensors.open(file).metadata().get(NAME));
    text.ifPresent(
        found ->
            logger.warn(
                "{} is lost or damaged: the run goes on by its copy in {}",
                folder.resolve(NAME),
                newest.orElseThrow()));
    return text.map(found -> parse(folder, found));
  }

  private IllegalArgumentException damaged(Path file, Exception cause) {
    String fields =
        Stream.of(type.getRecordComponents())
            .map(RecordComponent::getName)
            .collect(Collectors.joining(", "));
    return new IllegalArgumentException(
        file
            + " is damaged, and no checkpoint has a copy of it: write it anew, a JSON object of "
            + fields
            + " and example, which is "
            + example,
        cause);
  }

  /** Metadata of a checkpoint with a copy of the settings, which {@link #read} finds. */
  public Map<String, String> addedTo(Map<String, String> metadata, S settings) {
    Map<String, String> all = new LinkedHashMap<>(metadata);
    all.put(NAME, json(settings));
    return all;
  }

  /** Writes the settings, whole or not at all. */
  public void write(Path folder, S settings) {
    try {
      WholeFile.write(folder.resolve(NAME), json(settings));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write into " + folder + ": " + e, e);
    }
  }

  private String json(S settings) {
    JsonObject json = GSON.toJsonTree(settings).getAsJsonObject();
    json.addProperty(EXAMPLE, example);
    return GSON.toJson(json);
  }
}
