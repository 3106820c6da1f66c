package org.mae4j.examples.paper;

import ai.djl.ndarray.NDManager;
import com.google.common.base.Throwables;
import com.google.common.collect.Lists;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.Encoder;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.FewShotTask;
import org.mae4j.api.Provenance;
import org.mae4j.api.training.Autoencoder;
import org.mae4j.data.ClipView;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.corruption.Corruption;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.eval.fewshot.BagOfFrames;
import org.mae4j.eval.fewshot.ClassifierJudge;
import org.mae4j.eval.fewshot.FinetuneEvaluator;
import org.mae4j.eval.fewshot.LinearProbe;
import org.mae4j.eval.internal.SharedWork;
import org.mae4j.eval.report.FewShotFiles;
import org.mae4j.examples.support.ConsoleProgress;
import org.mae4j.examples.support.PretrainingRun;
import org.mae4j.models.Models;
import org.mae4j.models.VitClassifier;
import org.mae4j.models.kernels.KernelSettings;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.WeightFile;
import org.mae4j.models.weights.Weights;
import org.mae4j.train.metrics.MetricsFile;
import org.mae4j.train.recipe.FinetuningRecipe;
import org.mae4j.train.recipe.PretrainingRecipe;

/**
 * Trains the models of a study, each once: what was trained before is found again in a folder, by a
 * key of recipe, data, seed and machine, whichever result it was trained for. A pretraining that
 * was killed goes on from its last checkpoint.
 */
public final class ExperimentModels implements AutoCloseable {

  private static final String SECONDS = "training seconds";
  private static final int CHECKPOINT_EVERY = 200;

  private final Path folder;
  private final int jobs;
  private final ConsoleProgress progress;
  private final NDManager manager;
  private final Kernels kernels;
  private final ModelFiles files;
  private final long opened;
  private final Map<String, Cost> costs = Collections.synchronizedMap(new LinkedHashMap<>());
  private final Map<String, ClipReadException> brokenFiles =
      Collections.synchronizedMap(new LinkedHashMap<>());

  /**
   * What training a model cost when it was trained.
   *
   * @param model names it
   * @param seconds of training
   * @param now whether it was trained since this was opened, by whichever process
   */
  public record Cost(String model, double seconds, boolean now) {}

  /**
   * Opens a experiment.
   *
   * @param folder of the models; made if missing
   * @param threads of a model: other numbers give other rounding
   * @param jobs how many models are judged at a time, which changes no number
   * @param progress hears of the training; stays the caller's to close
   */
  public ExperimentModels(Path folder, int threads, int jobs, ConsoleProgress progress) {
    this.folder = folder;
    this.jobs = jobs;
    this.progress = progress;
    this.opened = System.currentTimeMillis();
    TorchEngine.setThreads(threads);
    manager = TorchEngine.newManager();
    kernels = KernelSettings.forDevice(manager.getDevice()).open();
    files = new ModelFiles(folder, manager.getDevice().isGpu(), threads);
  }

  /** The parent of what is computed here. */
  public NDManager manager() {
    return manager;
  }

  /** Says how the work goes. */
  public ConsoleProgress progress() {
    return progress;
  }

  /** The models used so far, in order, and what each cost. */
  public List<Cost> costs() {
    return List.copyOf(costs.values());
  }

  /**
   * The files that could not be read so far. Where one of them was to be judged on, it was left
   * out, for all models.
   */
  public List<ClipReadException> brokenFiles() {
    return List.copyOf(brokenFiles.values());
  }

  /** Notes which files of these could not be read. */
  public void noteBroken(VideoBatches clips) {
    noteBroken(clips.brokenFiles());
  }

  private void noteBroken(List<ClipReadException> files) {
    files.forEach(file -> brokenFiles.putIfAbsent(file.file(), file));
  }

  /**
   * Trains all of these that were not trained before, unless another process that works in the same
   * folder does; returns when all are there. The models are the same however many processes share
   * the work.
   */
  public void train(List<ModelKey> models) {
    Set<ModelKey> left = new LinkedHashSet<>();
    for (ModelKey model : models) {
      model.start().ifPresent(left::add);
      left.add(model);
    }
    SharedWork.finish(left.stream().map(model -> new Missing(model, files.of(model))).toList());
  }

