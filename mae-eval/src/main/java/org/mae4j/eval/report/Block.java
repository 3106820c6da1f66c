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
   * @param data the PNG as a data URI
   * @param width in pixels
   * @param height in pixels
   * @param alternative what it shows, for who cannot see it
   * @param caption below it
   * @param rows what the rows of equal height within it are, from top to bottom; none for a picture
   *     without rows
   * @param chart whether it is drawn in dark colours on a transparent ground, which a dark page
   *     turns round; what a camera saw is never turned round
   */
  record Picture(
      String data,
      int width,
      int height,
      String alternative,
      String caption,
      List<String> rows,
      boolean chart)
      implements Block {

    private static final String PREFIX = "data:image/png;base64,";

    public Picture {
      Objects.requireNonNull(alternative, "alternative");
      Objects.requireNonNull(caption, "caption");
      rows = List.copyOf(rows);
      Checks.require(
          data.startsWith(PREFIX), "a picture must be a PNG as a data URI, but starts otherwise");
    }

    /** What a camera saw, without rows. */
    public static Picture of(BufferedImage image, String alternative, String caption) {
      return ofRows(image, alternative, caption, List.of());
    }

    /** One of the charts of this package. */
    public static Picture ofChart(BufferedImage image, String alternative, String caption) {
      return of(image, alternative, caption, List.of(), true);
    }

    /** A picture made of rows of equal height, each with a label beside it. */
    public static Picture ofRows(
        BufferedImage image, String alternative, String caption, List<String> rows) {
      return of(image, alternative, caption, rows, false);
    }

    private static Picture of(
        BufferedImage image, String alternative, String caption, List<String> rows, boolean chart) {
      String data = PREFIX + Base64.getEncoder().encodeToString(Png.encode(image));
      return new Picture(
          data, image.getWidth(), image.getHeight(), alternative, caption, rows, chart);
    }

    @Override
    public String kind() {
      return "picture";
    }
  }

  /**
   * Moving pictures inside the page, which start by themselves, begin again at their end and can be
   * stopped by who looks at them.
   *
   * @param data the MP4 as a data URI
   * @param width in pixels
   * @param height in pixels
   * @param alternative what it shows, for who cannot see it
   * @param caption below it
   */
  record Video(String data, int width, int height, String alternative, String caption)
      implements Block {

    private static final String PREFIX = "data:video/mp4;base64,";

    public Video {
      Objects.requireNonNull(alternative, "alternative");
      Objects.requireNonNull(caption, "caption");
      Checks.require(
          data.startsWith(PREFIX), "a video must be an MP4 as a data URI, but starts otherwise");
    }

    /** A video that browsers play, such as H.264 in MP4. */
    public static Video of(byte[] mp4, int width, int height, String alternative, String caption) {
      String data = PREFIX + Base64.getEncoder().encodeToString(mp4);
      return new Video(data, width, height, alternative, caption);
    }

    @Override
    public String kind() {
      return "video";
    }
  }

  /**
   * Pieces beside each other, as many as the page is wide.
   *
   * @param videos from left to right
   */
  record Row(List<Video> videos) implements Block {

    public Row {
      videos = List.copyOf(videos);
    }

    @Override
    public String kind() {
      return "row";
    }
  }

  /**
   * The confusions of a classifier in colour: true classes down, answers across; the deeper, the
   * larger the share of the class.
   *
   * @param caption above it
   * @param classes their names
   * @param counts clips of the true class in the row by the predicted one in the column
   */
  record Confusion(String caption, List<String> classes, List<List<Integer>> counts)
      implements Block {

    public Confusion {
      Objects.requireNonNull(caption, "caption");
      classes = List.copyOf(classes);
      counts = counts.stream().map(List::copyOf).toList();
      int size = classes.size();
      Checks.require(
          counts.size() == size && counts.stream().allMatch(row -> row.size() == size),
          "confusions of %s classes must be counts of as many rows and columns",
          size);
    }

    /** The confusions of a few-shot evaluation. */
    public static Confusion of(FewShotReport report) {
      return new Confusion("Confusion", report.classes(), report.confusion());
    }

    /** The share of a class that got an answer, in [0, 1]; 0 for a class without clips. */
    public double share(int row, int column) {
      int clips = counts.get(row).stream().mapToInt(Integer::intValue).sum();
      return clips == 0 ? 0 : (double) counts.get(row).get(column) / clips;
    }

    @Override
    public String kind() {
      return "confusion";
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
