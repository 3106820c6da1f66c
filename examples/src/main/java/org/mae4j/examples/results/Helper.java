package org.mae4j.examples.results;

import java.util.Arrays;
import org.mae4j.examples.support.ConsoleProgress;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The program of the processes that {@link Helpers} starts. */
@Command(name = "helper")
final class Helper {

  @Mixin private final ResultOptions options = new ResultOptions();

  private Helper() {}

  /**
   * Trains models until none is left.
   *
   * @param arguments the class of the result, then options
   */
  public static void main(String[] arguments) throws ReflectiveOperationException {
    endWithParent();
    Result<?> result =
        Class.forName(arguments[0]).asSubclass(Result.class).getDeclaredConstructor().newInstance();
    Helper helper = new Helper();
    new CommandLine(helper).parseArgs(Arrays.copyOfRange(arguments, 1, arguments.length));
    ConsoleProgress progress = new ConsoleProgress(System.out);
    try (progress;
        ResultRun run = ResultRun.open(helper.options, progress, result)) {
      run.train(result);
    }
  }

  /** Whoever started this process wants nothing more of it once gone. */
  private static void endWithParent() {
    ProcessHandle parent = ProcessHandle.current().parent().orElseThrow();
    Thread watch =
        new Thread(
            () -> {
              parent.onExit().join();
              Runtime.getRuntime().halt(1);
            },
            "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }
}
