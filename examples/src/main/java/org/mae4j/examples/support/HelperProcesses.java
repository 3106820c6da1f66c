package org.mae4j.examples.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes that train models beside this one, in the same folder. They go on while this process
 * judges what is there.
 *
 * <p>Processes and not threads, since DJL collects gradients for one thread only.
 */
public final class HelperProcesses implements AutoCloseable {

  private static final Logger logger = LoggerFactory.getLogger(HelperProcesses.class);
  private static final int PATIENCE_SECONDS = 10;

  /** Options of the virtual machine that belong to one process alone. */
  private static final Pattern OWN = Pattern.compile("-(agent|javaagent|Xdebug|Xrunjdwp).*");

  private final List<Process> processes = new ArrayList<>();
  private volatile boolean closed;

  private HelperProcesses() {}

  /**
   * Starts some, with the options and class path of this one.
   *
   * @param count at least 0
   * @param folder what they say goes into files {@code worker-N.log} in it
   * @param program their {@code main}, which begins with {@link #begin}
   * @param arguments of each
   */
  public static HelperProcesses start(
      int count, Path folder, Class<?> program, List<String> arguments) {
    HelperProcesses helpers = new HelperProcesses();
    for (int i = 1; i <= count; i++) {
      helpers.start(program, arguments, folder.resolve("worker-" + i + ".log"));
    }
    return helpers;
  }

  private void start(Class<?> program, List<String> arguments, Path log) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !OWN.matcher(argument).matches())
        .forEach(command::add);
    command.add("-Djava.awt.headless=true");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(program.getName());
    command.addAll(arguments);
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

  /** To be called first by a helper: it ends with whoever started it, and says why it fails. */
  public static void begin() {
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
    Thread.currentThread()
        .setUncaughtExceptionHandler((thread, failure) -> Examples.end("worker", failure));
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
}
