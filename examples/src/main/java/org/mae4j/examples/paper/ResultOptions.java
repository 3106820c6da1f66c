package org.mae4j.examples.paper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.mae4j.examples.support.ConsoleProgress;
import org.mae4j.models.torch.TorchEngine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that all results have. */
public final class ResultOptions {

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "where to make a folder with page, figures and numbers; default --work")
  private Path out;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description =
          "where data and trained models are kept, and found again by all results; default"
              + " target/results")
  private Path work = Path.of("target", "results");

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "how many times to pretrain each model, with seeds 1 to N; default 1")
  private int seeds = 1;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "of each pretraining on toys but that for interpolation; default 1000")
  private long steps = ToyScale.DEFAULT.steps();

  @Option(
      names = "--interpolation-steps",
      paramLabel = "N",
      description =
          "of the pretraining for interpolation on toys, which takes longer to learn; default 3000")
  private long interpolationSteps = ToyScale.DEFAULT.interpolationSteps();

  @Option(
      names = "--finetuning-steps",
      paramLabel = "N",
      description = "of each finetuning on toys; default 120")
  private long finetuningSteps = ToyScale.DEFAULT.finetuningSteps();

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description =
          "processes that train side by side, on toys on one thread each, and models that are"
              + " judged at a time; they change no number. Default as many as processors on toys,"
              + " else and on a GPU 1")
  private Integer jobs;

  @ArgGroup(exclusive = false, heading = "The paper's models on the real data:%n")
  private PaperOptions paper;

  private final ToyScale toys;

  /** The default options. */
  public ResultOptions() {
    toys = ToyScale.DEFAULT;
  }

  /** As the options of the same names. */
  public ResultOptions(
      Path work, int seeds, long steps, long interpolationSteps, long finetuningSteps, int jobs) {
    this(work, seeds, ToyScale.DEFAULT.withSteps(steps, interpolationSteps, finetuningSteps), jobs);
    check();
  }

  ResultOptions(Path work, int seeds, ToyScale toys, int jobs) {
    this.work = work;
    this.seeds = seeds;
    this.jobs = jobs;
    this.steps = toys.steps();
    this.interpolationSteps = toys.interpolationSteps();
    this.finetuningSteps = toys.finetuningSteps();
    this.toys = toys;
  }

  ResultOptions(Path work, PaperOptions paper) {
    this(work, 1, ToyScale.DEFAULT, 1);
    this.paper = paper;
  }

  /**
   * Checks what can be checked without touching data.
   *
   * @throws IllegalArgumentException if a number is out of range
   */
  void check() {
    requirePositive("--seeds", seeds);
    requirePositive("--steps", steps);
    requirePositive("--interpolation-steps", interpolationSteps);
    requirePositive("--finetuning-steps", finetuningSteps);
    requirePositive("--jobs", jobs());
    requireFolder("--work", work);
    requireFolder("--out", out());
  }

  private static void requireFolder(String option, Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          option + " must be a folder to write to, but " + folder + " is none: " + e, e);
    }
    if (!Files.isWritable(folder)) {
      throw new IllegalArgumentException(
          option + " must be a folder to write to, but " + folder + " may not be written to");
    }
  }

  private static void requirePositive(String option, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(option + " must be at least 1, but was " + value);
    }
  }

  /** The folder of the results' folders and of the page that sums up. */
  Path out() {
    return out == null ? work : out;
  }

  /** The folder of data and models. */
  Path work() {
    return work;
  }

  /** The seeds of pretraining. */
  List<Long> seeds() {
    return LongStream.rangeClosed(1, seeds).boxed().toList();
  }

  /** What the results are measured on. */
  Study study(ConsoleProgress progress, Set<String> results) {
    return paper == null
        ? ToyStudy.make(
            work.resolve("toy-nursery"),
            toys.withSteps(steps, interpolationSteps, finetuningSteps),
            progress)
        : paper.study(results);
  }

  /** The models of a study, in the folder of work. */
  ExperimentModels experiment(Study study, ConsoleProgress progress) {
    return new ExperimentModels(work.resolve("models"), study.threads(), jobs(), progress);
  }

  /** Processes that train. */
  int jobs() {
    if (jobs != null) {
      return jobs;
    }
    boolean gpu = TorchEngine.start().defaultDevice().isGpu();
    return gpu || paper != null ? 1 : Runtime.getRuntime().availableProcessors();
  }

  /** The command line of a process that helps with the same models. */
  List<String> forWorker() {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(
        List.of(
            "--work", work.toString(),
            "--seeds", Integer.toString(seeds),
            "--steps", Long.toString(steps),
            "--interpolation-steps", Long.toString(interpolationSteps),
            "--finetuning-steps", Long.toString(finetuningSteps),
            "--jobs", "1"));
    if (paper != null) {
      arguments.addAll(paper.arguments());
    }
    return arguments;
  }
}
