package org.mae4j.examples.app;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.mae4j.api.internal.Checks;
import org.mae4j.examples.support.Examples;
import org.mae4j.examples.support.ResultFolder;
import org.mae4j.models.torch.TorchEngine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options of programs that train in a folder and can go on with what they began there. */
final class RunOptions {

  private static final List<String> CHANGEABLE =
      List.of(
          "--videos", "--steps", "--ema", "--override", "--checkpoint-every", "--skip-non-finite");

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "a new folder for the results; default below target/")
  private Path out;

  @Option(names = "--resume", paramLabel = "DIR", description = "go on with the run in DIR")
  private Path resume;

  @Option(
      names = "--override",
      paramLabel = "FIELD",
      split = ",",
      description =
          "with --resume: what may differ from how the run began: a field of the recipe, or data"
              + " for its videos, classes and split")
  private Set<String> overridden = Set.of();

  @Option(
      names = "--checkpoint-every",
      paramLabel = "N",
      defaultValue = "100",
      description = "steps from one checkpoint to the next; default ${DEFAULT-VALUE}")
  private long checkpointEvery;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "how many steps to train instead of as many as otherwise")
  private Long steps;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "decides videos, weights, order, crops and masks; default 1")
  private Long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "threads of the model; default OMP_NUM_THREADS, or else one less than there are"
              + " processors, which leaves one to decoding")
  private Integer threads;

  @Option(
      names = "--skip-non-finite",
      paramLabel = "N",
      description =
          "how many steps may be left out because their loss or gradient is infinite or not a"
              + " number; default 0")
  private Integer skipNonFinite;

  @Option(
      names = "--ema",
      paramLabel = "DECAY",
      description =
          "judge and save the moving average of the weights, which keeps this share of itself at"
              + " each step, such as 0.999; default no average, as in the paper")
  private Double ema;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  /**
   * Checks what can be checked without touching a file.
   *
   * @throws IllegalArgumentException if an option is out of range or beside one it excludes
   */
  void check() {
    if (steps != null) {
      Checks.atLeast(1, steps, "--steps");
    }
    if (threads != null) {
      Checks.atLeast(1, threads, "--threads");
    }
    Checks.atLeast(1, checkpointEvery, "--checkpoint-every");
    if (skipNonFinite != null) {
      Checks.atLeast(0, skipNonFinite, "--skip-non-finite");
    }
    if (resume != null) {
      Examples.requireNothingBesideResume(spec, CHANGEABLE);
    }
    Checks.require(overridden.isEmpty() || resume != null, "--override needs --resume");
  }

  /** Whether a run goes on. */
  boolean isResumed() {
    return resume != null;
  }

  /** The folder of the run; one below target/ by default. */
  Path folder(String program) {
    if (resume != null) {
      return resume;
    }
    if (out == null) {
      out = ResultFolder.byTime(program);
    }
    return out;
  }

  /** What may differ from how the run began, by name. */
  Set<String> overridden() {
    return overridden;
  }

  /** Steps from one checkpoint to the next. */
  long checkpointEvery() {
    return checkpointEvery;
  }

  /** How many steps to train, if that was said. */
  OptionalLong steps() {
    return steps == null ? OptionalLong.empty() : OptionalLong.of(steps);
  }

  /** Decides all draws. */
  long seed() {
    return seed == null ? 1 : seed;
  }

  /** Threads of the model; those that the engine starts with unless others were asked for. */
  int threads() {
    return threads == null ? TorchEngine.threads() : threads;
  }

  /** How many steps may be left out: as was said now, else as before. */
  int skipNonFinite(int before) {
    return skipNonFinite == null ? before : skipNonFinite;
  }

  /** The decay of the weights' moving average, if one was asked for. */
  OptionalDouble ema() {
    return ema == null ? OptionalDouble.empty() : OptionalDouble.of(ema);
  }
}
