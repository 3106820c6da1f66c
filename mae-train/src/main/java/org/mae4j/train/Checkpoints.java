package org.mae4j.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.models.weights.WeightFileException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one run: a folder of files named by their step, of which the newest are kept.
 */
public final class Checkpoints {

  private static final Logger logger = LoggerFactory.getLogger(Checkpoints.class);
  private static final Pattern NAME = Pattern.compile("checkpoint-(\\d{1,18})\\.safetensors");

  private final Path folder;
  private final int kept;

  /**
   * The checkpoints in a folder, which is made if it is absent.
   *
   * @param kept how many to keep, at least 1
   * @throws CheckpointException if the folder cannot be made
   */
  public Checkpoints(Path folder, int kept) {
    Checks.atLeastOne(kept, "checkpoints kept");
    this.folder = folder;
    this.kept = kept;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new CheckpointException("cannot make folder " + folder + ": " + e, e);
    }
  }

  /**
   * Writes a checkpoint and removes those before it that are no longer kept. Checkpoints of later
   * steps, left by a run that was resumed from before them, do not count and stay.
   */
  public Path write(TrainingState<?, ?> state, Map<String, String> provenance) {
    Path file = folder.resolve(String.format("checkpoint-%08d.safetensors", state.stepsDone()));
    state.write(file, provenance);
    files().stream()
        .filter(other -> step(other) <= state.stepsDone())
        .skip(kept)
        .forEach(Checkpoints::delete);
    return file;
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      logger.warn("cannot remove old checkpoint {}: {}", file, e.toString());
    }
  }

  /** The newest checkpoint whose table of contents is sound. */
  public Optional<Path> newest() {
    return files().stream().filter(Checkpoints::isSound).findFirst();
  }

  private static boolean isSound(Path file) {
    try {
      Safetensors.open(file);
      return true;
    } catch (WeightFileException e) {
      logger.warn("skipping a damaged checkpoint: {}", e.getMessage());
      return false;
    }
  }

  /** Newest first. */
  private List<Path> files() {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> step(file) >= 0)
          .sorted(Comparator.comparingLong(Checkpoints::step).reversed())
          .toList();
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
