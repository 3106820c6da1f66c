package org.mae4j.examples.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.mae4j.api.internal.Checks;
import org.mae4j.train.ranks.RankLostException;

/**
 * Several processes of a program on this machine, which train together: what torchrun is for, where
 * there is none. They end together and are not started again.
 */
public final class LocalRanks {

  private static final int PATIENCE_MINUTES = 10;

  private LocalRanks() {}

  /**
   * Runs a program in some processes, with the options and class path of this one, and passes on
   * what they say, the rank before each line.
   *
   * @param count at least 2
   * @param program its {@code main}
   * @param arguments of each
   * @return the status of the process that ended first otherwise than for another one's sake; 0 if
   *     all went well
   * @throws IllegalArgumentException if this process is a rank of somebody else's already
   */
  public static int run(int count, Class<?> program, List<String> arguments, PrintStream out) {
    Checks.require(
        System.getenv("RANK") == null && System.getenv("WORLD_SIZE") == null,
        "--ranks starts processes, but RANK or WORLD_SIZE says that a launcher has done so"
            + " already");
    List<Process> processes = new ArrayList<>();
    Thread ending = new Thread(() -> end(processes), "end-ranks");
    Runtime.getRuntime().addShutdownHook(ending);
    try {
      int port = freePort();
      List<Thread> readers = new ArrayList<>();
      for (int rank = 0; rank < count; rank++) {
        Process process = start(rank, count, port, program, arguments);
        synchronized (processes) {
          processes.add(process);
        }
        readers.add(passOn(process, rank, out));
      }
      int status = 0;
      for (Process process : List.copyOf(processes)) {
        status = worse(status, process.waitFor());
      }
      for (Thread reader : readers) {
        reader.join();
      }
      return status;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while other ranks were running", e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start a process: " + e, e);
    } finally {
      end(processes);
      remove(ending);
    }
  }

  /** Whoever lost another one does not know why. */
  private static int worse(int status, int other) {
    return status == 0 || (status == RankLostException.EXIT_STATUS && other != 0) ? other : status;
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This process is ending, and the hook at work.
      return;
    }
  }

  /** That is followed by another free one: the ranks meet at the next. */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort() - 1;
    }
  }

  private static Process start(
      int rank, int count, int port, Class<?> program, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(program.getName());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.put("RANK", Integer.toString(rank));
    environment.put("LOCAL_RANK", Integer.toString(rank));
    environment.put("WORLD_SIZE", Integer.toString(count));
    environment.put("MASTER_ADDR", "127.0.0.1");
    environment.put("MASTER_PORT", Integer.toString(port));
    environment.putIfAbsent(
        "OMP_NUM_THREADS",
        Integer.toString(Math.max(1, Runtime.getRuntime().availableProcessors() / count)));
    return builder.start();
  }

  private static Thread passOn(Process process, int rank, PrintStream out) {
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader lines =
                  new BufferedReader(
                      new InputStreamReader(process.getInputStream(), Charset.defaultCharset()))) {
                lines.lines().forEach(line -> out.println(rank + ": " + line));
              } catch (IOException | UncheckedIOException e) {
                out.println(rank + ": what it says cannot be read any more: " + e);
              }
            },
            "rank-" + rank);
    reader.setDaemon(true);
    reader.start();
    return reader;
  }

  /** Asks them to end, and waits until they have written a checkpoint. */
  private static void end(List<Process> processes) {
    List<Process> started;
    synchronized (processes) {
      started = List.copyOf(processes);
    }
    // Not Process.destroy, which closes what is still to be read.
    started.forEach(process -> process.toHandle().destroy());
    try {
      for (Process process : started) {
        if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
          process.destroyForcibly();
        }
      }
    } catch (InterruptedException e) {
      started.forEach(Process::destroyForcibly);
      Thread.currentThread().interrupt();
    }
  }
}
