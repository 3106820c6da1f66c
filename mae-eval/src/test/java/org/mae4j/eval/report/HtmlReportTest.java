package org.mae4j.eval.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.ClipPrediction;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.Provenance;
import org.mae4j.eval.report.Block.Confusion;
import org.mae4j.eval.report.Block.Details;
import org.mae4j.eval.report.Block.Paragraph;
import org.mae4j.eval.report.Block.Picture;
import org.mae4j.eval.report.Block.Row;
import org.mae4j.eval.report.Block.Table;
import org.mae4j.eval.report.Block.Video;
import org.mae4j.eval.report.HtmlReport.KeyFigure;
import org.mae4j.eval.report.HtmlReport.Section;

class HtmlReportTest {

  private static final String HOSTILE = "<script>alert('\"&')</script>.mp4";
  private static final String HARMLESS =
      "&lt;script&gt;alert(&#39;&quot;&amp;&#39;)&lt;/script&gt;.mp4";

  private static final BufferedImage DOT = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);

  private static HtmlReport full() {
    return HtmlReport.builder()
        .setTitle("A run & its results")
        .optLead("What was done.")
        .addFigures(new KeyFigure("Probe accuracy", "81.0 %", "chance 8.3 %"))
        .addSection(
            Section.of(
                "Pictures",
                new Paragraph("A paragraph."),
                Picture.of(DOT, "a dot", "A caption."),
                Picture.ofRows(DOT, "rows", "Rows.", List.of("original", "masked")),
                new Details(
                    "More",
                    List.of(new Table("A table", List.of("a", "b"), List.of(List.of("x", "1")))))))
        .addBrokenFiles(
            List.of(new ClipReadException(HOSTILE, ClipReadException.Stage.PROBE, "<i>odd</i>")))
        .addProvenance(Provenance.NONE.withSeed(17))
        .build();
  }

  @Test
  void escapesHostileFileNames() {
    assertThat(full().toHtml())
        .contains(HARMLESS)
        .contains("&lt;i&gt;odd&lt;/i&gt;")
        .doesNotContain(HOSTILE)
        .doesNotContain("<script")
        .doesNotContain("<i>");
  }

  @Test
  void escapesInsideAttributes() {
    String html =
        HtmlReport.builder()
            .setTitle("t")
            .addSection(Section.of("s", Picture.of(DOT, "\" onload=\"x", "")))
            .build()
            .toHtml();
    assertThat(html).contains("alt=\"&quot; onload=&quot;x\"");
  }

  @Test
  void refersToNothingOutsideItself() {
    String html = full().toHtml();
    Matcher references = Pattern.compile("(?:src|href|url)\\s*[=(]\\s*\"?(.{5})").matcher(html);
    assertThat(references.results().map(match -> match.group(1))).hasSize(2).containsOnly("data:");
    assertThat(html).doesNotContain("http:").doesNotContain("https:").doesNotContain("@import");
    assertThat(html).contains("default-src 'none'");
  }

  @Test
  void holdsItsPicturesWhole() throws IOException {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0xff123456);
    String data = Picture.of(image, "", "").data();
    byte[] png = Base64.getDecoder().decode(data.substring(data.indexOf(',') + 1));
    assertThat(ImageIO.read(new ByteArrayInputStream(png)).getRGB(0, 0)).isEqualTo(0xff123456);
  }

  @Test
  void showsEveryPart() {
    assertThat(full().toHtml())
        .contains("<h1>A run &amp; its results</h1>", "What was done.", "81.0 %", "chance 8.3 %")
        .contains("<p>A paragraph.</p>", "<figcaption>A caption.</figcaption>")
        .contains("<span>original</span><span>masked</span>", "<summary>More</summary>", "A table")
        .contains("could not be read: 1", "<th scope=\"row\">seed</th><td>17</td>");
  }

  @Test
  void leavesOutWhatIsEmpty() {
    assertThat(HtmlReport.builder().setTitle("t").build().toHtml())
        .doesNotContain("could not be read")
        .doesNotContain("Provenance")
        .doesNotContain("<dl");
  }

  @Test
  void replacesAnOlderReport(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("deep").resolve("report.html");
    HtmlReport.builder().setTitle("old").build().write(file);
    full().write(file);
    assertThat(file).hasContent(full().toHtml());
    try (var files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void namesTheFileThatCannotBeWritten(@TempDir Path folder) throws IOException {
    Path blocked = Files.writeString(folder.resolve("file"), "x").resolve("report.html");
    assertThatThrownBy(() -> full().write(blocked))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("the report " + blocked + " could not be written");
  }

  @Test
  void setsColumnsOfNumbersFlushRight() {
    Table table =
        new Table(
            "",
            List.of("name", "value", "mixed", "gaps", "empty"),
            List.of(
                List.of("a", "0.31 ± 0.02", "1", "98%", ""),
                List.of("b", "-1.5e-3", "none", "", "")));
    assertThat(table.numericColumns()).containsExactly(false, true, false, true, false);
  }

  @Test
  void showsAConfusionWithItsClasses() {
    FewShotReport report =
        new FewShotReport(
            "task",
            "probe",
            List.of("x", "y"),
            IntStream.range(0, 8)
                .mapToObj(i -> new ClipPrediction("c" + i, i / 4, List.of(i < 3 ? 0 : 1)))
                .toList(),
            2,
            Provenance.NONE);
    String html =
        HtmlReport.builder()
            .setTitle("t")
            .addSection(Section.of("s", Confusion.of(report)))
            .build()
            .toHtml();
    assertThat(html)
        .containsPattern("scope=\"col\" class=\"number\"><abbr title=\"x\">1</abbr>")
        .containsPattern("scope=\"row\">1 x</th><td class=\"number\" style=\"[^\"]*--hit[^\"]*0.44")
        .containsPattern("--miss[^\"]*0.21[^\"]*\">1</td><td class=\"number\">75 %</td>")
        .containsPattern("scope=\"row\">2 y</th><td></td><td [^>]*--hit[^>]*0.55[^>]*>4</td>");
  }

  @Test
  void refusesConfusionsThatAreNotSquare() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Confusion("c", List.of("x", "y"), List.of(List.of(1, 2))))
        .withMessage("confusions of 2 classes must be counts of as many rows and columns");
  }

  @Test
  void aVideoCanBeStopped() {
    String html =
        HtmlReport.builder()
            .setTitle("t")
            .addSection(
                Section.of(
                    "s",
                    new Row(List.of(Video.of(new byte[] {1, 2, 3}, 32, 16, "a <wave>", "seen")))))
            .build()
            .toHtml();
    assertThat(html)
        .contains("<video src=\"data:video/mp4;base64,AQID\" width=\"32\" height=\"16\"")
        .containsPattern("aria-label=\"a &lt;wave&gt;\"[^>]*loop muted playsinline controls>")
        .contains("media-src data:", "<figcaption>seen</figcaption>");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Video("https://elsewhere/x.mp4", 1, 1, "", ""))
        .withMessage("a video must be an MP4 as a data URI, but starts otherwise");
  }

  @Test
  void onlyChartsAreTurnedRoundInTheDark() {
    assertThat(full().toHtml()).contains("<img src=").doesNotContain("<img class=");
    String html =
        HtmlReport.builder()
            .setTitle("t")
            .addSection(Section.of("s", Picture.ofChart(DOT, "a chart", "")))
            .build()
            .toHtml();
    assertThat(html).contains("<img class=\"chart\" src=").doesNotContain("<img src=");
  }

  @Test
  void rejectsARaggedTable() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Table("t", List.of("a", "b"), List.of(List.of("1"))))
        .withMessage("a row of the table 't' must have 2 cells, but has 1");
  }

  @Test
  void needsATitle() {
    assertThatNullPointerException().isThrownBy(() -> HtmlReport.builder().build());
  }
}
