package org.mae4j.data.dataset;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;
import org.mae4j.api.ClipInfo;

/** How a list is written down. */
enum ManifestFormat {
  CSV(".csv") {
    @Override
    ManifestContent parse(String text, Path file, ManifestColumns columns) throws IOException {
      ManifestContent lines = LINES.parse(text, file, columns);
      if (lines.rows().stream().allMatch(row -> row.label().isPresent())) {
        return lines;
      }
      CSVFormat format =
          CSVFormat.DEFAULT
              .builder()
              .setHeader()
              .setSkipHeaderRecord(true)
              .setAllowMissingColumnNames(true)
              .setDuplicateHeaderMode(DuplicateHeaderMode.ALLOW_EMPTY)
              .setCommentMarker('#')
              .setIgnoreSurroundingSpaces(true)
              .get();
      try (CSVParser parser = CSVParser.parse(text, format)) {
        List<String> names = parser.getHeaderNames();
        if (!names.contains(columns.path())) {
          throw new DatasetException(
              file
                  + ": must have a column "
                  + columns.path()
                  + ", but has "
                  + names
                  + "; without names of columns each line must be a path and the number of a"
                  + " label");
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
    ManifestContent parse(String text, Path file, ManifestColumns columns) {
      Optional<ManifestHeader> header = Optional.empty();
      List<ManifestRow> rows = new ArrayList<>();
      long number = 0;
      for (String line : (Iterable<String>) text.lines()::iterator) {
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
      JsonElement json;
      try {
        json = JsonParser.parseString(line);
      } catch (JsonParseException e) {
        throw new DatasetException(file + " line " + number + ": must be JSON, but was " + line, e);
      }
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
  },

  /** Without names of columns; see {@link ListLine}. */
  LINES(".txt") {
    @Override
    ManifestContent parse(String text, Path file, ManifestColumns columns) {
      Optional<ManifestHeader> header = Optional.empty();
      List<ManifestRow> rows = new ArrayList<>();
      long number = 0;
      for (String line : (Iterable<String>) text.lines()::iterator) {
        number++;
        if (number == 1 && line.startsWith("#")) {
          header = ManifestHeader.parse(line.substring(1).strip());
        }
        if (!line.isBlank() && !line.stripLeading().startsWith("#")) {
          rows.add(ListLine.parse(line, number));
        }
      }
      return new ManifestContent(header, rows);
    }

    @Override
    void print(ClipDataset dataset, BufferedWriter text) throws IOException {
      text.write("# " + ManifestHeader.of(dataset).toJson() + "\n");
      for (ClipInfo clip : dataset.clips()) {
        text.write(ListLine.print(clip) + "\n");
      }
    }
  };

  private static final CSVFormat ROWS =
      CSVFormat.DEFAULT.builder().setCommentMarker('#').setRecordSeparator('\n').get();
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final char SWAPPED_MARK = '\uFFFE';

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
    throw new IllegalArgumentException(file + " must end in .csv, .jsonl or .txt");
  }

  ManifestContent read(Path file, ManifestColumns columns) {
    try {
      ManifestContent content = parse(text(file), file, columns);
      checkAlike(content.rows(), file);
      return content;
    } catch (CharacterCodingException e) {
      throw new DatasetException(file + " is not in UTF-8", e);
    } catch (UncheckedIOException e) {
      throw unreadable(file, e.getCause());
    } catch (DatasetException e) {
      throw e;
    } catch (IOException
        | IllegalArgumentException
        | IllegalStateException
        | UnsupportedOperationException
        | JsonParseException e) {
      throw unreadable(file, e);
    }
  }

  private static DatasetException unreadable(Path file, Exception cause) {
    return new DatasetException(file + " cannot be read as a list: " + cause.getMessage(), cause);
  }

  /** In UTF-8, or in what a byte order mark says, which Windows programs write. */
  private static String text(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    char mark = bytes.remaining() > 1 ? bytes.getChar(0) : 0;
    Charset charset =
        mark == BYTE_ORDER_MARK || mark == SWAPPED_MARK
            ? StandardCharsets.UTF_16
            : StandardCharsets.UTF_8;
    String text = charset.newDecoder().decode(bytes).toString();
    return text.indexOf(BYTE_ORDER_MARK) == 0 ? text.substring(1) : text;
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

  abstract ManifestContent parse(String text, Path file, ManifestColumns columns)
      throws IOException;

  abstract void print(ClipDataset dataset, BufferedWriter text) throws IOException;
}
