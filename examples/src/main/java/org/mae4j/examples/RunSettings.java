package org.mae4j.examples;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * What a run of {@link Quickstart} was asked for, kept beside its checkpoints so that it can be
 * resumed.
 *
 * @param videos the user's folder; null for the toy nursery
 * @param seed decides everything that is drawn
 * @param threads of the model; another number gives other rounding
 */
record RunSettings(String videos, long seed, int threads) {

  private static final String FILE = "run.json";
  private static final Gson GSON = new GsonBuilder().setPrettyPrinting().serializeNulls().create();

  /** Whether the folder holds a run. */
  static boolean existIn(Path folder) {
    return Files.exists(folder.resolve(FILE));
  }

  /**
   * The settings of the run in a folder.
   *
   * @throws IllegalArgumentException if there is none
   */
  static RunSettings read(Path folder) {
    try {
      RunSettings settings =
          GSON.fromJson(Files.readString(folder.resolve(FILE)), RunSettings.class);
      if (settings == null) {
        throw new IllegalArgumentException(folder.resolve(FILE) + " is empty");
      }
      return settings;
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("no run to resume in " + folder, e);
    } catch (JsonParseException e) {
      throw new IllegalArgumentException(folder.resolve(FILE) + " is damaged", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(Path folder) {
    try {
      Path part = Files.writeString(folder.resolve(FILE + ".part"), GSON.toJson(this));
      Files.move(part, folder.resolve(FILE), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write into " + folder + ": " + e, e);
    }
  }
}
