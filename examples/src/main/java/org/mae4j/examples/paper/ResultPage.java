package org.mae4j.examples.paper;

import com.google.common.collect.ImmutableMap;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mae4j.eval.report.Block;
import org.mae4j.eval.report.Block.Picture;
import org.mae4j.eval.report.HtmlReport.KeyFigure;
import org.mae4j.eval.report.HtmlReport.Section;

/** What a result shows: numbers, and the sections of its page; its figures are files as well. */
public final class ResultPage {

  private final String title;
  private final String finding;
  private final List<KeyFigure> numbers = new ArrayList<>();
  private final List<Section> sections = new ArrayList<>();
  private final Map<String, BufferedImage> figures = new LinkedHashMap<>();
  private final List<Block> cover = new ArrayList<>();

  /**
   * A page with nothing on it yet.
   *
   * @param finding what was found, in a sentence or two: also where it is not what the paper found
   */
  public ResultPage(String title, String finding) {
    this.title = title;
    this.finding = finding;
  }

  /** Adds a number to open with. */
  public ResultPage add(KeyFigure number) {
    numbers.add(number);
    return this;
  }

  /** Adds a section. */
  public ResultPage add(Section section) {
    sections.add(section);
    return this;
  }

  /**
   * Makes a figure a file of its own, and a picture for a section.
   *
   * @param name of the file, without {@code .png}
   * @param image nothing where this Java cannot draw text
   */
  public Optional<Picture> figure(
      String name, Optional<BufferedImage> image, String alternative, String caption) {
    image.ifPresent(drawn -> figures.put(name, drawn));
    return image.map(drawn -> Picture.ofChart(drawn, alternative, caption));
  }

  /** Shows a piece, such as a picture, also on the page that sums up all results. */
  public <B extends Block> B cover(B piece) {
    cover.add(piece);
    return piece;
  }

  /** The pieces for the page that sums up. */
  public List<Block> cover() {
    return List.copyOf(cover);
  }

  /** Makes a picture a file of its own. */
  public void file(String name, BufferedImage picture) {
    figures.put(name, picture);
  }

  /** The heading. */
  public String title() {
    return title;
  }

  /** What was found. */
  public String finding() {
    return finding;
  }

  /** The numbers to open with. */
  public List<KeyFigure> numbers() {
    return List.copyOf(numbers);
  }

  /** The sections, from top to bottom. */
  public List<Section> sections() {
    return List.copyOf(sections);
  }

  /** The figures by name. */
  public Map<String, BufferedImage> figures() {
    return ImmutableMap.copyOf(figures);
  }
}