  /** A model that may have to be trained. */
  private final class Missing implements SharedWork.Piece {

    private final ModelKey model;
    private final Path file;

    private Missing(ModelKey model, Path file) {
      this.model = model;
      this.file = file;
    }

    @Override
    public Path folder() {
      return file.getParent();
    }

    @Override
    public boolean isDone() {
      return Files.exists(file);
    }

    @Override
    public boolean isReady() {
      return model.start().map(files::of).filter(Files::notExists).isEmpty();
    }

    @Override
    public void work() {
      progress.say("training " + model);
      if (model.task().isPresent()) {
        finetune(model, file);
      } else {
        pretrain(model, file);
      }
    }
  }

  /**
   * A pretrained masked autoencoder, trained here unless it was before.
   *
   * @param seed decides weights, order, crops and masks
   * @return to be closed by {@link ScopedModel#close()}
   * @throws IllegalArgumentException if there is no pretraining
   * @throws org.mae4j.models.weights.WeightFileException if a published file has no decoder
   */
  public ScopedModel<Autoencoder> autoencoder(Pretraining pretraining, long seed) {
    PretrainingRecipe recipe =
        pretraining
            .recipe()
            .orElseThrow(
                () -> new IllegalArgumentException(pretraining.name() + " is not pretrained here"));
    Path file = trained(ModelKey.pretrained(pretraining, seed));
    return ScopedModel.of(
        manager,
        scope -> Models.load(recipe.model(), recipe.clips().input(), file, kernels, scope));
  }

  private Path trained(ModelKey model) {
    train(List.of(model));
    model.start().ifPresent(this::noteTraining);
    noteTraining(model);
    return files.of(model);
  }

  /** What its training cost and could not read, in whichever processes it was trained. */
  private void noteTraining(ModelKey model) {
    Path file = files.of(model);
    String seconds = WeightFile.open(file).metadata().getOrDefault(SECONDS, "0");
    costs.put(
        model.toString(),
        new Cost(
            model.toString(), Double.parseDouble(seconds), file.toFile().lastModified() >= opened));
    Path metrics = metrics(file);
    if (file.startsWith(folder) && Files.exists(metrics)) {
      noteBroken(MetricsFile.read(metrics).brokenFiles());
    }
  }

  private static Path metrics(Path model) {
    return model.resolveSibling(PretrainingRun.METRICS);
  }

  private void pretrain(ModelKey model, Path file) {
    Corpus corpus = model.pretraining().corpus().orElseThrow();
    PretrainingRecipe recipe =
        model.pretraining().recipe().orElseThrow().over(corpus.videos().size());
    long seed = model.seed();
    long start = System.nanoTime();
    PretrainingRun.builder()
        .setFolder(file.getParent())
        .setRecipe(recipe)
        .setSeed(seed)
        .setVideos(corpus.videos())
        .optMasking(model.pretraining().masking())
        .optCheckpoints(CHECKPOINT_EVERY, 1)
        .optFacts(Map.of(), () -> facts(recipe.name(), corpus.hash(), seed, start))
        .addListener(progress)
        .build()
        .run(kernels, manager);
    delete(file.resolveSibling("checkpoints"));
  }

  private static Map<String, String> facts(String recipe, String hash, long seed, long start) {
    return Provenance.NONE
        .withRecipe(recipe)
        .withSeed(seed)
        .withManifestHash(hash)
        .withFact(SECONDS, String.format(Locale.ROOT, "%.1f", (System.nanoTime() - start) / 1e9))
        .withVersions(TorchEngine.versions())
        .toMap();
  }

