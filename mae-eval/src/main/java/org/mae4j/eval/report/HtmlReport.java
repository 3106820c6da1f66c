package org.mae4j.eval.report;

import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.Provenance;
import org.mae4j.api.internal.WholeFile;
import org.mae4j.eval.report.Block.Table;

/**
 * A page that shows what a run found. It holds its pictures and style, asks nothing of the network,
 * runs no script, and escapes all text.
 *
 * <p>From top to bottom: title and lead, key figures, sections in the order they were added,
 * unreadable files if there are any, provenance.
 */
public final class HtmlReport {

  private static final Configuration TEMPLATES = templates();

  private final Map<String, Object> model;

  private HtmlReport(Builder builder) {
    this.model =
        Map.of(
            "title", builder.title,
            "lead", builder.lead,
            "figures", List.copyOf(builder.figures),
            "sections", List.copyOf(builder.sections),
            "brokenFiles", brokenFiles(builder.brokenFiles),
            "provenance", Table.ofPairs("", builder.provenance));
  }

  private static Configuration templates() {
    Configuration configuration = new Configuration(Configuration.VERSION_2_3_34);
    configuration.setClassForTemplateLoading(HtmlReport.class, "");
    configuration.setDefaultEncoding(StandardCharsets.UTF_8.name());
    configuration.setLocale(Locale.ROOT);
    configuration.setNumberFormat("computer");
    configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
    configuration.setLogTemplateExceptions(false);
    return configuration;
  }

  private static Table brokenFiles(List<ClipReadException> files) {
    return new Table(
        "",
        List.of("File", "Stage", "Cause"),
        files.stream()
            .map(
                broken ->
                    List.of(
                        broken.file(),
                        broken.stage().name().toLowerCase(Locale.ROOT),
                        broken.reason()))
            .toList());
  }

  /** Collects what the page shows; only the title must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /** The page as text. */
  public String toHtml() {
    StringWriter html = new StringWriter();
    try {
      TEMPLATES.getTemplate("report.ftlh").process(model, html);
    } catch (IOException | TemplateException e) {
      throw new IllegalStateException("the report's template does not fit its model", e);
    }
    return html.toString();
  }

  /**
   * Writes the page, whole or not at all: what was under that name stays until the new page is
   * complete. Missing folders are made.
   *
   * @throws UncheckedIOException if it cannot be written; the message names the file
   */
  public void write(Path file) {
    String html = toHtml();
    Path absolute = file.toAbsolutePath();
    try {
      Files.createDirectories(absolute.getParent());
      WholeFile.write(absolute, html);
    } catch (IOException e) {
      throw new UncheckedIOException("the report " + file + " could not be written: " + e, e);
    }
  }

  /** Collects the parts of an {@link HtmlReport}. All text is plain: the page escapes it. */
  public static final class Builder {

    private String title;
    private String lead = "";
    private final List<KeyFigure> figures = new ArrayList<>();
    private final List<Section> sections = new ArrayList<>();
    private final List<ClipReadException> brokenFiles = new ArrayList<>();
    private final Map<String, String> provenance = new LinkedHashMap<>();

    private Builder() {}

    /** The heading of the page and its name in the browser. */
    public Builder setTitle(String title) {
      this.title = Objects.requireNonNull(title, "title");
      return this;
    }

    /** One or two sentences that say what was done. */
    public Builder optLead(String lead) {
      this.lead = Objects.requireNonNull(lead, "lead");
      return this;
    }

    /** Numbers to open with, most important first. */
    public Builder addFigures(KeyFigure... figures) {
      this.figures.addAll(List.of(figures));
      return this;
    }

    /** A part under a heading of its own. */
    public Builder addSection(Section section) {
      sections.add(Objects.requireNonNull(section, "section"));
      return this;
    }

    /** Videos that could not be read. */
    public Builder addBrokenFiles(Collection<ClipReadException> files) {
      brokenFiles.addAll(files);
      return this;
    }

    /** How the results can be had again. */
    public Builder addProvenance(Provenance provenance) {
      return addProvenance(provenance.toMap());
    }

    /** How the results can be had again, by name, where there is no {@link Provenance}. */
    public Builder addProvenance(Map<String, String> pairs) {
      provenance.putAll(pairs);
      return this;
    }

    /**
     * Builds the page.
     *
     * @throws NullPointerException if no title was set
     */
    public HtmlReport build() {
      Objects.requireNonNull(title, "title must be set");
      return new HtmlReport(this);
    }
  }

  /**
   * A part of the page under a heading of its own.
   *
   * @param title the heading
   * @param blocks from top to bottom
   */
  public record Section(String title, List<Block> blocks) {

    public Section {
      Objects.requireNonNull(title, "title");
      blocks = List.copyOf(blocks);
    }

    /** A section of the given blocks. */
    public static Section of(String title, Block... blocks) {
      return new Section(title, List.of(blocks));
    }
  }

  /**
   * A number that the page opens with.
   *
   * @param label what it is
   * @param value with its unit
   * @param note what to compare it with; empty for none
   */
  public record KeyFigure(String label, String value, String note) {

    public KeyFigure {
      Objects.requireNonNull(label, "label");
      Objects.requireNonNull(value, "value");
      Objects.requireNonNull(note, "note");
    }
  }
}
