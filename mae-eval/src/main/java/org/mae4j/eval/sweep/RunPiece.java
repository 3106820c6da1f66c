package org.mae4j.eval.sweep;

import ai.djl.ndarray.NDManager;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.Provenance;
import org.mae4j.api.internal.PeakMemory;
import org.mae4j.api.internal.WholeFile;
import org.mae4j.api.training.Autoencoder;
import org.mae4j.eval.internal.SharedWork;
import org.mae4j.eval.report.Png;
import org.mae4j.models.Models;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.Checkpoints;
import org.mae4j.train.Pretrainer;
import org.mae4j.train.PretrainingState;
import org.mae4j.train.metrics.MetricsFile;
import org.mae4j.train.metrics.RunHistory;
import org.mae4j.train.recipe.PretrainingRecipe;

/**
 * One run of a sweep. Its folder has, in the order in which they appear, {@code metrics.jsonl},
 * {@code checkpoints}, {@code model.safetensors}, {@code trained.json}, pictures and {@code
 * result.json}; checkpoints go once the model is there.
 *
 * @param name of its recipe
 * @param recipe over its steps
 */
record RunPiece(
    SweepResources resources, String name, PretrainingRecipe recipe, long seed, Path folder)
    implements SharedWork.Piece {

  static final String METRICS = "metrics.jsonl";

  private static final String MODEL = "model.safetensors";
  private static final String TRAINED = "trained.json";
  private static final String RESULT = "result.json";
  private static final String CHECKPOINTS = "checkpoints";

  /**
   * What is known of the training beside its metrics.
   *
   * @param peakMegabytes -1 where the system does not tell
   */
  private record Trained(long peakMegabytes) {}

  static RunPiece of(SweepResources resources, String name, PretrainingRecipe recipe, long seed) {
    Path folder =
        resources.plan().run(name, recipe, seed, resources.trainingData(name), resources.machine());
    return new RunPiece(resources, name, recipe, seed, folder);
  }

  /** Says which it is. */
  String title() {
    return name + ", seed " + seed;
  }

  Optional<String> failure() {
    return Failures.reason(folder);
  }

  boolean isFinished() {
    return isTrained() && judgement().isPresent();
  }

  private boolean isTrained() {
    return Files.exists(folder.resolve(MODEL))
        && SweepJson.read(folder.resolve(TRAINED), Trained.class).isPresent();
  }

  /** Empty, too, if it was judged on something else. */
  private Optional<StoredJudgement> judgement() {
    return SweepJson.read(folder.resolve(RESULT), StoredJudgement.class)
        .filter(found -> found.key().equals(resources.judging(name)));
  }

  @Override
  public boolean isDone() {
    return failure().isPresent() || isFinished();
  }

  @Override
  public void work() {
    Failures.noting(
        folder,
        title(),
        () -> {
          if (!isTrained()) {
            train();
          }
          resources.say().accept("judging " + title());
          judge();
        });
  }

  private void train() {
    Checkpoints checkpoints = new Checkpoints(folder.resolve(CHECKPOINTS), 1);
    Optional<Path> newest = checkpoints.newest();
    resources.say().accept((newest.isPresent() ? "going on with " : "training ") + title());
    PeakMemory.reset();
    try (PretrainingState state =
            newest.isPresent()
                ? PretrainingState.resume(
                    newest.get(), recipe, seed, Set.of(), resources.kernels(), resources.manager())
                : PretrainingState.start(recipe, seed, resources.kernels(), resources.manager());
        MetricsFile metrics = new MetricsFile(folder.resolve(METRICS));
        BatchSource clips = resources.data().training().apply(recipe, seed)) {
      Pretrainer.Builder pretrainer =
          Pretrainer.builder()
              .setState(state)
              .setBatches(clips)
              .optCheckpoints(checkpoints, resources.checkpointEvery())
              .addListener(metrics);
      resources.strategy(name).ifPresent(pretrainer::optMasking);
      resources.listeners().forEach(pretrainer::addListener);
      pretrainer.build().run();
      Map<String, String> facts =
          Provenance.NONE
              .withRecipe(recipe.name())
              .withSeed(seed)
              .withVersions(TorchEngine.versions())
              .toMap();
      state.saveModel(folder.resolve(MODEL), facts);
    }
    SweepJson.write(folder.resolve(TRAINED), new Trained(PeakMemory.megabytes()));
    delete(folder.resolve(CHECKPOINTS));
  }

  private void judge() {
    long start = System.nanoTime();
    try (NDManager scope = resources.manager().newSubManager();
        Autoencoder model =
            Models.load(
                recipe.model(),
                recipe.clips().input(),
                folder.resolve(MODEL),
                resources.kernels(),
                scope)) {
      Judge.Judgement judgement = resources.judge().judge(recipe, model, scope);
      judgement
          .pictures()
          .forEach(
              (masking, pictures) -> {
                for (int i = 0; i < pictures.size(); i++) {
                  write(picture(folder, masking, i), pictures.get(i));
                }
              });
      double seconds = (System.nanoTime() - start) / 1e9;
      SweepJson.write(
          folder.resolve(RESULT), StoredJudgement.of(resources.judging(name), seconds, judgement));
    }
  }

  /** Where a run's picture is. */
  static Path picture(Path folder, String masking, int clip) {
    return folder.resolve("clip-" + (clip + 1) + "-" + FileNames.readable(masking) + ".png");
  }

  private static void write(Path file, BufferedImage picture) {
    try {
      WholeFile.write(
          file, channel -> Channels.newOutputStream(channel).write(Png.encode(picture)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e, e);
    }
  }

  private static void delete(Path checkpoints) {
    try {
      MoreFiles.deleteRecursively(checkpoints, RecursiveDeleteOption.ALLOW_INSECURE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + checkpoints + ": " + e, e);
    }
  }

  /** What was found, if it is finished. */
  Optional<SweepResult.Run> found() {
    if (!isFinished()) {
      return Optional.empty();
    }
    StoredJudgement judgement = judgement().orElseThrow();
    RunHistory history = MetricsFile.read(folder.resolve(METRICS));
    long steps = recipe.steps();
    long clips = steps * recipe.clipsPerStep();
    long peak =
        SweepJson.read(folder.resolve(TRAINED), Trained.class)
            .map(Trained::peakMegabytes)
            .orElse(-1L);
    Set<String> seen = new LinkedHashSet<>();
    List<ClipReadException> broken =
        Stream.concat(
                history.brokenFiles().stream(),
                judgement.brokenFiles().stream().map(StoredJudgement.BrokenFile::failure))
            .filter(file -> seen.add(file.file()))
            .toList();
    return Optional.of(
        new SweepResult.Run(
            name,
            seed,
            folder,
            steps,
            clips,
            history.lastLoss(),
            clips / history.clipsPerSecond(),
            peak < 0 ? OptionalLong.empty() : OptionalLong.of(peak),
            judgement.report(),
            judgement.completion(),
            broken));
  }
}
