package org.mae4j.data.dataset;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.mae4j.api.ClipInfo;

/** How a list is written down. */
enum ManifestFormat {
  CSV(".csv") {
    @Override
    ManifestContent parse(BufferedReader text, Path file, ManifestColumns columns)
        throws IOException {
      CSVFormat format =
          CSVFormat.DEFAULT
              .builder()
              .setHeader()
              .setSkipHeaderRecord(true)
              .setCommentMarker('#')
              .setIgnoreSurroundingSpaces(true)
              .get();
      try (CSVParser parser = CSVParser.parse(text, format)) {
        List<String> names = parser.getHeaderNames();
        if (!names.contains(columns.path())) {
          throw new DatasetException(
              file + ": must have a column " + columns.path() + ", but has " + names);
        }
        List<ManifestRow> rows = new ArrayList<>();
        for (CSVRecord record : parser) {
          long line = parser.getCurrentLineNumber();
          if (!record.isConsistent()) {
            throw new DatasetException(
                file
                    + " line "
                    + line
                    + ": must have "
                    + names.size()
                    + " values, but has "
                    + record.size());
          }
          rows.add(
              new ManifestRow(
                  line,
                  checkPath(record.get(columns.path()), file, line),
                  value(record, names, columns.className()),
                  value(record, names, ManifestColumns.LABEL)));
        }
        String comment = parser.getHeaderComment();
        return new ManifestContent(
            ManifestHeader.parse(comment == null ? "" : comment.strip()), rows);
      }
    }

    private static Optional<String> value(CSVRecord record, List<String> names, String column) {
      return names.contains(column) ? Optional.of(record.get(column)) : Optional.empty();
    }

    @Override
    void print(ClipDataset dataset, BufferedWriter text) throws IOException {
      boolean labelled = !dataset.classes().isEmpty();
      text.write("# " + ManifestHeader.of(dataset).toJson() + "\n");
      text.write(labelled ? "path,class\n" : "path\n");
      for (ClipInfo clip : dataset.clips()) {
        if (labelled) {
          ROWS.printRecord(text, clip.id(), dataset.classes().get(clip.label().getAsInt()));
        } else {
          ROWS.printRecord(text, clip.id());
        }
      }
    }
  },

  JSON_LINES(".jsonl") {
    @Override
    ManifestContent parse(BufferedReader text, Path file, ManifestColumns columns)
        throws IOException {
      Optional<ManifestHeader> header = Optional.empty();
      List<ManifestRow> rows = new ArrayList<>();
      long number = 0;
      for (String line = text.readLine(); line != null; line = text.readLine()) {
        number++;
        if (line.isBlank()) {
          continue;
        }
        if (rows.isEmpty() && header.isEmpty()) {
          header = ManifestHeader.parse(line);
          if (header.isPresent()) {
            continue;
          }
        }
        rows.add(row(line, file, number, columns));
      }
      return new ManifestContent(header, rows);
    }

    private static ManifestRow row(String line, Path file, long number, ManifestColumns columns) {
      JsonElement json = JsonParser.parseString(line);
      Optional<String> path =
          json.isJsonObject() ? value(json.getAsJsonObject(), columns.path()) : Optional.empty();
      if (path.isEmpty()) {
        throw new DatasetException(
            file
                + " line "
                + number
                + ": must be an object with a value for "
                + columns.path()
                + ", but was "
                + line);
      }
      return new ManifestRow(
          number,
          checkPath(path.get(), file, number),
          value(json.getAsJsonObject(), columns.className()),
          value(json.getAsJsonObject(), ManifestColumns.LABEL));
    }

    private static Optional<String> value(JsonObject json, String key) {
      JsonElement value = json.get(key);
      return value != null && value.isJsonPrimitive()
          ? Optional.of(value.getAsString())
          : Optional.empty();
    }

    @Override
    void print(ClipDataset dataset, BufferedWriter text) throws IOException {
      text.write(ManifestHeader.of(dataset).toJson());
      text.write('\n');
      for (ClipInfo clip : dataset.clips()) {
        JsonObject json = new JsonObject();
        json.addProperty("path", clip.id());
        if (clip.label().isPresent()) {
          json.addProperty("class", dataset.classes().get(clip.label().getAsInt()));
        }
        text.write(GSON.toJson(json));
        text.write('\n');
      }
    }
  };

  private static final CSVFormat ROWS =
      CSVFormat.DEFAULT.builder().setCommentMarker('#').setRecordSeparator('\n').get();
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final String ending;

  ManifestFormat(String ending) {
    this.ending = ending;
  }

  /**
   * The format that a file's name says.
   *
   * @throws IllegalArgumentException if it says none
   */
  static ManifestFormat of(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    for (ManifestFormat format : values()) {
      if (name.endsWith(format.ending)) {
        return format;
      }
    }
    throw new IllegalArgumentException(file + " must end in .csv or .jsonl");
  }

  ManifestContent read(Path file, ManifestColumns columns) {
    try (BufferedReader text = Files.newBufferedReader(file)) {
      text.mark(1);
      if (text.read() != BYTE_ORDER_MARK) {
        text.reset();
      }
      ManifestContent content = parse(text, file, columns);
      checkAlike(content.rows(), file);
      return content;
    } catch (CharacterCodingException e) {
      throw new DatasetException(file + " is not in UTF-8", e);
    } catch (UncheckedIOException e) {
      throw new DatasetException(file + " cannot be read as a list: " + e.getCause(), e);
    } catch (IOException | JsonParseException e) {
      throw new DatasetException(file + " cannot be read as a list: " + e, e);
    }
  }

  /** Either all rows say their class in the same way, or none does. */
  private static void checkAlike(List<ManifestRow> rows, Path file) {
    for (ManifestRow row : rows) {
      ManifestRow first = rows.get(0);
      if (row.className().isPresent() != first.className().isPresent()
          || row.label().isPresent() != first.label().isPresent()) {
        throw ManifestLabels.problem(
            file, row, "must have a class or a label just as line " + first.line() + " has");
      }
    }
  }

  private static String checkPath(String path, Path file, long line) {
    if (path.isBlank()) {
      throw new DatasetException(file + " line " + line + ": must have a path, but it is blank");
    }
    return path;
  }

  void write(ClipDataset dataset, Path file) throws IOException {
    try (BufferedWriter text = Files.newBufferedWriter(file)) {
      print(dataset, text);
    }
  }

  abstract ManifestContent parse(BufferedReader text, Path file, ManifestColumns columns)
      throws IOException;

  abstract void print(ClipDataset dataset, BufferedWriter text) throws IOException;
}
