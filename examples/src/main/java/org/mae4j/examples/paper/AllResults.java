package org.mae4j.examples.paper;

import java.util.List;
import java.util.concurrent.Callable;
import org.mae4j.examples.support.ConsoleProgress;
import org.mae4j.examples.support.Examples;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The paper's five results one after the other, and a page that leads to all of them. */
@Command(
    name = "AllResults",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Runs the paper's five results and writes one page that sums them up.")
public final class AllResults implements Callable<Integer> {

  @Mixin private final ResultOptions options = new ResultOptions();

  /** Runs the example with command line options; without any it needs none. */
  public static void main(String[] arguments) {
    System.exit(Examples.execute(new AllResults(), arguments));
  }

  @Override
  public Integer call() {
    run(options);
    return 0;
  }

  /** Runs the example. */
  public void run(ResultOptions chosen) {
    List<Result<?>> results =
        List.of(
            new Result1ActionRecognition(),
            new Result2DevelopmentalActions(),
            new Result3DataScaling(),
            new Result4Interpolation(),
            new Result5ObjectRecognition());
    ConsoleProgress progress = new ConsoleProgress(System.out);
    try (progress;
        ResultRun run = ResultRun.open(chosen, progress, results.toArray(new Result<?>[0]))) {
      results.forEach(run::run);
      run.writeIndex();
    }
  }
}
