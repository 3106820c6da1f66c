package org.mae4j.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.models.weights.WeightFileException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one run: a folder of files named by their step, of which the newest are kept,
 * and the best one if the run has one.
 *
 * <p>A file of such a name is whole: it is written under another one, flushed to the disk, and
 * renamed. That, too, is checked before it is resumed from.
 */
public final class Checkpoints {

  private static final Logger logger = LoggerFactory.getLogger(Checkpoints.class);
  private static final Pattern NAME = Pattern.compile("checkpoint-(\\d{1,18})\\.safetensors");
  private static final Pattern UNFINISHED = Pattern.compile(NAME.pattern() + "\\..*tmp");

  private final Path folder;
  private final int kept;

  /**
   * The checkpoints in a folder, which is made if it is absent.
   *
   * @param kept how many to keep beside the best one, at least 1; one more is on the disk while the
   *     next is written
   * @throws CheckpointException if the folder cannot be made
   */
  public Checkpoints(Path folder, int kept) {
    Checks.atLeast(1, kept, "checkpoints kept");
    this.folder = folder;
    this.kept = kept;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw cannotMake(e);
    }
  }

  /**
   * Keeps other runs from writing into the folder.
   *
   * @throws CheckpointException if one does
   */
  public RunLock lock() {
    return RunLock.acquire(folder);
  }

  /**
   * Writes a checkpoint and removes those before it that are no longer kept. Checkpoints of later
   * steps, left by a run that was resumed from before them, do not count and stay.
   *
   * @throws CheckpointException if it cannot be written; those before it stay
   */
  public Path write(TrainingState<?, ?> state, Map<String, String> provenance) {
    Path file = file(state.stepsDone());
    try {
      // Somebody may have removed it since the run began.
      Files.createDirectories(folder);
      state.write(file, provenance);
    } catch (CheckpointException e) {
      throw new CheckpointException(e.getMessage() + "; " + wayOn(), e);
    } catch (IOException e) {
      throw cannotMake(e);
    }
    try {
      removeOthers(state);
    } catch (CheckpointException e) {
      logger.warn("old checkpoints stay: {}", e.getMessage());
    }
    return file;
  }

  private CheckpointException cannotMake(IOException e) {
    return new CheckpointException("cannot make folder " + folder + ": " + e, e);
  }

  private void removeOthers(TrainingState<?, ?> state) {
    OptionalLong best = state.bestStep();
    files().stream()
        .filter(other -> step(other) <= state.stepsDone())
        .skip(kept)
        .filter(other -> best.isEmpty() || step(other) != best.getAsLong())
        .forEach(Checkpoints::delete);
    // What a killed run left half written.
    list(UNFINISHED).forEach(Checkpoints::delete);
  }

  private Path file(long step) {
    return folder.resolve(String.format(Locale.ROOT, "checkpoint-%08d.safetensors", step));
  }

  /** What is left to a run that could not save. */
  private String wayOn() {
    String newest;
    try {
      newest =
          newest()
              .map(file -> "the run can go on from " + file.getFileName())
              .orElse("there is none before it");
    } catch (CheckpointException e) {
      return e.getMessage();
    }
    try {
      long free = Files.getFileStore(folder).getUsableSpace() >> 20;
      return free + " MiB are free there; " + newest;
    } catch (IOException e) {
      return newest;
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      logger.warn("cannot remove old checkpoint {}: {}", file, e.toString());
    }
  }

  /** The newest checkpoint that is whole; it is read through for that. */
  public Optional<Path> newest() {
    return files().stream().filter(Checkpoints::isSound).findFirst();
  }

  /** The best checkpoint so far, if the run judges its model and the file is whole. */
  public Optional<Path> best() {
    return newest()
        .map(file -> SavedRun.bestStep(Safetensors.open(file)))
        .filter(OptionalLong::isPresent)
        .map(step -> file(step.getAsLong()))
        .filter(Checkpoints::isSound);
  }

  private static boolean isSound(Path file) {
    try {
      Safetensors.open(file).verify();
      return true;
    } catch (WeightFileException e) {
      logger.warn("skipping a damaged checkpoint: {}", e.getMessage());
      return false;
    }
  }

  /** Newest first. */
  private List<Path> files() {
    return list(NAME).stream()
        .sorted(Comparator.comparingLong(Checkpoints::step).reversed())
        .toList();
  }

  private List<Path> list(Pattern name) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> name.matcher(file.getFileName().toString()).matches()).toList();
    } catch (IOException e) {
      throw new CheckpointException("cannot list folder " + folder + ": " + e, e);
    }
  }

  private static long step(Path file) {
    Matcher name = NAME.matcher(file.getFileName().toString());
    return name.matches() ? Long.parseLong(name.group(1)) : -1;
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
