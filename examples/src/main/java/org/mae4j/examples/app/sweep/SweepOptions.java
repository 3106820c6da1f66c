package org.mae4j.examples.app.sweep;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mae4j.api.internal.Checks;
import org.mae4j.examples.support.RecipeOption;
import org.mae4j.examples.support.ResultFolder;
import org.mae4j.examples.support.SettingsFile;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.recipe.PretrainingRecipes;
import picocli.CommandLine.Option;

/**
 * The options of {@link Sweep}. Where the folder holds a sweep, those that are not given are as
 * they were.
 */
final class SweepOptions {

  /** For twelve runs, judging included, on two cores that have other things to do as well. */
  private static final double DEFAULT_MINUTES = 20;

  private static final int DEFAULT_SEEDS = 3;

  /** What says itself how long a run is. */
  private static final List<String> LENGTHS = List.of("steps", "passes");

  @Option(
      names = "--recipe",
      paramLabel = "FILE|NAME",
      description =
          "what is varied: a recipe in a file of JSON, or the name of one of the library's; default"
              + " toy, with --videos or --labelled small")
  private String recipe;

  @Option(
      names = "--vary",
      paramLabel = "FIELD=VALUE,VALUE,...",
      description =
          "a field of the recipe, with a dot for each level, and its values; given several times,"
              + " every combination is trained. Default masking=random,tube,block,motion")
  private List<String> varied;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "how many times to train each recipe, with seeds 1 to N; default 3")
  private Integer seeds;

  @Option(
      names = "--videos",
      paramLabel = "DIR",
      description = "a folder of videos; default: the toy nursery, rendered here")
  private Path videos;

  @Option(
      names = "--labelled",
      paramLabel = "DIR",
      description = "a folder with a folder of videos for each class, which a probe tells apart")
  private Path labelled;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description =
          "about how long the whole sweep may take: what a step takes is measured, and every run"
              + " makes as many as fit; default 20")
  private Double minutes;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "how many steps every run makes, instead of a time for all")
  private Long steps;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description =
          "processes that train side by side; they change no number but the steps that fit into a"
              + " time. Default as many as processors, at most as many as runs; on a GPU 1")
  private Integer jobs;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "threads of the model in each process; default the processors by the jobs")
  private Integer threads;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "N",
      defaultValue = "100",
      description = "steps from one checkpoint of a run to the next; default ${DEFAULT-VALUE}")
  private long checkpointEvery;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "a folder for the results; default below target/. One that holds a sweep goes on where it"
              + " was: its finished runs stay")
  private Path out;

  /** The folder of the sweep. */
  Path folder() {
    if (out == null) {
      out = ResultFolder.byTime("sweep");
    }
    return out;
  }

  /** Steps between the checkpoints of a run. */
  long checkpointEvery() {
    return Checks.atLeast(1, checkpointEvery, "--checkpoint-every");
  }

  /**
   * What is asked for, now and, where the folder holds a sweep, before.
   *
   * @throws IllegalArgumentException if an option is out of range or excludes another one
   */
  SweepSettings settings() {
    check();
    Optional<SweepSettings> before =
        SettingsFile.existsIn(folder())
            ? Optional.of(SweepSettings.FILE.read(folder()))
            : Optional.empty();
    if (before.isEmpty()) {
      ResultFolder.requireUnused(folder());
    }
    boolean otherFootage = videos != null || labelled != null;
    String footage =
        otherFootage ? absolute(videos) : before.map(SweepSettings::videos).orElse(null);
    String classes =
        otherFootage ? absolute(labelled) : before.map(SweepSettings::labelled).orElse(null);
    boolean toys = footage == null && classes == null;
    List<String> fields =
        varied != null
            ? varied
            : before
                .map(SweepSettings::varied)
                .orElse(recipe == null ? List.of("masking=random,tube,block,motion") : List.of());
    boolean otherLength = minutes != null || steps != null;
    boolean ownLength = fields.stream().anyMatch(SweepOptions::isLength);
    Checks.require(
        !(otherLength && ownLength),
        "--vary steps or passes excludes --steps and --minutes, which are for all runs");
    Double time =
        otherLength || ownLength
            ? minutes
            : before.map(SweepSettings::minutes).orElse(before.isEmpty() ? DEFAULT_MINUTES : null);
    Long length = otherLength || ownLength ? steps : before.map(SweepSettings::steps).orElse(null);
    int count = seeds != null ? seeds : before.map(SweepSettings::seeds).orElse(DEFAULT_SEEDS);
    int side = jobs != null ? jobs : before.map(SweepSettings::jobs).orElseGet(SweepOptions::jobs);
    return new SweepSettings(
        recipe != null
            ? RecipeOption.read(recipe).toJson()
            : before
                .map(SweepSettings::recipe)
                .orElse((toys ? PretrainingRecipes.TOY : PretrainingRecipes.SMALL).toJson()),
        fields,
        count,
        footage,
        classes,
        time,
        length,
        side,
        threads != null
            ? threads
            : before.map(SweepSettings::threads).orElseGet(() -> threads(side)));
  }

  private void check() {
    requireAtLeastOne("--seeds", seeds);
    requireAtLeastOne("--jobs", jobs);
    requireAtLeastOne("--threads", threads);
    if (steps != null) {
      Checks.atLeast(1, steps, "--steps");
    }
    checkpointEvery();
    Checks.require(
        minutes == null || minutes > 0, "--minutes must be positive, but was %s", minutes);
    Checks.require(minutes == null || steps == null, "--minutes and --steps exclude each other");
    Checks.require(
        videos == null || labelled == null, "--videos and --labelled exclude each other");
  }

  private static void requireAtLeastOne(String option, Integer value) {
    if (value != null) {
      Checks.atLeast(1, value, option);
    }
  }

  private static boolean isLength(String field) {
    return LENGTHS.stream().anyMatch(name -> field.strip().startsWith(name + "="));
  }

  private static String absolute(Path folder) {
    return folder == null ? null : folder.toAbsolutePath().normalize().toString();
  }

  private static int jobs() {
    return TorchEngine.start().defaultDevice().isGpu()
        ? 1
        : Runtime.getRuntime().availableProcessors();
  }

  private static int threads(int jobs) {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / jobs);
  }
}
