package org.mae4j.eval.sweep;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.FewShotReport;
import org.mae4j.eval.completion.CompletionReport;

/**
 * One finished run of a {@link Sweep}, and what its model was found to be worth.
 *
 * @param recipe the name of its recipe in the sweep
 * @param seed of weights, order of videos, crops and masks
 * @param folder of its files: {@code model.safetensors}, {@code metrics.jsonl}, pictures
 * @param steps updates
 * @param clips that it was trained on, repeated ones as often as they were
 * @param finalLoss mean over the last 5% of the updates
 * @param seconds of training, in however many processes it was done; judging is not counted
 * @param peakMegabytes the peak of the process's resident memory while it trained, in 10^6 bytes,
 *     since the run last went on; empty where the system does not tell
 * @param probe a linear probe of the encoder, if the sweep has a task
 * @param completion errors on hidden patches by the name of the masking; empty where the objective
 *     is not to predict pixels
 * @param brokenFiles videos that could not be read
 */
public record SweepRun(
    String recipe,
    long seed,
    Path folder,
    long steps,
    long clips,
    double finalLoss,
    double seconds,
    OptionalLong peakMegabytes,
    Optional<FewShotReport> probe,
    Map<String, CompletionReport> completion,
    List<ClipReadException> brokenFiles) {

  public SweepRun {
    Objects.requireNonNull(recipe, "recipe");
    Objects.requireNonNull(folder, "folder");
    Objects.requireNonNull(peakMegabytes, "peakMegabytes");
    Objects.requireNonNull(probe, "probe");
    completion = Collections.unmodifiableMap(new LinkedHashMap<>(completion));
    brokenFiles = List.copyOf(brokenFiles);
  }

  /** Updates per second of training. */
  public double stepsPerSecond() {
    return steps / seconds;
  }

  /** Clips per second of training. */
  public double clipsPerSecond() {
    return clips / seconds;
  }
}