  /**
   * A finetuned classifier, trained here unless it was before.
   *
   * @return to be closed by {@link ScopedModel#close()}
   */
  public ScopedModel<VitClassifier> classifier(Pretraining pretraining, FewShotSet set, long seed) {
    ModelKey model = ModelKey.finetuned(pretraining, set, seed);
    Path file = trained(model);
    FinetuningRecipe recipe = model.finetuning();
    return ScopedModel.of(
        manager,
        scope -> Models.load(recipe.vitModel(), recipe.clips().input(), file, kernels, scope));
  }

  /**
   * Pictures as a classifier of a task sees them, in one fixed pass.
   *
   * @param distortion what is done to each before it is cropped
   * @return to be closed
   */
  public VideoBatches pictures(
      FewShotSet set,
      Pretraining pretraining,
      ClipDataset images,
      Optional<Corruption> distortion) {
    ClipView view = ClipView.centre(set.recipe(pretraining.images()).clips().input());
    return VideoBatches.evaluation(
        images,
        distortion
            .map(
                change ->
                    new ClipView(
                        view.sampling(), view.placement(), change.before(view.augmentation())))
            .orElse(view));
  }

  /**
   * What finetuned classifiers make of a task's test clips; every prediction is kept in a folder
   * {@code report} beside a classifier that was trained here.
   *
   * @return of each pretraining, for each seed
   */
  public List<List<FewShotReport>> judged(
      List<Pretraining> pretrainings, FewShotSet set, List<Long> seeds) {
    return sideBySide(
        pretrainings, set, seeds, (pretraining, seed) -> judged(pretraining, set, seed));
  }

  private FewShotReport judged(Pretraining pretraining, FewShotSet set, long seed) {
    FinetuningRecipe recipe = set.recipe(pretraining.images());
    progress.say("judging " + pretraining.name() + " on " + set.name() + ", seed " + seed);
    try (ScopedModel<VitClassifier> classifier = classifier(pretraining, set, seed);
        FewShotClips clips = new FewShotClips(set, recipe, seed)) {
      FewShotReport report =
          new ClassifierJudge(classifier.model()::clipLogits, manager.getDevice())
              .judge(
                  clips.task(),
                  pretraining.name() + ", finetuned by " + recipe.name(),
                  set.train().size());
      noteBroken(clips.brokenFiles());
      Path file = files.of(ModelKey.finetuned(pretraining, set, seed));
      if (file.startsWith(folder)) {
        new FewShotFiles(report).write(file.resolveSibling("report"));
      }
      return report;
    }
  }

  /**
   * What linear probes of frozen encoders make of a task's test clips.
   *
   * @return of each pretraining, for each seed
   */
  public List<List<FewShotReport>> probed(
      List<Pretraining> pretrainings, FewShotSet set, List<Long> seeds) {
    return sideBySide(
        pretrainings, set, seeds, (pretraining, seed) -> probed(pretraining, set, seed));
  }

  private FewShotReport probed(Pretraining pretraining, FewShotSet set, long seed) {
    FinetuningRecipe recipe = set.recipe(pretraining.images());
    progress.say("probing " + pretraining.name() + " on " + set.name() + ", seed " + seed);
    ClipInput input = recipe.clips().input();
    int frames = input.sampling().frames();
    try (ScopedModel<VitClassifier> scoped = encoder(pretraining, set, seed);
        VideoBatches train = VideoBatches.evaluation(set.train(), input);
        VideoBatches test = VideoBatches.evaluation(set.test(), input)) {
      VitClassifier model = scoped.model();
      Encoder encoder = model.clip().frames() == frames ? model : new BagOfFrames(model, frames);
      FewShotReport report =
          LinearProbe.builder()
              .setPooling(recipe.model().pooling())
              .optDevice(manager.getDevice())
              .build()
              .evaluate(encoder, new FewShotTask(set.name(), set.classes(), train, test));
      noteBroken(train);
      noteBroken(test);
      return report;
    }
  }

