package org.mae4j.examples.results;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Processes that train models of a result beside this one, in the same folder. A model goes to
 * whoever locks its folder first; one that a dying process leaves behind is taken up by another.
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
   * Does something with the help of some.
   *
   * @param count at least 0; what they say goes into files in the folder of work
   */
  static void during(Runnable work, int count, Result<?> result, ResultOptions options) {
    Helpers helpers = start(count, result, options);
    try (helpers) {
      work.run();
    }
  }

  private static Helpers start(int count, Result<?> result, ResultOptions options) {
    List<Process> processes = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      processes.add(start(result, options, options.work().resolve("helper-" + i + ".log")));
    }
    return new Helpers(processes);
  }

  private static Process start(Result<?> result, ResultOptions options, Path log) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Djava.awt.headless=true");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Helper.class.getName());
    command.add(result.getClass().getName());
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
