package org.mae4j.examples.paper;

import com.google.common.base.Splitter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mae4j.examples.support.ConsoleProgress;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The program of the processes that {@link WorkerProcesses} starts. */
@Command(name = "worker")
final class WorkerMain {

  @Mixin private final ResultOptions options = new ResultOptions();

  private WorkerMain() {}

  /**
   * Trains models until none is left.
   *
   * @param arguments the classes of the results, comma-separated, then options
   */
  public static void main(String[] arguments) throws ReflectiveOperationException {
    endWithParent();
    List<Result<?>> results = new ArrayList<>();
    for (String name : Splitter.on(',').split(arguments[0])) {
      results.add(
          Class.forName(name).asSubclass(Result.class).getDeclaredConstructor().newInstance());
    }
    WorkerMain worker = new WorkerMain();
    new CommandLine(worker).parseArgs(Arrays.copyOfRange(arguments, 1, arguments.length));
    ConsoleProgress progress = new ConsoleProgress(System.out);
    Result<?>[] all = results.toArray(new Result<?>[0]);
    try (progress;
        ResultRun run = ResultRun.open(worker.options, progress, all)) {
      run.train(all);
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
