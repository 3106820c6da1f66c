package org.mae4j.eval.embedding;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.mae4j.api.internal.Checks;

/** How {@link EmbeddingFile} writes rows. Numbers read back as the same float32. */
enum EmbeddingFormat {

  /** A line of names, then for each video its path and its features. */
  CSV {
    @Override
    void writeHeader(Appendable out, int features) throws IOException {
      Object[] names = new Object[1 + features];
      names[0] = PATH;
      for (int i = 0; i < features; i++) {
        names[1 + i] = "feature_" + i;
      }
      LINES.printRecord(out, names);
    }

    @Override
    void writeRow(Appendable out, String path, float[] features) throws IOException {
      Object[] values = new Object[1 + features.length];
      values[0] = path;
      for (int i = 0; i < features.length; i++) {
        values[1 + i] = features[i];
      }
      LINES.printRecord(out, values);
    }
  },

  /** For each video one object with its path and the array of its features. */
  JSONL {
    @Override
    void writeHeader(Appendable out, int features) {}

    @Override
    void writeRow(Appendable out, String path, float[] features) throws IOException {
      JsonArray values = new JsonArray(features.length);
      for (float feature : features) {
        values.add(feature);
      }
      JsonObject row = new JsonObject();
      row.addProperty(PATH, path);
      row.add("features", values);
      out.append(row.toString()).append('\n');
    }
  };

  private static final String PATH = "path";
  private static final CSVFormat LINES = CSVFormat.RFC4180.builder().setRecordSeparator('\n').get();

  /**
   * That of a file's ending.
   *
   * @throws IllegalArgumentException if it is neither .csv nor .jsonl
   */
  static EmbeddingFormat of(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    Checks.require(
        name.endsWith(".csv") || name.endsWith(".jsonl"),
        "a file of features must end in .csv or .jsonl, but is %s",
        file);
    return name.endsWith(".csv") ? CSV : JSONL;
  }

  abstract void writeHeader(Appendable out, int features) throws IOException;

  abstract void writeRow(Appendable out, String path, float[] features) throws IOException;
}
