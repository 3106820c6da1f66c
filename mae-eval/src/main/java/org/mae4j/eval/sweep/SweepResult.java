package org.mae4j.eval.sweep;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiConsumer;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.Interval;
import org.mae4j.api.Provenance;
import org.mae4j.api.internal.Checks;
import org.mae4j.eval.completion.CompletionReport;
import org.mae4j.eval.completion.CompletionRuns;
import org.mae4j.eval.fewshot.FewShotRuns;
import org.mae4j.train.recipe.PretrainingRecipe;

/**
 * What a {@link Sweep} has found so far.
 *
 * <p>Intervals are 95% intervals by a bootstrap that resamples test clips and seeds. With fewer
 * than about five seeds they are too narrow for what other seeds might give. Differences are taken
 * in pairs, seed by seed and clip by clip: runs of one seed see the videos in the same order and,
 * where their models have the same geometry, begin with the same weights.
 *
 * @param recipes by name, in the sweep's order, over as many steps as they were trained
 * @param seeds of each
 * @param runs the finished ones, in the order of recipes and seeds
 * @param failures those that failed
 * @param untrained what the probe finds before any training, by the name of the recipe
 * @param provenance how the result can be had again
 */
public record SweepResult(
    Map<String, PretrainingRecipe> recipes,
    List<Long> seeds,
    List<Run> runs,
    List<Failure> failures,
    Map<String, FewShotReport> untrained,
    Provenance provenance) {

  public SweepResult {
    recipes = Collections.unmodifiableMap(new LinkedHashMap<>(recipes));
    seeds = List.copyOf(seeds);
    runs = List.copyOf(runs);
    failures = List.copyOf(failures);
    untrained = Map.copyOf(untrained);
    Objects.requireNonNull(provenance, "provenance");
  }

  /**
   * One finished run, and what its model was found to be worth.
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
   * @param completion errors on hidden patches by the name of the masking; empty where the
   *     objective is not to predict pixels
   * @param brokenFiles videos that could not be read
   */
  public record Run(
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

    public Run {
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

  /**
   * A run that came to no end.
   *
   * @param recipe the name of its recipe
   * @param seed its seed
   * @param reason why, in one line
   */
  public record Failure(String recipe, long seed, String reason) {

    public Failure {
      Objects.requireNonNull(recipe, "recipe");
      Objects.requireNonNull(reason, "reason");
    }
  }

  /** The finished runs of a recipe, in the order of their seeds. */
  public List<Run> runs(String recipe) {
    requireKnown(recipe);
    return runs.stream().filter(run -> run.recipe().equals(recipe)).toList();
  }

  private void requireKnown(String recipe) {
    Checks.require(
        recipes.containsKey(recipe), "the recipes are %s, but not %s", recipes.keySet(), recipe);
  }

  /** How many runs are neither finished nor failed. */
  public int unfinished() {
    return recipes.size() * seeds.size() - runs.size() - failures.size();
  }

  /** The names of the maskings that some run was judged under by completion. */
  public Set<String> completions() {
    Set<String> names = new LinkedHashSet<>();
    runs.forEach(run -> names.addAll(run.completion().keySet()));
    return names;
  }

  /** What linear probes make of a recipe's models; empty without a task or a finished run. */
  public Optional<FewShotRuns> probe(String recipe) {
    List<FewShotReport> reports =
        runs(recipe).stream().flatMap(run -> run.probe().stream()).toList();
    return reports.isEmpty() ? Optional.empty() : Optional.of(new FewShotRuns(reports));
  }

  /**
   * How well a recipe's models complete clips; empty where they do not predict pixels, or none is
   * finished.
   *
   * @param masking one of {@link #completions}
   */
  public Optional<CompletionRuns> completion(String recipe, String masking) {
    List<CompletionReport> reports =
        runs(recipe).stream()
            .flatMap(run -> Optional.ofNullable(run.completion().get(masking)).stream())
            .toList();
    return reports.isEmpty() ? Optional.empty() : Optional.of(new CompletionRuns(reports));
  }

  /**
   * The accuracy of a recipe's probes less that of another's, over the seeds that both have.
   *
   * @return empty if there is no such seed
   */
  public Optional<Interval> probeDifference(String recipe, String other) {
    Pairs<FewShotReport> pairs = new Pairs<>();
    forEachPair(
        recipe,
        other,
        (one, two) -> {
          if (one.probe().isPresent() && two.probe().isPresent()) {
            pairs.add(one.probe().get(), two.probe().get());
          }
        });
    return pairs.ones.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new FewShotRuns(pairs.ones).intervalOfPairedDifference(new FewShotRuns(pairs.others)));
  }

  /**
   * The error of a recipe's completions less that of another's, over the seeds that both have.
   *
   * @param masking one of {@link #completions}
   * @return empty if there is no such seed
   */
  public Optional<Interval> completionDifference(String recipe, String other, String masking) {
    Pairs<CompletionReport> pairs = new Pairs<>();
    forEachPair(
        recipe,
        other,
        (one, two) -> {
          CompletionReport own = one.completion().get(masking);
          CompletionReport compared = two.completion().get(masking);
          // Clips of other lengths may be of other videos.
          if (own != null && compared != null && own.clips().equals(compared.clips())) {
            pairs.add(own, compared);
          }
        });
    return pairs.ones.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new CompletionRuns(pairs.ones).intervalOfDifference(new CompletionRuns(pairs.others)));
  }

  private void forEachPair(String recipe, String other, BiConsumer<Run, Run> use) {
    for (Run one : runs(recipe)) {
      for (Run two : runs(other)) {
        if (one.seed() == two.seed()) {
          use.accept(one, two);
        }
      }
    }
  }

  /** What is compared, as many of the one as of the other. */
  private static final class Pairs<T> {

    private final List<T> ones = new ArrayList<>();
    private final List<T> others = new ArrayList<>();

    private void add(T one, T other) {
      ones.add(one);
      others.add(other);
    }
  }
}
