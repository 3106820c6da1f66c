package org.mae4j.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a second run from writing into a run's folder, by a lock on the file {@value #FILE} in it.
 * The system takes the lock back when the process ends, however it ends; the file stays.
 */
public final class RunLock implements AutoCloseable {

  private static final Logger logger = LoggerFactory.getLogger(RunLock.class);

  /** The name of the file. */
  public static final String FILE = "run.lock";

  /** Linux's; asking for it by network functions may take seconds. */
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

  /**
   * The files locked by this process. They must not be opened a second time: when POSIX closes one
   * of a file's descriptors, it drops all locks that the process has on the file.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private RunLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Locks a folder until closed.
   *
   * @throws CheckpointException if another run has it, naming that run's process, or if no file can
   *     be made in it
   */
  public static RunLock acquire(Path folder) {
    return tryAcquire(folder)
        .orElseThrow(
            () ->
                new CheckpointException(
                    folder
                        + " is in use by "
                        + holder(folder)
                        + ": two runs cannot write into one folder"));
  }

  /**
   * Locks a folder until closed, unless another run has it.
   *
   * @throws CheckpointException if no file can be made in it
   */
  public static Optional<RunLock> tryAcquire(Path folder) {
    try {
      Path file = folder.toRealPath().resolve(FILE);
      if (!HELD.add(file)) {
        return Optional.empty();
      }
      FileChannel channel = null;
      boolean locked = false;
      try {
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        locked = lock(channel, file);
        if (!locked) {
          return Optional.empty();
        }
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(self().getBytes(StandardCharsets.UTF_8)));
        return Optional.of(new RunLock(file, channel));
      } catch (IOException | RuntimeException e) {
        locked = false;
        throw e;
      } finally {
        if (!locked) {
          if (channel != null) {
            channel.close();
          }
          HELD.remove(file);
        }
      }
    } catch (IOException e) {
      throw new CheckpointException("cannot write into folder " + folder + ": " + e, e);
    }
  }

  /** Some network file systems know no locks; a run there is not refused for that. */
  private static boolean lock(FileChannel channel, Path file) {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      // Another class loader of this process has it.
      return false;
    } catch (IOException e) {
      logger.warn(
          "two runs in one folder would not be noticed: cannot lock {}: {}", file, e.toString());
      return true;
    }
  }

  /** Another container's processes have the same numbers, so that one alone tells nothing. */
  private static String holder(Path folder) {
    try {
      Path file = folder.toRealPath().resolve(FILE);
      if (HELD.contains(file)) {
        return "this process, " + ProcessHandle.current().pid();
      }
      String process = Files.readString(file);
      return process.isBlank() ? "another process" : "process " + process;
    } catch (IOException e) {
      return "another process";
    }
  }

  /** This process and, where the system tells it, its machine. */
  private static String self() {
    String process = Long.toString(ProcessHandle.current().pid());
    try {
      return process + " on " + Files.readString(HOST_NAME).strip();
    } catch (IOException e) {
      return process;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      logger.warn("cannot close {}: {}", file, e.toString());
    } finally {
      HELD.remove(file);
    }
  }
}
