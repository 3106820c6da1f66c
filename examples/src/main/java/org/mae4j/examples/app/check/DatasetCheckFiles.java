package org.mae4j.examples.app.check;

import java.awt.image.BufferedImage;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.apache.commons.csv.CSVFormat;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.internal.Text;
import org.mae4j.eval.report.Block;
import org.mae4j.eval.report.Block.Paragraph;
import org.mae4j.eval.report.Block.Picture;
import org.mae4j.eval.report.Block.Table;
import org.mae4j.eval.report.HtmlReport;
import org.mae4j.eval.report.HtmlReport.KeyFigure;
import org.mae4j.eval.report.HtmlReport.Section;
import org.mae4j.examples.app.ContactSheet;

/** Writes what a checkup found: a table of files, a page, a contact sheet. */
final class DatasetCheckFiles {

  private static final CSVFormat CSV = CSVFormat.RFC4180;

  private static final int MOST_LEFT_OUT = 200;

  private DatasetCheckFiles() {}

  /**
   * Writes {@code files.csv}, {@code report.html} and, if there is anything to show, {@code
   * contact-sheet.png}.
   *
   * @param leftOut why other files were not checked, by name
   * @param folder an existing one
   * @param title of the page
   * @param provenance what was checked, and how
   */
  static void write(
      DatasetCheck<?> checkup,
      Map<String, String> leftOut,
      Path folder,
      String title,
      Map<String, String> provenance) {
    try {
      writeTable(checkup, leftOut, folder.resolve("files.csv"));
      Optional<BufferedImage> sheet = ContactSheet.draw(checkup.checks());
      if (sheet.isPresent()) {
        ImageIO.write(sheet.get(), "png", folder.resolve("contact-sheet.png").toFile());
      }
      page(checkup, leftOut, title, provenance, sheet).write(folder.resolve("report.html"));
    } catch (IOException e) {
      throw new UncheckedIOException("the results cannot be written to " + folder + ": " + e, e);
    }
  }

  private static <F> void writeTable(
      DatasetCheck<F> checkup, Map<String, String> leftOut, Path file) throws IOException {
    List<MediaTraits.Column<F>> columns = checkup.traits().columns();
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      List<Object> header =
          new ArrayList<>(List.of("file", "label", "status", "stage", "reason", "bytes"));
      columns.forEach(column -> header.add(column.name()));
      header.add("seconds_to_check");
      write(header, writer);
      for (FileCheck<F> check : checkup.checks()) {
        write(row(check, columns), writer);
      }
      for (Map.Entry<String, String> other : leftOut.entrySet()) {
        List<Object> row = new ArrayList<>(Collections.nCopies(header.size(), null));
        row.set(header.indexOf("file"), other.getKey());
        row.set(header.indexOf("status"), "left out");
        row.set(header.indexOf("reason"), other.getValue());
        write(row, writer);
      }
    }
  }

  private static void write(List<Object> cells, BufferedWriter writer) throws IOException {
    writer.write(CSV.format(cells.toArray()));
    writer.newLine();
  }

  /** What is unknown stays empty. */
  private static <F> List<Object> row(FileCheck<F> check, List<MediaTraits.Column<F>> columns) {
    List<Object> row = new ArrayList<>();
    row.add(check.info().id());
    row.add(check.info().label().isPresent() ? check.info().label().getAsInt() : null);
    row.add(check.isBroken() ? "broken" : "ok");
    row.add(check.failure().map(ClipReadException::stage).map(Enum::name).orElse(null));
    row.add(check.failure().map(ClipReadException::reason).orElse(null));
    row.add(check.bytes());
    columns.forEach(column -> row.add(check.facts().map(column.value()).orElse(null)));
    row.add(String.format(Locale.ROOT, "%.3f", check.seconds()));
    return row;
  }

  private static HtmlReport page(
      DatasetCheck<?> checkup,
      Map<String, String> leftOut,
      String title,
      Map<String, String> provenance,
      Optional<BufferedImage> sheet) {
    HtmlReport.Builder page =
        HtmlReport.builder()
            .setTitle(title)
            .optLead(
                checkup.traits().method() + " files.csv, beside this page, has a line for each.")
            .addFigures(
                new KeyFigure(checkup.files(), Integer.toString(checkup.checks().size()), ""));
    if (checkup.hasFootage()) {
      long silent = checkup.withoutDuration();
      page.addFigures(
          new KeyFigure(
              "Footage",
              checkup.duration(),
              silent == 0 ? "" : silent + " videos do not say how long they are"));
    }
    page.addFigures(new KeyFigure("Broken", Integer.toString(checkup.broken().size()), ""))
        .addFigures(new KeyFigure("Left out", Integer.toString(leftOut.size()), ""))
        .addBrokenFiles(checkup.broken())
        .addProvenance(provenance);
    if (!leftOut.isEmpty()) {
      page.addSection(Section.of("Left out", leftOutTable(leftOut)));
    }
    sheet.ifPresent(
        image ->
            page.addSection(
                Section.of(
                    "Contact sheet",
                    Picture.of(
                        image,
                        "some of the " + checkup.traits().kind() + "s, side by side",
                        checkup.hasFootage() ? "One frame each, from the middle." : ""))));
    if (!checkup.oddities().isEmpty()) {
      Block[] lines = checkup.oddities().stream().map(Paragraph::new).toArray(Block[]::new);
      page.addSection(Section.of("Worth knowing", lines));
    }
    checkup.histograms().forEach((name, table) -> page.addSection(Section.of(name, table)));
    return page.build();
  }

  /** The first ones; all are in the table of files. */
  private static Table leftOutTable(Map<String, String> leftOut) {
    List<List<String>> rows =
        leftOut.entrySet().stream()
            .limit(MOST_LEFT_OUT)
            .map(other -> List.of(Text.shown(other.getKey()), other.getValue()))
            .toList();
    return new Table(
        rows.size() < leftOut.size() ? "The first " + rows.size() + "; all are in files.csv." : "",
        List.of("File or folder", "Why"),
        rows);
  }
}
