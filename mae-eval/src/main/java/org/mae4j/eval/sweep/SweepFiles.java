package org.mae4j.eval.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.mae4j.api.internal.WholeFile;
import org.mae4j.eval.report.HtmlReport;
import org.mae4j.train.recipe.PretrainingRecipes;

/**
 * What a sweep found as files: {@code index.html} for reading, {@code runs.csv} with every number
 * of every run, and {@code recipes} as JSON, over the steps that they were trained.
 */
public final class SweepFiles {

  private final SweepResult result;
  private String title = "Sweep: recipes compared";
  private String footage = "";
  private final List<String> goingOn = new ArrayList<>();

  /** The files of this result. */
  public SweepFiles(SweepResult result) {
    this.result = Objects.requireNonNull(result, "result");
  }

  /** Sets the heading of the page. */
  public SweepFiles optTitle(String heading) {
    title = Objects.requireNonNull(heading, "heading");
    return this;
  }

  /** Sets what was trained on, in a few words. */
  public SweepFiles optFootage(String words) {
    footage = Objects.requireNonNull(words, "words");
    return this;
  }

  /** Adds a paragraph on how to go on from here. */
  public SweepFiles addGoingOn(String paragraph) {
    goingOn.add(Objects.requireNonNull(paragraph, "paragraph"));
    return this;
  }

  /** The page. */
  public HtmlReport page() {
    List<String> paragraphs = new ArrayList<>(goingOn);
    if (paragraphs.isEmpty()) {
      paragraphs.add(
          "Running the same sweep in the same folder makes what is missing or has failed; more"
              + " recipes or seeds make only their own runs. Each run's folder has its"
              + " model.safetensors, which every program takes, and its metrics.");
    }
    return new SweepPage(result).page(title, footage, paragraphs);
  }

  /**
   * A row for each run, failed and missing ones too: the fields that vary, losses, accuracies,
   * errors beside those of the baselines, speed, memory, where its files are.
   */
  public String csv() {
    return new SweepCsv(result).text();
  }

  /**
   * Writes all files into a folder, which is made if missing.
   *
   * @throws UncheckedIOException if one cannot be written; the message names it
   */
  public void write(Path folder) {
    try {
      Files.createDirectories(folder.resolve(FileNames.RECIPES));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the folder " + folder + ": " + e, e);
    }
    result
        .recipes()
        .forEach(
            (name, recipe) ->
                PretrainingRecipes.write(
                    recipe, folder.resolve(FileNames.RECIPES).resolve(FileNames.of(name))));
    write(folder.resolve(FileNames.ROWS), csv());
    page().write(folder.resolve("index.html"));
  }

  private static void write(Path file, String text) {
    try {
      WholeFile.write(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e, e);
    }
  }
}
