package org.mae4j.eval.sweep;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
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
    List<SweepRun> runs,
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
  public List<SweepRun> runs(String recipe) {
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

  private void forEachPair(String recipe, String other, BiConsumer<SweepRun, SweepRun> use) {
    for (SweepRun one : runs(recipe)) {
      for (SweepRun two : runs(other)) {
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
