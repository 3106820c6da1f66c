package org.mae4j.examples;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.FewShotTask;
import org.mae4j.api.Pooling;
import org.mae4j.data.BatchesAhead;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.synthetic.ToyTask;
import org.mae4j.models.ClassifierConfig;
import org.mae4j.models.Models;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.VitConfig;
import org.mae4j.models.kernels.KernelSettings;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.WeightFile;
import org.mae4j.models.weights.Weights;
import org.mae4j.train.Checkpoints;
import org.mae4j.train.ClassifierScores;
import org.mae4j.train.CropSettings;
import org.mae4j.train.FineTuner;
import org.mae4j.train.FinetuningRecipe;
import org.mae4j.train.FinetuningRecipes;
import org.mae4j.train.FinetuningState;
import org.mae4j.train.MetricsFile;
import org.mae4j.train.PretrainingRecipe;
import org.mae4j.train.PretrainingRecipes;
import org.mae4j.train.Regularization;
import org.mae4j.train.TrainingListener;
import picocli.CommandLine;
import picocli.CommandLine.Command;
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

  private static final String REPORT = "report.html";
  private static final String METRICS = "metrics.jsonl";
  private static final int CHECKPOINT_EVERY = 100;

  @Option(
      names = "--videos",
      paramLabel = "DIR",
      description = "a folder with a folder of videos for each class; default: the toy nursery")
  private Path videos;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description =
          "a pretrained model, such as Quickstart's model.safetensors; default: one that Quickstart"
              + " makes on the toy nursery, kept below target/")
  private Path modelFile;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      defaultValue = "TEMPLATES",
      description = "of the toy nursery: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}")
  private ToyTask task;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "a new folder for the results; default below target/")
  private Path out;

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
      names = "--steps",
      paramLabel = "N",
      description = "how many steps to train; default as many as the recipe's passes have")
  private Long steps;

  @Option(
      names = "--mixing",
      description = "blend clips and labels with each other: mixup 0.8 and cutmix 1")
  private boolean mixing;

  @Option(
      names = "--augment",
      description = "change clips more: RandAugment (2 operations at 0.5) and erasing at 0.25")
  private boolean augment;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "decides videos, head, order, crops and dropout; default ${DEFAULT-VALUE}")
  private long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "threads of the model; default one less than there are processors")
  private Integer threads;

  private final ConsoleProgress progress = new ConsoleProgress(System.out);

  /** Runs the example with command line options; without any it needs none. */
  public static void main(String[] arguments) {
    System.exit(Examples.execute(new Finetune(), arguments));
  }

  @Override
  public Integer call() {
    FinetuneResult result = run();
    progress.say(
        String.format(
            "top-1 %.1f%% (guessing %.1f%%) on %d test clips; report: %s",
            100 * result.top1(),
            100 * result.chance(),
            result.testClips(),
            folder().resolve(REPORT)));
    return 0;
  }

  /**
   * Runs the example.
   *
   * @throws IllegalArgumentException if an option or a file it names cannot be used
   */
  FinetuneResult run() {
    checkOptions();
    Path folder = unusedFolder();
    Path pretrained = modelFile == null ? quickstartModel() : modelFile;
    VitConfig vit = Models.config(VideoMaeConfig.class, pretrained).vit();
    LabelledFootage footage = footage(vit);
    FinetuningRecipe recipe = recipe(vit, pretrained, footage);
    make(folder);
    recipe.summary().forEach(progress::say);
    progress.say("videos: " + footage.description());
    try (progress;
        NDManager manager = TorchEngine.newManager();
        Kernels kernels = KernelSettings.forDevice(manager.getDevice()).open();
        VideoBatches validation = evaluation(footage.validation(), recipe);
        VideoBatches test = evaluation(footage.test(), recipe)) {
      TorchEngine.setThreads(
          threads == null ? Math.max(1, Runtime.getRuntime().availableProcessors() - 1) : threads);
      Run run = new Run(folder, recipe, footage, validation, manager);
      List<ClipReadException> broken = new ArrayList<>();
      Map<String, String> provenance = run.provenance(pretrained);
      Weights weights = Weights.of(WeightFile.open(pretrained));
      long made;
      long best;
      try (FinetuningState state = FinetuningState.start(recipe, weights, seed, kernels, manager)) {
        broken.addAll(run.train(state, "checkpoints", new MetricsFile(folder.resolve(METRICS))));
        made = state.stepsDone();
        best = state.bestStep().orElse(made);
      }
      ClassifierScores scores;
      try (FinetuningState state = run.best("checkpoints", kernels)) {
        scores = ClassifierScores.of(state.model(), test);
        Models.save(state.model(), folder.resolve("model.safetensors"), provenance);
      }
      Double control = noControl ? null : run.control(kernels, test);
      FewShotReport report =
          scores.report(
              new FewShotTask(footage.description(), footage.classes(), validation, test),
              method(recipe),
              footage.train().size());
      FinetuneResult result = FinetuneResult.of(report, scores, control, made, best, provenance);
      result.write(folder.resolve("result.json"));
      broken.addAll(validation.brokenFiles());
      broken.addAll(test.brokenFiles());
      FinetuneReport.of(
              recipe,
              footage.description(),
              MetricsFile.read(folder.resolve(METRICS)),
              report,
              result,
              broken)
          .write(folder.resolve(REPORT));
      return result;
    }
  }

  private void checkOptions() {
    if (steps != null && steps < 1) {
      throw new IllegalArgumentException("--steps must be at least 1, but was " + steps);
    }
    if (threads != null && threads < 1) {
      throw new IllegalArgumentException("--threads must be at least 1, but was " + threads);
    }
  }

  private Path folder() {
    if (out == null) {
      String time =
          DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
              .format(LocalDateTime.now(ZoneId.systemDefault()));
      out = Path.of("target", "finetune", time);
    }
    return out;
  }

  /** The folder of the results, which no other run may be in. */
  private Path unusedFolder() {
    Path folder = folder();
    if (Files.exists(folder.resolve(METRICS))) {
      throw new IllegalArgumentException(folder + " holds a run already: choose another --out");
    }
    return folder;
  }

  private static void make(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the folder " + folder + ": " + e, e);
    }
  }

  /** A model pretrained on the toy nursery, which is made once. */
  private Path quickstartModel() {
    Path folder = Path.of("target", "finetune", "pretrained-" + seed);
    Path model = folder.resolve("model.safetensors");
    if (Files.exists(model)) {
      progress.say("model: " + model);
      return model;
    }
    boolean begun = Files.exists(folder.resolve("run.json"));
    progress.say("no --model: Quickstart pretrains one into " + folder + " first");
    String[] options =
        begun
            ? new String[] {"--resume", folder.toString()}
            : new String[] {"--out", folder.toString(), "--seed", Long.toString(seed)};
    Quickstart quickstart = new Quickstart();
    new CommandLine(quickstart).parseArgs(options);
    if (quickstart.run().isEmpty()) {
      throw new IllegalStateException("pretraining was stopped before its end");
    }
    return model;
  }

  private LabelledFootage footage(VitConfig vit) {
    if (videos != null) {
      return LabelledFootage.user(videos, seed);
    }
    Path nursery = Path.of("target", "toy-nursery-" + seed);
    return LabelledFootage.toy(nursery, task, vit.clip().height(), seed, progress);
  }

  /** The toy recipe for this encoder, these classes and clips as the encoder saw them before. */
  private FinetuningRecipe recipe(VitConfig vit, Path pretrained, LabelledFootage footage) {
    FinetuningRecipe toy = FinetuningRecipes.TOY;
    PretrainingRecipe before = pretrainingRecipe(pretrained);
    CropSettings crop = videos == null ? toy.crop() : before.crop().withFlip(0);
    FinetuningRecipe recipe =
        toy.withModel(
                new ClassifierConfig(
                    vit,
                    footage.classes().size(),
                    pooling,
                    toy.model().dropout(),
                    toy.model().stochasticDepth()))
            .withClips(before.sampling(), crop);
    Regularization regularization = recipe.regularization();
    if (mixing) {
      regularization = regularization.withMixing(0.8, 1);
    }
    if (augment) {
      regularization = regularization.withRandAugment(2, 0.5).withErasing(0.25);
    }
    recipe = recipe.withRegularization(regularization).over(footage.train().size());
    recipe = steps == null ? recipe : recipe.withSteps(steps);
    return linearProbe ? recipe.asLinearProbe() : recipe;
  }

  /** How the model saw videos in pretraining; the paper's way where its file does not tell. */
  private static PretrainingRecipe pretrainingRecipe(Path pretrained) {
    String name = WeightFile.open(pretrained).metadata().get("recipe");
    return Stream.of(PretrainingRecipes.TOY, PretrainingRecipes.SMALL)
        .filter(recipe -> recipe.name().equals(name))
        .findFirst()
        .orElse(PretrainingRecipes.VIDEO_S_V1);
  }

  private static String method(FinetuningRecipe recipe) {
    return (recipe.isLinearProbe() ? "linear probe on the frozen encoder, " : "finetuned, ")
        + recipe.model().pooling().description()
        + ", checkpoint chosen by "
        + recipe.selection().metric()
        + " on "
        + recipe.selection().split();
  }

  private VideoBatches evaluation(ClipDataset part, FinetuningRecipe recipe) {
    return Loaders.evaluation(part, recipe, seed);
  }

  /** Trains from some encoder and finds the best checkpoint again. */
  private final class Run {

    private final Path folder;
    private final FinetuningRecipe recipe;
    private final LabelledFootage footage;
    private final BatchSource validation;
    private final NDManager manager;

    private Run(
        Path folder,
        FinetuningRecipe recipe,
        LabelledFootage footage,
        BatchSource validation,
        NDManager manager) {
      this.folder = folder;
      this.recipe = recipe;
      this.footage = footage;
      this.validation = validation;
      this.manager = manager;
    }

    /** Returns the videos that could not be read. */
    private List<ClipReadException> train(
        FinetuningState state, String name, TrainingListener metrics) {
      VideoBatches clips = Loaders.training(footage.train(), recipe, seed);
      try (BatchSource batches = new BatchesAhead(clips, manager)) {
        FineTuner.builder()
            .setState(state)
            .setBatches(batches)
            .optValidationClips(validation)
            .optCheckpoints(new Checkpoints(folder.resolve(name), 1), CHECKPOINT_EVERY)
            .addListener(progress)
            .addListener(metrics)
            .build()
            .run();
        if (metrics instanceof MetricsFile file) {
          file.close();
        }
        return clips.brokenFiles();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write into " + folder + ": " + e, e);
      }
    }

    private FinetuningState best(String name, Kernels kernels) {
      Path file =
          new Checkpoints(folder.resolve(name), 1)
              .best()
              .orElseThrow(() -> new IllegalStateException("no checkpoint was judged"));
      return FinetuningState.read(file, kernels, manager);
    }

    /** The accuracy on the test clips of the same run from an untrained encoder. */
    private double control(Kernels kernels, BatchSource test) {
      progress.say("control: the same from an untrained encoder");
      try (FinetuningState state =
          FinetuningState.startFromScratch(recipe, seed, kernels, manager)) {
        train(state, "control", new TrainingListener() {});
      }
      try (FinetuningState state = best("control", kernels)) {
        return ClassifierScores.of(state.model(), test).top1();
      }
    }

    private Map<String, String> provenance(Path pretrained) {
      Map<String, String> facts = new LinkedHashMap<>();
      facts.put("recipe", recipe.name());
      facts.put("seed", Long.toString(seed));
      facts.put("pretrained model", pretrained.toString());
      facts.put("data", footage.description());
      facts.put("data manifest (SHA-256)", footage.hash());
      facts.put("device", manager.getDevice().toString());
      facts.putAll(TorchEngine.versions());
      return facts;
    }
  }
}
