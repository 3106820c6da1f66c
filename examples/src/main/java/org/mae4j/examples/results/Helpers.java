package org.mae4j.examples.results;

import static java.util.stream.Collectors.joining;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Processes that train models of results beside this one, in the same folder. A model goes to
 * whoever locks its folder first; one that a dying process leaves behind is taken up by another.
 * They go on while this process judges what is there.
 *
 * <p>Processes and not threads, since DJL collects gradients for one thread only.
 */
final class Helpers implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 10;

  private final List<Process> processes;

  private Helpers(List<Process> processes) {
    this.processes = processes;
  }

  /**
   * Starts some.
   *
   * @param count at least 0; what they say goes into files in the folder of work
   */
  static Helpers start(int count, ResultOptions options, Result<?>... results) {
    List<Process> processes = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      processes.add(start(results, options, options.work().resolve("helper-" + i + ".log")));
    }
    return new Helpers(processes);
  }

  private static Process start(Result<?>[] results, ResultOptions options, Path log) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Djava.awt.headless=true");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Helper.class.getName());
    command.add(
        Stream.of(results).map(result -> result.getClass().getName()).collect(joining(",")));
    command.addAll(options.forHelper());
    try {
      Files.createDirectories(options.work());
      File file = log.toFile();
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(Redirect.to(file))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start a process to train models: " + e, e);
    }
  }

  /** Ends them; by then there is nothing left to do, or this process failed. */
  @Override
  public void close() {
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
}
