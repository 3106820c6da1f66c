package org.mae4j.eval.sweep;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.mae4j.eval.internal.SharedWork;

/**
 * How many steps each run makes where a time was given for all of them: the same for all recipes,
 * so that they are compared at equal numbers of updates, however the machine was busy while their
 * speed was measured. Decided once: more seeds or recipes later make as many.
 *
 * @param preparations what is known once they are done
 */
record TimePlan(SweepResources resources, Path folder, Supplier<Preparations> preparations)
    implements SharedWork.Piece {

  /** The rest is for starting, saving and what else goes on on the machine. */
  private static final double USED = 0.95;

  /**
   * What getting ready has cost.
   *
   * @param spent seconds, of all processes together
   * @param judging seconds that judging a model takes
   * @param step seconds that a step takes, mean over the recipes
   */
  record Preparations(double spent, double judging, double step) {}

  private record Planned(long steps) {}

  static TimePlan of(SweepResources resources, Supplier<Preparations> preparations) {
    long millis = resources.plan().time().orElseThrow().toMillis();
    Path folder = resources.plan().folder().resolve("prepared").resolve("time-" + millis + "-ms");
    return new TimePlan(resources, folder, preparations);
  }

  /** Steps of each run, once planned. */
  Optional<Long> steps() {
    return SweepJson.read(folder.resolve("time.json"), Planned.class).map(Planned::steps);
  }

  @Override
  public boolean isDone() {
    return steps().isPresent();
  }

  @Override
  public void work() {
    SweepPlan plan = resources.plan();
    int runs = plan.recipes().size() * plan.seeds().size();
    int processes = Math.min(runs, plan.processes());
    Preparations done = preparations.get();
    double seconds = secondsOfRun(plan.time().orElseThrow(), runs, processes, done);
    long steps = Math.max(1, (long) (seconds / done.step()));
    resources
        .say()
        .accept(
            String.format(
                Locale.ROOT,
                "%d runs by %d process(es): %d steps each, about %.0f s, and %.0f s of judging",
                runs,
                processes,
                steps,
                Math.max(0, seconds),
                done.judging()));
    if (seconds < done.step()) {
      resources.say().accept("the time does not suffice: each run makes a single step");
    }
    SweepJson.write(folder.resolve("time.json"), new Planned(steps));
  }

  /** What is left of a time for the training of each run; 0 or less if nothing is. */
  static double secondsOfRun(Duration time, int runs, int processes, Preparations done) {
    int rounds = (runs + processes - 1) / processes;
    double left = USED * time.toMillis() / 1000 - done.spent() / processes;
    return left / rounds - done.judging();
  }
}