  /**
   * Does something with each of several classifiers, with as many at a time as there are jobs. They
   * are trained before unless they were.
   *
   * @param work uses {@link #classifier} or {@link #encoder}; on a thread that does not record
   *     gradients
   * @return what it made of each pretraining, for each seed
   */
  public <T> List<List<T>> sideBySide(
      List<Pretraining> pretrainings,
      FewShotSet set,
      List<Long> seeds,
      BiFunction<Pretraining, Long, T> work) {
    ExecutorService workers =
        Executors.newFixedThreadPool(
            jobs,
            new ThreadFactoryBuilder().setDaemon(true).setNameFormat("experiment-%d").build());
    try {
      List<Future<T>> running = new ArrayList<>();
      for (Pretraining pretraining : pretrainings) {
        for (long seed : seeds) {
          trained(ModelKey.finetuned(pretraining, set, seed));
          running.add(
              workers.submit(
                  () -> {
                    // PyTorch records gradients on a new thread until a manager is made there.
                    TorchEngine.newManager().close();
                    return work.apply(pretraining, seed);
                  }));
        }
      }
      List<T> made = new ArrayList<>();
      for (Future<T> one : running) {
        made.add(Uninterruptibles.getUninterruptibly(one));
      }
      return Lists.partition(made, seeds.size());
    } catch (ExecutionException e) {
      Throwables.throwIfUnchecked(e.getCause());
      throw new IllegalStateException(e.getCause());
    } finally {
      workers.shutdownNow();
      // What they use is closed by others.
      Uninterruptibles.awaitTerminationUninterruptibly(workers);
    }
  }

  private void finetune(ModelKey model, Path file) {
    long start = System.nanoTime();
    FewShotSet set = model.task().orElseThrow();
    FinetuningRecipe recipe = model.finetuning();
    try (ScopedModel<VitClassifier> encoder = encoder(model, recipe);
        MetricsFile metrics = new MetricsFile(metrics(file));
        FewShotClips clips = new FewShotClips(set, recipe, model.seed())) {
      Path checkpoints = file.resolveSibling("checkpoints");
      FinetuneEvaluator.Builder finetuning =
          FinetuneEvaluator.builder()
              .setRecipe(recipe)
              .optSeed(model.seed())
              .addListener(metrics)
              .addListener(progress);
      // A run that was killed began with the same weights, but its best one may be of another step.
      delete(checkpoints);
      clips.validation().ifPresent(held -> finetuning.optValidation(held, checkpoints));
      finetuning
          .build()
          .train(
              encoder.model(),
              clips.task(),
              finetuned -> {
                finetuned.saveModel(file, facts(recipe.name(), set.hash(), model.seed(), start));
                return file;
              });
      noteBroken(clips.brokenFiles());
      delete(checkpoints);
    }
  }

  /**
   * An encoder before any finetuning, as a classifier whose head means nothing yet.
   *
   * @param set says what kind of classifier
   * @return to be closed by {@link ScopedModel#close()}
   */
  public ScopedModel<VitClassifier> encoder(Pretraining pretraining, FewShotSet set, long seed) {
    ModelKey model = ModelKey.finetuned(pretraining, set, seed);
    if (!pretraining.isNone()) {
      trained(ModelKey.pretrained(pretraining, seed));
    }
    return encoder(model, model.finetuning());
  }

  private ScopedModel<VitClassifier> encoder(ModelKey model, FinetuningRecipe recipe) {
    ScopedModel<VitClassifier> encoder =
        ScopedModel.of(
            manager,
            scope ->
                Models.create(
                    recipe.vitModel(), recipe.clips().input(), kernels, scope, model.seed()));
    if (model.pretraining().isNone()) {
      return encoder;
    }
    try {
      Path file = files.of(ModelKey.pretrained(model.pretraining(), model.seed()));
      Models.replaceEncoder(encoder.model(), Weights.of(WeightFile.open(file)));
      return encoder;
    } catch (RuntimeException e) {
      encoder.close();
      throw e;
    }
  }

  private static void delete(Path checkpoints) {
    if (!Files.exists(checkpoints)) {
      return;
    }
    try {
      MoreFiles.deleteRecursively(checkpoints, RecursiveDeleteOption.ALLOW_INSECURE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + checkpoints + ": " + e, e);
    }
  }

  @Override
  public void close() {
    kernels.close();
    manager.close();
  }
}
