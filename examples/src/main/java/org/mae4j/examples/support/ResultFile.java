package org.mae4j.examples.support;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.mae4j.api.internal.WholeFile;

/** A run's numbers, in {@code result.json} of its folder. */
public final class ResultFile {

  private ResultFile() {}

  /** Writes a record, whole or not at all. */
  public static void write(Path folder, Object result) {
    Path file = folder.resolve("result.json");
    String json =
        new GsonBuilder()
            .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
            .setPrettyPrinting()
            .serializeNulls()
            .create()
            .toJson(result);
    try {
      WholeFile.write(file, json + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e, e);
    }
  }
}
