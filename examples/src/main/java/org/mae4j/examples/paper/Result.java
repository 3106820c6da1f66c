package org.mae4j.examples.paper;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/**
 * One of the paper's results, as a program.
 *
 * @param <T> its numbers
 */
public abstract class Result<T> implements Callable<Integer> {

  @Mixin private final ResultOptions options = new ResultOptions();

  /** Names its folder: {@code result1}. */
  public abstract String name();

  /** What it asks. */
  public abstract String question();

  /** The models it needs, which may be trained side by side, those of the first seed first. */
  public abstract List<ModelKey> models(Study study, List<Long> seeds);

  /** Measures; all models are there. */
  public abstract T measure(Study study, ExperimentModels models, List<Long> seeds);

  /** What to show of it; may draw with the first seed's models. */
  public abstract ResultPage page(Study study, ExperimentModels models, long firstSeed, T result);

  @Override
  public final Integer call() {
    run(options);
    return 0;
  }

  /** Runs the example. */
  public final T run(ResultOptions chosen) {
    return ResultRun.alone(this, chosen);
  }
}
