package org.mae4j.eval.report;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.internal.Checks;
import org.mae4j.eval.internal.AnimatedGif;

/** A piece of a section. Text is plain: the page escapes it. */
public sealed interface Block {

  /** The name of the macro that draws it. */
  String kind();

  /** A paragraph of plain text. */
  record Paragraph(String text) implements Block {

    public Paragraph {
      Objects.requireNonNull(text, "text");
    }

    @Override
    public String kind() {
      return "paragraph";
    }
  }

  /**
   * A picture inside the page.
   *
   * @param data the PNG or GIF as a data URI
   * @param width in pixels
   * @param height in pixels
   * @param alternative what it shows, for who cannot see it
   * @param caption below it
   * @param rows what the rows of equal height within it are, from top to bottom; none for a picture
   *     without rows
   */
  record Picture(
      String data, int width, int height, String alternative, String caption, List<String> rows)
      implements Block {

    private static final String PREFIX = "data:image/png;base64,";
    private static final String MOVING_PREFIX = "data:image/gif;base64,";

    public Picture {
      Objects.requireNonNull(alternative, "alternative");
      Objects.requireNonNull(caption, "caption");
      rows = List.copyOf(rows);
      if (!data.startsWith(PREFIX) && !data.startsWith(MOVING_PREFIX)) {
        throw new IllegalArgumentException(
            "a picture must be a PNG or GIF data URI, but starts otherwise");
      }
    }

    /** A picture without rows. */
    public static Picture of(BufferedImage image, String alternative, String caption) {
      return ofRows(image, alternative, caption, List.of());
    }

    /** A picture made of rows of equal height, each with a label beside it. */
    public static Picture ofRows(
        BufferedImage image, String alternative, String caption, List<String> rows) {
      String data = PREFIX + Base64.getEncoder().encodeToString(Png.encode(image));
      return new Picture(data, image.getWidth(), image.getHeight(), alternative, caption, rows);
    }

    /**
     * Moving pictures.
     *
     * @param frames at least one, all of one size; shown in order, for ever
     * @param millis how long each is shown
     */
    public static Picture ofAnimation(
        List<BufferedImage> frames, int millis, String alternative, String caption) {
      byte[] gif = AnimatedGif.encode(frames, millis);
      String data = MOVING_PREFIX + Base64.getEncoder().encodeToString(gif);
      BufferedImage first = frames.get(0);
      return new Picture(
          data, first.getWidth(), first.getHeight(), alternative, caption, List.of());
    }

    @Override
    public String kind() {
      return "picture";
    }
  }

  /**
   * A table of plain text. Columns that hold numbers only are set flush right.
   *
   * @param caption above it; empty for none
   * @param header one cell for each column; empty for a table of names and values
   * @param rows all of equal length
   */
  record Table(String caption, List<String> header, List<List<String>> rows) implements Block {

    private static final Pattern NUMBER =
        Pattern.compile("[-+\u2212]?[0-9.,]+([eE][-+]?[0-9]+)?( ?%)?( ?\u00b1 ?[0-9.,]+( ?%)?)?");

    public Table {
      header = List.copyOf(header);
      rows = rows.stream().map(List::copyOf).toList();
      int columns = header.isEmpty() && !rows.isEmpty() ? rows.get(0).size() : header.size();
      for (List<String> row : rows) {
        Checks.require(
            row.size() == columns,
            "a row of the table '%s' must have %s cells, but has %s",
            caption,
            columns,
            row.size());
      }
    }

    /** Names and values, in the map's order. */
    public static Table ofPairs(String caption, Map<String, String> pairs) {
      List<List<String>> rows = new ArrayList<>();
      pairs.forEach((name, value) -> rows.add(List.of(name, value)));
      return new Table(caption, List.of(), rows);
    }

    /**
     * What a few-shot evaluation took for something else, the most frequent first.
     *
     * @param most how many pairs of classes, at least 0
     */
    public static Table ofConfusedPairs(FewShotReport report, int most) {
      record Pair(int right, int predicted, int clips) {}
      List<Pair> pairs = new ArrayList<>();
      List<List<Integer>> confusion = report.confusion();
      for (int i = 0; i < confusion.size(); i++) {
        List<Integer> row = confusion.get(i);
        for (int j = 0; j < row.size(); j++) {
          if (i != j && row.get(j) > 0) {
            pairs.add(new Pair(i, j, row.get(j)));
          }
        }
      }
      return new Table(
          "Confusion, " + report.task(),
          List.of("class", "taken for", "clips"),
          pairs.stream()
              .sorted(Comparator.comparingInt(Pair::clips).reversed())
              .limit(most)
              .map(
                  pair ->
                      List.of(
                          report.classes().get(pair.right),
                          report.classes().get(pair.predicted),
                          Integer.toString(pair.clips)))
              .toList());
    }

    /** The counts of a few-shot evaluation: true classes down, predicted ones across. */
    public static Table ofConfusion(FewShotReport report) {
      List<String> header = new ArrayList<>();
      header.add("true \\ predicted");
      header.addAll(report.classes());
      List<List<String>> rows = new ArrayList<>();
      List<List<Integer>> confusion = report.confusion();
      for (int i = 0; i < confusion.size(); i++) {
        List<String> row = new ArrayList<>();
        row.add(report.classes().get(i));
        confusion.get(i).forEach(count -> row.add(count.toString()));
        rows.add(row);
      }
      return new Table("Confusion, " + report.task(), header, rows);
    }

    /** Of each column, whether it holds numbers, and nothing else but empty cells. */
    public List<Boolean> numericColumns() {
      int columns = rows.isEmpty() ? header.size() : rows.get(0).size();
      return IntStream.range(0, columns).mapToObj(this::numeric).toList();
    }

    private boolean numeric(int column) {
      List<String> filled =
          rows.stream().map(row -> row.get(column)).filter(cell -> !cell.isEmpty()).toList();
      return !filled.isEmpty() && filled.stream().allMatch(cell -> NUMBER.matcher(cell).matches());
    }

    @Override
    public String kind() {
      return "table";
    }
  }

  /**
   * Blocks that are folded away until the reader opens them.
   *
   * @param summary the line that is always there
   * @param blocks what it hides
   */
  record Details(String summary, List<Block> blocks) implements Block {

    public Details {
      Objects.requireNonNull(summary, "summary");
      blocks = List.copyOf(blocks);
    }

    @Override
    public String kind() {
      return "details";
    }
  }

  /**
   * A way to another page beside this one.
   *
   * @param text what it says
   * @param target a relative path with slashes
   */
  record Link(String text, String target) implements Block {

    public Link {
      Objects.requireNonNull(text, "text");
      Checks.require(
          !target.contains(":") && !target.startsWith("/"),
          "a link must be a relative path, but was %s",
          target);
    }

    @Override
    public String kind() {
      return "link";
    }
  }
}
