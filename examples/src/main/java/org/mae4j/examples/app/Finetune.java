package org.mae4j.examples.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.mae4j.api.Pooling;
import org.mae4j.api.RandomCrop;
import org.mae4j.api.TrainingClips.RandomDistortion;
import org.mae4j.data.split.ClipFit;
import org.mae4j.examples.app.footage.LabelledFootage;
import org.mae4j.examples.nursery.ToyTask;
import org.mae4j.examples.support.ConsoleProgress;
import org.mae4j.examples.support.Examples;
import org.mae4j.examples.support.ResultFolder;
import org.mae4j.examples.support.SettingsFile;
import org.mae4j.models.VitConfig;
import org.mae4j.train.Checkpoints;
import org.mae4j.train.FinetuningState;
import org.mae4j.train.RunLock;
import org.mae4j.train.recipe.FinetuningRecipe;
import org.mae4j.train.recipe.FinetuningRecipes;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * From a pretrained model and a few labelled videos to a classifier, its confusions and a report.
 *
 * <p>With no options it takes the toy nursery, ten examples of each motion, and a model that
 * Quickstart pretrains on it, which is kept for the next time.
 */
@Command(
    name = "Finetune",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Finetunes a pretrained model on a few labelled videos and reports what it tells"
            + " apart.")
public final class Finetune implements Callable<Integer> {

