package org.mae4j.examples.app.sweep;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mae4j.api.TrainingClips;
import org.mae4j.eval.sweep.RecipeGrid;
import org.mae4j.eval.sweep.Sweep;
import org.mae4j.eval.sweep.SweepFiles;
import org.mae4j.eval.sweep.SweepResult;
import org.mae4j.examples.app.footage.ClassFootage;
import org.mae4j.examples.app.footage.Footage;
import org.mae4j.examples.app.footage.ToyFootage;
import org.mae4j.examples.app.footage.UserFootage;
import org.mae4j.examples.support.ConsoleProgress;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.recipe.PretrainingRecipe;

/** A sweep as the processes of the program share it. */
final class SweepJob implements AutoCloseable {

  /** Of the toys and of which videos are held out: the same for all runs. */
  private static final long FOOTAGE_SEED = 1;

  private final Path folder;
  private final SweepSettings settings;
  private final Map<String, PretrainingRecipe> recipes;
  private final Map<TrainingClips, Footage> footage = new LinkedHashMap<>();
  private final ConsoleProgress progress;
  private final Sweep sweep;

  /**
   * Gets a sweep ready: toys are rendered if they are not there.
   *
   * @param progress stays the caller's to close
   * @throws IllegalArgumentException if a field or value cannot be varied, or the footage cannot be
   *     used
   */
  SweepJob(Path folder, SweepSettings settings, long checkpointEvery, ConsoleProgress progress) {
    this.folder = folder;
    this.settings = settings;
    this.progress = progress;
    this.recipes = recipes(settings);
    TorchEngine.setThreads(settings.threads());
    recipes.values().forEach(this::footage);
    Footage first = footage.values().iterator().next();
    Sweep.Builder builder =
        Sweep.builder()
            .setFolder(folder)
            .setTraining((recipe, seed) -> footage(recipe).training(seed))
            .setUnseen(recipe -> footage(recipe).unseen())
            .addRecipes(recipes)
            .optSeeds(settings.seeds())
            .optProcesses(settings.jobs())
            .optDataHash(first.manifestHash())
            .optCheckpointEvery(checkpointEvery)
            .addListener(progress)
            .optSay(progress::say)
            .optWhenDone(this::writePage);
    if (settings.steps() != null) {
      builder.optSteps(settings.steps());
    }
    if (settings.minutes() != null) {
      builder.optTime(Duration.ofMillis((long) (60_000 * settings.minutes())));
    }
    if (settings.videos() == null) {
      builder.optTask(recipe -> footage(recipe).task().orElseThrow());
    }
    this.sweep = builder.build();
  }

  /** The recipes of some settings, by name. */
  static Map<String, PretrainingRecipe> recipes(SweepSettings settings) {
    RecipeGrid grid = RecipeGrid.of(PretrainingRecipe.fromJson(settings.recipe()));
    for (String field : settings.varied()) {
      try {
        grid = grid.varyBy(field);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("--vary: " + e.getMessage(), e);
      }
    }
    return grid.recipes();
  }

  /** What a recipe looks at; recipes that look alike share it. */
  private synchronized Footage footage(PretrainingRecipe recipe) {
    return footage.computeIfAbsent(recipe.clips(), clips -> open(recipe));
  }

  private Footage open(PretrainingRecipe recipe) {
    if (settings.videos() != null) {
      return new UserFootage(Path.of(settings.videos()), recipe, FOOTAGE_SEED);
    }
    return settings.labelled() == null
        ? ToyFootage.inTarget(recipe, FOOTAGE_SEED, progress)
        : new ClassFootage(Path.of(settings.labelled()), recipe, FOOTAGE_SEED);
  }

  /** How many runs there are. */
  int runs() {
    return recipes.size() * settings.seeds();
  }

  /** One line on what is trained on. */
  String footage() {
    return footage.values().iterator().next().description();
  }

  /** Has what failed before tried again. */
  void forgetFailures() {
    sweep.forgetFailures();
  }

  /** Makes what no other process makes, and returns when all is done. */
  void makeAll() {
    sweep.makeAll();
  }

  /** The page. */
  Path page() {
    return folder.resolve("index.html");
  }

  /** Writes what is there so far. */
  SweepResult writePage() {
    SweepResult result = sweep.result();
    String command = "examples/run Sweep --out " + folder;
    new SweepFiles(result)
        .optTitle("Sweep: " + recipesInWords())
        .optFootage(footage())
        .addGoingOn(
            command
                + " goes on where it was: it makes runs that are missing or have failed, and leaves"
                + " the finished ones as they are.")
        .addGoingOn(
            command
                + " --seeds "
                + (settings.seeds() + 2)
                + " adds seeds, and --vary with more values adds recipes. Each run's folder below"
                + " runs has its model.safetensors, which EmbedVideos and Finetune take, and its"
                + " metrics.")
        .write(folder);
    return result;
  }

  private String recipesInWords() {
    List<String> fields =
        settings.varied().stream().map(field -> field.split("=", 2)[0].strip()).toList();
    return fields.isEmpty() ? "one recipe" : String.join(" and ", fields);
  }

  @Override
  public void close() {
    footage.values().forEach(Footage::close);
  }
}
