package org.mae4j.examples.paper;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mae4j.examples.support.ConsoleProgress;
import org.mae4j.examples.support.Examples;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Processes that train models of results beside this one, in the same folder. A model goes to
 * whoever locks its folder first; one that a dying process leaves behind is taken up by another.
 * They go on while this process judges what is there.
 *
 * <p>Processes and not threads, since DJL collects gradients for one thread only.
 */
final class WorkerProcesses implements AutoCloseable {

  private static final Logger logger = LoggerFactory.getLogger(WorkerProcesses.class);
  private static final int PATIENCE_SECONDS = 10;

  /** Options of the virtual machine that belong to one process alone. */
  private static final Pattern OWN = Pattern.compile("-(agent|javaagent|Xdebug|Xrunjdwp).*");

  private final List<Process> processes = new ArrayList<>();
  private volatile boolean closed;

  private WorkerProcesses() {}

  /**
   * Starts some.
   *
   * @param count at least 0; what they say goes into files in the folder of work
   */
  static WorkerProcesses start(int count, ResultOptions options, Result<?>... results) {
    WorkerProcesses workers = new WorkerProcesses();
    for (int i = 1; i <= count; i++) {
      workers.start(results, options, options.work().resolve("worker-" + i + ".log"));
    }
    return workers;
  }

  private void start(Result<?>[] results, ResultOptions options, Path log) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !OWN.matcher(argument).matches())
        .forEach(command::add);
    command.add("-Djava.awt.headless=true");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Worker.class.getName());
    command.add(
        Stream.of(results).map(result -> result.getClass().getName()).collect(joining(",")));
    command.addAll(options.forWorker());
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(Redirect.to(log.toFile()))
              .start();
      processes.add(process);
      CompletableFuture<Void> unused =
          process
              .onExit()
              .thenAccept(
                  ended -> {
                    if (!closed && ended.exitValue() != 0) {
                      logger.warn("a process that helped has failed; {} says why", log);
                    }
                  });
    } catch (IOException e) {
      close();
      throw new UncheckedIOException("cannot start a process to train models: " + e, e);
    }
  }

  /** Ends them; by then there is nothing left to do, or this process failed. */
  @Override
  public void close() {
    closed = true;
    processes.forEach(Process::destroy);
    try {
      for (Process process : processes) {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      }
    } catch (InterruptedException e) {
      processes.forEach(Process::destroyForcibly);
      Thread.currentThread().interrupt();
    }
  }

  /** The program of such a process. */
  @Command(name = "worker")
  static final class Worker {

    @Mixin private final ResultOptions options = new ResultOptions();

    private Worker() {}

    /**
     * Trains models until none is left.
     *
     * @param arguments the classes of the results, comma-separated, then options
     */
    public static void main(String[] arguments) throws ReflectiveOperationException {
      endWithParent();
      Thread.currentThread()
          .setUncaughtExceptionHandler((thread, failure) -> Examples.end("worker", failure));
      List<Result<?>> results = new ArrayList<>();
      for (String name : Splitter.on(',').split(arguments[0])) {
        results.add(
            Class.forName(name).asSubclass(Result.class).getDeclaredConstructor().newInstance());
      }
      Worker worker = new Worker();
      new CommandLine(worker).parseArgs(Arrays.copyOfRange(arguments, 1, arguments.length));
      worker.train(results);
    }

    private void train(List<Result<?>> results) {
      Set<String> names = results.stream().map(Result::name).collect(toSet());
      ConsoleProgress progress = new ConsoleProgress(System.out);
      try (progress;
          Study study = options.study(progress, names);
          ExperimentModels experiment = options.experiment(study, progress)) {
        experiment.train(
            results.stream()
                .flatMap(result -> result.models(study, options.seeds()).stream())
                .toList());
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
}