  @Option(
      names = "--videos",
      paramLabel = "DIR",
      description = "a folder with a folder of videos for each class; default: the toy nursery")
  private Path videos;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description =
          "a pretrained model, such as Quickstart's model.safetensors, or, with --geometry, any"
              + " checkpoint; default: one that Quickstart makes on the toy nursery, kept below"
              + " target/")
  private Path modelFile;

  @Mixin private final GeometryOption geometry = new GeometryOption();

  @Option(
      names = "--task",
      paramLabel = "TASK",
      defaultValue = "TEMPLATES",
      description = "of the toy nursery: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}")
  private ToyTask task;

  @Option(
      names = "--pooling",
      paramLabel = "POOLING",
      defaultValue = "PER_SLOT",
      description =
          "what the head sees of the tokens: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}")
  private Pooling pooling;

  @Option(names = "--linear-probe", description = "train the head alone")
  private boolean linearProbe;

  @Option(names = "--no-control", description = "leave out the same run from an untrained encoder")
  private boolean noControl;

  @Option(
      names = "--mixing",
      description = "blend clips and labels with each other: mixup 0.8 and cutmix 1")
  private boolean mixing;

  @Option(
      names = "--augment",
      description = "change clips more: RandAugment (2 operations at 0.5) and erasing at 0.25")
  private boolean augment;

  @Mixin private final RunOptions options = new RunOptions();

  private final ConsoleProgress progress = new ConsoleProgress(System.out);

  /** Runs the example with command line options; without any it needs none. */
  public static void main(String[] arguments) {
    System.exit(Examples.execute(new Finetune(), arguments));
  }

  @Override
  public Integer call() {
    run()
        .ifPresent(
            result ->
                progress.say(
                    String.format(
                        Locale.ROOT,
                        "top-1 %.1f%% (guessing %.1f%%) on %d test clips; report: %s",
                        100 * result.top1(),
                        100 * result.chance(),
                        result.testClips(),
                        folder().resolve(FinetuneJob.REPORT))));
    return 0;
  }

  /**
   * Runs the example.
   *
   * @return nothing if a signal stopped it
   * @throws IllegalArgumentException if an option or a file it names cannot be used
   */
  Optional<FinetuneResult> run() {
    options.check();
    return options.isResumed() ? goOn() : begin();
  }

  private Optional<FinetuneResult> begin() {
    ResultFolder.requireUnused(folder());
    Optional<Path> pretrained = modelFile == null ? quickstartModel() : Optional.of(modelFile);
    if (pretrained.isEmpty()) {
      return Optional.empty();
    }
    VitConfig vit = geometry.vit(pretrained.get());
    FinetuneSettings settings = newSettings(pretrained.get());
    LabelledFootage footage = footage(settings, vit);
    return run(folder(), settings, recipe(pretrained.get(), footage), footage, Optional.empty());
  }

  private Optional<FinetuneResult> goOn() {
    Path resume = folder();
    FinetuneSettings before = FinetuneSettings.FILE.read(resume);
    FinetuneSettings settings =
        before
            .withSkipNonFinite(options.skipNonFinite(before.skipNonFinite()))
            .withVideos(videos == null ? before.videos() : absolute(videos));
    Checkpoints checkpoints = FinetuneJob.checkpoints(resume);
    Path newest =
        checkpoints
            .newest()
            .orElseThrow(
                () ->
                    new IllegalArgumentException("no checkpoint to resume from in " + checkpoints));
    FinetuningRecipe recipe = changed(FinetuningState.recipe(newest));
    LabelledFootage footage = footage(settings, recipe.vitModel().vit());
    return run(resume, settings, recipe, footage, Optional.of(newest));
  }

  private Optional<FinetuneResult> run(
      Path folder,
      FinetuneSettings settings,
      FinetuningRecipe recipe,
      LabelledFootage footage,
      Optional<Path> newest) {
    ClipFit.requireOne(footage.train(), recipe.clips().input().sampling());
    ResultFolder.make(folder);
    RunLock lock = RunLock.acquire(folder);
    try (lock;
        progress) {
      recipe.summary().forEach(progress::say);
      progress.say("videos: " + footage.description());
      return new FinetuneJob(
              folder,
              settings,
              recipe,
              footage,
              options.checkpointEvery(),
              options.overridden(),
              progress)
          .run(newest);
    }
  }

  private FinetuneSettings newSettings(Path pretrained) {
    return new FinetuneSettings(
        videos == null ? null : absolute(videos),
        task,
        pretrained.toString(),
        !noControl,
        options.seed(),
        options.threads(),
        options.skipNonFinite(0));
  }

  private static String absolute(Path folder) {
    return folder.toAbsolutePath().normalize().toString();
  }

  private Path folder() {
    return options.folder("finetune");
  }

  /** A model pretrained on the toy nursery, which is made once; none if a signal stopped that. */
  private Optional<Path> quickstartModel() {
    Path folder = Path.of("target", "finetune", "pretrained-" + options.seed());
    Path model = folder.resolve("model.safetensors");
    if (Files.exists(model)) {
      progress.say("model: " + model);
      return Optional.of(model);
    }
    boolean begun = SettingsFile.existsIn(folder);
    progress.say("no --model: Quickstart pretrains one into " + folder + " first");
    String[] arguments =
        begun
            ? new String[] {"--resume", folder.toString()}
            : new String[] {"--out", folder.toString(), "--seed", Long.toString(options.seed())};
    Quickstart quickstart = new Quickstart();
    new CommandLine(quickstart).parseArgs(arguments);
    return quickstart.run().map(result -> model);
  }

  private LabelledFootage footage(FinetuneSettings settings, VitConfig vit) {
    if (settings.videos() != null) {
      return LabelledFootage.user(Path.of(settings.videos()), settings.seed());
    }
    // Of its own size, or it would take the place of one that another run reads.
    int size = vit.clip().height();
    String part = settings.task().isOfImages() ? "-objects" : "";
    Path nursery = Path.of("target", "toy-nursery-" + settings.seed() + "-" + size + part);
    return LabelledFootage.toy(nursery, settings.task(), size, settings.seed(), progress);
  }

  /** The toy recipe for this encoder, these classes and clips as the encoder saw them before. */
  private FinetuningRecipe recipe(Path pretrained, LabelledFootage footage) {
    FinetuningRecipe toy = FinetuningRecipes.TOY;
    FinetuningRecipe recipe =
        toy.withModel(
            toy.vitModel()
                .withVit(geometry.vit(pretrained))
                .withClassNames(footage.classes())
                .withPooling(pooling),
            toy.clips().withInput(geometry.input(pretrained)));
    if (videos != null) {
      recipe = recipe.withClips(recipe.clips().withCrop(RandomCrop.PAPER_PRETRAINING.withFlip(0)));
    }
    if (augment) {
      recipe = recipe.withClips(recipe.clips().withDistortion(new RandomDistortion(2, 0.5, 0.25)));
    }
    if (mixing) {
      recipe = recipe.withRegularization(recipe.regularization().withMixup(0.8).withCutmix(1));
    }
    recipe = changed(recipe.over(footage.train().size()));
    return linearProbe ? recipe.asLinearProbe() : recipe;
  }

  /** With what the options change, at the start of a run or when it goes on. */
  private FinetuningRecipe changed(FinetuningRecipe before) {
    FinetuningRecipe recipe =
        options.steps().isPresent() ? before.withSteps(options.steps().getAsLong()) : before;
    return options.ema().isPresent() ? recipe.withEmaDecay(options.ema().getAsDouble()) : recipe;
  }
}
