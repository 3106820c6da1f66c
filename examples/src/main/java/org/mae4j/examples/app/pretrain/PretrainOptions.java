package org.mae4j.examples.app.pretrain;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mae4j.api.internal.Checks;
import org.mae4j.examples.app.footage.DatasetLayout;
import org.mae4j.examples.app.footage.PaperPretraining;
import org.mae4j.examples.support.PretrainingRun;
import org.mae4j.examples.support.RecipeOption;
import org.mae4j.examples.support.ResultFolder;
import org.mae4j.examples.support.SettingsFile;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.recipe.PretrainingRecipes;
import picocli.CommandLine.Option;

/**
 * The options of {@link Pretrain}. Where the folder holds a run, those that are not given are as
 * they were: whoever starts a program again after it was ended need not say anything else.
 */
final class PretrainOptions {

  /** Of the toys, unless it is said: some minutes on two cores. */
  private static final long TOY_STEPS = 1_000;

  @Option(
      names = "--videos",
      paramLabel = "DIR",
      description = "a folder of videos, or of what --dataset says; default: the toy nursery")
  private Path videos;

  @Option(
      names = "--dataset",
      description =
          "how the videos lie: ${COMPLETION-CANDIDATES}; default VIDEOS, anywhere below the folder")
  private DatasetLayout dataset;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description =
          "of a dataset that comes in splits; of SAYCam the letter of a child; default train, of"
              + " SAYCam all children")
  private String split;

  @Option(
      names = "--shards",
      paramLabel = "DIR",
      description = "a folder of tar files, as WriteShards makes them, instead of --videos")
  private Path shards;

  @Option(
      names = "--paper",
      paramLabel = "NAME",
      description =
          "one of the paper's pretrainings, recipe and videos: s, s-10-percent, s-1-percent,"
              + " s-tenth-percent, s-image of SAYCam, kinetics, kinetics-200h of Kinetics-700,"
              + " which lies in --videos")
  private String paper;

  @Option(
      names = "--recipe",
      paramLabel = "FILE|NAME",
      description =
          "a recipe in a file of JSON (docs/training.md), or the name of one of the library's;"
              + " default toy, of one's own videos small")
  private String recipe;

  @Option(
      names = "--set",
      paramLabel = "FIELD=VALUE",
      description =
          "a field of the recipe, with a dot for each level, and another value: maskRatio=0.8,"
              + " learningRate.peak=1e-3, batchesPerStep=8; may be given several times")
  private Map<String, String> changes = new LinkedHashMap<>();

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "how many steps to train; default as the recipe says, of toys 1000")
  private Long steps;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "decides weights, order, windows, crops and masks; default 1")
  private Long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "threads of the model; default OMP_NUM_THREADS, or else one less than there are"
              + " processors, which leaves one to decoding")
  private Integer threads;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "N",
      defaultValue = "100",
      description = "steps from one checkpoint to the next; default ${DEFAULT-VALUE}")
  private long checkpointEvery;

  @Option(
      names = "--skip-non-finite",
      paramLabel = "N",
      description =
          "how many steps may be left out because their loss or gradient is infinite or not a"
              + " number; default 0")
  private Integer skipNonFinite;

  @Option(
      names = "--override",
      paramLabel = "FIELD",
      split = ",",
      description =
          "what may differ from how the run in the folder began: a field of the recipe, or data for"
              + " its videos")
  private Set<String> overridden = Set.of();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "a folder for the run; default below target/. One that holds a run goes on where it was")
  private Path out;

  /** The folder of the run. */
  Path folder() {
    if (out == null) {
      out = ResultFolder.byTime("pretrain");
    }
    return out;
  }

  /** Whether the folder was named. */
  boolean saysFolder() {
    return out != null;
  }

  /** Steps from one checkpoint to the next. */
  long checkpointEvery() {
    return checkpointEvery;
  }

  /** What may differ from how the run began. */
  Set<String> overridden() {
    return overridden;
  }

  /** What the folder's run was asked for before, if it holds one. */
  Optional<PretrainSettings> before() {
    boolean begun =
        SettingsFile.existsIn(folder())
            || (Files.isDirectory(folder().resolve(SettingsFile.CHECKPOINTS))
                && PretrainingRun.checkpoints(folder(), 1).newest().isPresent());
    return begun ? Optional.of(PretrainSettings.FILE.read(folder())) : Optional.empty();
  }

  /**
   * What is asked for, now and, where the folder holds a run, before.
   *
   * @throws IllegalArgumentException if an option is out of range or excludes another one, or there
   *     is no such recipe, field or value
   */
  PretrainSettings settings(Optional<PretrainSettings> before) {
    check(before.isPresent());
    boolean otherVideos = videos != null || shards != null;
    String folderOfVideos =
        otherVideos ? absolute(videos) : before.map(PretrainSettings::videos).orElse(null);
    String folderOfShards =
        otherVideos ? absolute(shards) : before.map(PretrainSettings::shards).orElse(null);
    String pretraining = paper != null ? paper : before.map(PretrainSettings::paper).orElse(null);
    boolean toys = folderOfVideos == null && folderOfShards == null;
    Checks.require(
        pretraining == null || folderOfVideos != null,
        "--paper %s needs --videos, the folder of its dataset",
        pretraining);
    return new PretrainSettings(
        recipe(before, toys).toJson(),
        folderOfVideos,
        dataset != null
            ? dataset
            : before.map(PretrainSettings::dataset).orElse(DatasetLayout.VIDEOS),
        split != null ? split : before.map(PretrainSettings::split).orElse("train"),
        pretraining,
        folderOfShards,
        seed != null ? seed : before.map(PretrainSettings::seed).orElse(1L),
        threads != null
            ? threads
            : before.map(PretrainSettings::threads).orElseGet(TorchEngine::threads),
        skipNonFinite != null
            ? skipNonFinite
            : before.map(PretrainSettings::skipNonFinite).orElse(0));
  }

  private PretrainingRecipe recipe(Optional<PretrainSettings> before, boolean toys) {
    PretrainingRecipe base = base(before, toys);
    try {
      base = changes.isEmpty() ? base : base.with(changes);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--set: " + e.getMessage(), e);
    }
    return steps == null ? base : base.withSteps(steps);
  }

  private PretrainingRecipe base(Optional<PretrainSettings> before, boolean toys) {
    if (recipe != null) {
      return RecipeOption.read(recipe);
    }
    if (paper != null) {
      return PaperPretraining.named(paper).recipe();
    }
    return before
        .map(settings -> PretrainingRecipe.fromJson(settings.recipe()))
        .orElseGet(
            () -> toys ? PretrainingRecipes.TOY.withSteps(TOY_STEPS) : PretrainingRecipes.SMALL);
  }

  private void check(boolean begun) {
    if (steps != null) {
      Checks.atLeast(1, steps, "--steps");
    }
    if (threads != null) {
      Checks.atLeast(1, threads, "--threads");
    }
    if (skipNonFinite != null) {
      Checks.atLeast(0, skipNonFinite, "--skip-non-finite");
    }
    Checks.atLeast(1, checkpointEvery, "--checkpoint-every");
    Checks.require(videos == null || shards == null, "--videos and --shards exclude each other");
    Checks.require(
        paper == null || (recipe == null && dataset == null && split == null && shards == null),
        "--paper says recipe and videos: --recipe, --dataset, --split and --shards exclude it");
    Checks.require(
        begun || videos != null || (dataset == null && split == null),
        "--dataset and --split need --videos");
    Checks.require(
        !changes.containsKey("steps") || steps == null,
        "--set steps and --steps exclude each other");
  }

  private static String absolute(Path folder) {
    return folder == null ? null : folder.toAbsolutePath().normalize().toString();
  }
}
