package org.mae4j.examples.paper;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/**
 * A result that runs by itself.
 *
 * @param <T> its numbers
 */
public abstract class ResultProgram<T> implements Result<T>, Callable<Integer> {

  @Mixin private final ResultOptions options = new ResultOptions();

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
