package org.mae4j.examples.support;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * What a run was asked for, kept beside its checkpoints so that it can be resumed.
 *
 * @param <S> the settings
 */
public final class SettingsFile<S> {

  private static final String NAME = "run.json";
  private static final String EXAMPLE = "example";

  /** Files that do not say whose they are: only its runs were kept then. */
  private static final String FIRST = "Quickstart";

  private static final Gson GSON = new GsonBuilder().setPrettyPrinting().serializeNulls().create();

  private final String example;
  private final Class<S> type;

  /** The settings of an example's runs. */
  public SettingsFile(Class<?> example, Class<S> type) {
    this.example = example.getSimpleName();
    this.type = type;
  }

  /** Whether the folder holds a run. */
  public static boolean existsIn(Path folder) {
    return Files.exists(folder.resolve(NAME));
  }

  /**
   * The settings of the run in a folder.
   *
   * @throws IllegalArgumentException if there is none, or it is another example's
   */
  public S read(Path folder) {
    Path file = folder.resolve(NAME);
    JsonObject json = parse(file);
    JsonElement owner = json.get(EXAMPLE);
    String found = owner == null ? FIRST : owner.getAsString();
    if (!found.equals(example)) {
      throw new IllegalArgumentException(
          folder + " holds a run of " + found + ", which alone can go on with it");
    }
    try {
      return GSON.fromJson(json, type);
    } catch (RuntimeException e) {
      // Gson wraps what a constructor refuses in exceptions of many kinds.
      throw damaged(file, e);
    }
  }

  private static JsonObject parse(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("no run to resume in " + file.getParent(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e, e);
    }
    JsonObject json;
    try {
      json = GSON.fromJson(text, JsonObject.class);
    } catch (RuntimeException e) {
      throw damaged(file, e);
    }
    if (json == null) {
      throw new IllegalArgumentException(file + " is empty");
    }
    return json;
  }

  private static IllegalArgumentException damaged(Path file, RuntimeException cause) {
    return new IllegalArgumentException(file + " is damaged", cause);
  }

  /** Writes the settings, whole or not at all. */
  public void write(Path folder, S settings) {
    JsonObject json = GSON.toJsonTree(settings).getAsJsonObject();
    json.addProperty(EXAMPLE, example);
    try {
      Path part = Files.writeString(folder.resolve(NAME + ".part"), GSON.toJson(json));
      Files.move(part, folder.resolve(NAME), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write into " + folder + ": " + e, e);
    }
  }
}
