package org.mae4j.data.internal.copies;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says who of several processes, on one machine or many, is at which copy: by small files in a
 * folder that all of them see. Whoever has made one says again and again that it is alive. The
 * claim of a process of this machine that is gone is void at once, that of another machine's when
 * nothing was heard of it for a while, by the clock of whoever waits.
 *
 * <p>At worst two make the same copy: which does no harm but cost time.
 */
final class CopyClaims implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CopyClaims.class);

  private static final Duration SILENCE = Duration.ofSeconds(90);
  private static final int BEATS_IN_SILENCE = 9;
  private static final int HASH_DIGITS = 32;
  private static final String ENDING = ".claim";

  private final Path folder;
  private final Duration silence;
  // Both guarded by this.
  private final Set<Path> held = new HashSet<>();
  private final Map<Path, Heard> heard = new HashMap<>();
  private Thread heart;
  private long beats;

  /** What a claim said, and when it was first seen to say so. */
  private record Heard(String words, long nanos) {}

  /**
   * Claims in a folder.
   *
   * @param folder made with the first claim, deleted with the last
   */
  CopyClaims(Path folder) {
    this(folder, SILENCE);
  }

  CopyClaims(Path folder, Duration silence) {
    this.folder = folder;
    this.silence = silence;
  }

  /** A file for what is not finished of a claim; deleted with the claim of a process that died. */
  Path unfinished(String key) {
    return folder.resolve(hash(key) + "-" + UUID.randomUUID() + ".mov");
  }

  /** Takes a claim; false if another one has it. */
  boolean take(String key) throws IOException {
    Path claim = folder.resolve(hash(key) + ENDING);
    for (int attempt = 0; attempt < 2; attempt++) {
      if (create(claim)) {
        return true;
      }
      if (!isVoid(claim)) {
        return false;
      }
      clear(claim);
    }
    return false;
  }

  private boolean create(Path claim) throws IOException {
    for (int attempt = 0; ; attempt++) {
      try {
        Files.createDirectories(folder);
        Files.writeString(claim, words(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        synchronized (this) {
          held.add(claim);
          heard.remove(claim);
          startHeart();
        }
        return true;
      } catch (FileAlreadyExistsException e) {
        if (Files.exists(claim)) {
          return false;
        }
      } catch (NoSuchFileException e) {
        // Whoever has given back the last claim deletes the folder.
      }
      if (attempt == 100) {
        throw new IOException("the folder " + folder + " does not stay");
      }
    }
  }

  /** Gives a claim back. */
  void release(String key) {
    Path claim = folder.resolve(hash(key) + ENDING);
    synchronized (this) {
      held.remove(claim);
    }
    try {
      Files.deleteIfExists(claim);
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException e) {
      // Others are at work.
    } catch (IOException e) {
      LOG.debug("{} is left", claim, e);
    }
  }

  private boolean isVoid(Path claim) throws IOException {
    String words;
    try {
      words = Files.readString(claim, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      return true;
    }
    if (Owner.isDead(words)) {
      return true;
    }
    long now = System.nanoTime();
    synchronized (this) {
      Heard before = heard.get(claim);
      if (before == null || !before.words.equals(words)) {
        heard.put(claim, new Heard(words, now));
        return false;
      }
      return now - before.nanos > silence.toNanos();
    }
  }

  /** Deletes a void claim and what its process has left. */
  private void clear(Path claim) throws IOException {
    String name = claim.getFileName().toString();
    String hash = name.substring(0, name.length() - ENDING.length());
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, hash + "-*")) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      return;
    }
    Files.deleteIfExists(claim);
  }

  /** Deletes what is there of processes of this machine that are gone. */
  void clearDead() throws IOException {
    try (DirectoryStream<Path> claims = Files.newDirectoryStream(folder, "*" + ENDING)) {
      for (Path claim : claims) {
        if (Owner.isDead(Files.readString(claim, StandardCharsets.ISO_8859_1))) {
          clear(claim);
        }
      }
    } catch (NoSuchFileException e) {
      // Nothing is there, or not any more.
    }
    try {
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException e) {
      // Others are at work.
    }
  }

  private static String hash(String key) {
    return Hashing.sha256()
        .hashString(key, StandardCharsets.UTF_8)
        .toString()
        .substring(0, HASH_DIGITS);
  }

  private synchronized String words() {
    return String.format(Locale.ROOT, "%s %020d\n", Owner.THIS, beats);
  }

  private synchronized void startHeart() {
    if (heart == null) {
      heart = new Thread(this::beat, "claims of copies");
      heart.setDaemon(true);
      heart.start();
    }
  }

  private void beat() {
    try {
      while (true) {
        Thread.sleep(Math.max(1, silence.toMillis() / BEATS_IN_SILENCE));
        Set<Path> mine;
        ByteBuffer words;
        synchronized (this) {
          beats++;
          mine = Set.copyOf(held);
          words = ByteBuffer.wrap(words().getBytes(StandardCharsets.ISO_8859_1));
        }
        for (Path claim : mine) {
          beat(claim, words.duplicate());
        }
      }
    } catch (InterruptedException e) {
      // It is closed.
    }
  }

  private static void beat(Path claim, ByteBuffer words) {
    try (FileChannel channel = FileChannel.open(claim, StandardOpenOption.WRITE)) {
      channel.write(words);
    } catch (IOException e) {
      // It may just have been given back; if not, another one may come to make the same copy.
      LOG.debug("{} cannot be renewed", claim, e);
    }
  }

  @Override
  public synchronized void close() {
    if (heart != null) {
      heart.interrupt();
      heart = null;
    }
  }

  /** Which process a claim is of. */
  private static final class Owner {

    /** {@code MACHINE PID START}, the first and last being - where the system does not tell. */
    static final String THIS =
        machine() + " " + ProcessHandle.current().pid() + " " + start(ProcessHandle.current());

    private Owner() {}

    /** Whether it was one of this machine that is no more. */
    static boolean isDead(String words) {
      String[] parts = words.strip().split(" ", -1);
      if (parts.length < 3 || parts[0].equals("-") || !parts[0].equals(machine())) {
        return false;
      }
      try {
        return ProcessHandle.of(Long.parseLong(parts[1]))
            .filter(process -> process.isAlive() && start(process).equals(parts[2]))
            .isEmpty();
      } catch (NumberFormatException e) {
        return false;
      }
    }

    private static String start(ProcessHandle process) {
      return process
          .info()
          .startInstant()
          .map(Instant::toEpochMilli)
          .map(String::valueOf)
          .orElse("-");
    }

    /** Where numbers of processes mean the same: since its start, and within its container. */
    private static String machine() {
      try {
        String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        return boot + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
      } catch (IOException | RuntimeException e) {
        return "-";
      }
    }
  }
}
