package org.mae4j.data.ffmpeg;

import com.google.common.hash.Hashing;
import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.mae4j.data.ffmpeg.internal.libav.Probe;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers on disk what was found at the beginning of video files, so that each is looked through
 * once: with it, opening an MP4 or Matroska file takes about a millisecond instead of ten to
 * thirty.
 *
 * <p>An entry holds as long as the video's path, size and time of modification stay the same. The
 * file has one entry a line with a checksum before it, and lines are only ever added: those that
 * are damaged, as after a power cut, are left out. Several processes may share it. A cache that
 * cannot be written goes on in memory and says so once in the log.
 *
 * <p>Safe for use by several threads at once.
 */
public final class ProbeCache implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ProbeCache.class);
  private static final Gson GSON = new Gson();
  private static final int CHECKSUM_DIGITS = 8;

  private final Path file;
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private FileChannel output;
  // Whether the file's last line is not complete.
  private boolean cut;

  private record Entry(String video, long size, long modified, Probe probe) {}

  private ProbeCache(Path file, FileChannel output) {
    this.file = file;
    this.output = output;
  }

  /**
   * Opens a cache.
   *
   * @param file made if missing, its folder too
   * @throws UncheckedIOException if it cannot be read or written
   */
  public static ProbeCache open(Path file) {
    try {
      Path absolute = file.toAbsolutePath();
      Files.createDirectories(absolute.getParent());
      FileChannel channel = channel(absolute);
      ProbeCache cache = new ProbeCache(file, channel);
      try {
        cache.load(absolute);
      } catch (Throwable t) {
        channel.close();
        throw t;
      }
      return cache;
    } catch (IOException e) {
      throw new UncheckedIOException("the probe cache " + file + " cannot be opened: " + e, e);
    }
  }

  private static FileChannel channel(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
  }

  private void load(Path absolute) throws IOException {
    byte[] bytes = Files.readAllBytes(absolute);
    // In this encoding every byte is a character, whatever is in the file.
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    text.lines().map(ProbeCache::parse).flatMap(Optional::stream).forEach(this::keep);
    cut = !text.isEmpty() && !text.endsWith("\n");
  }

  private void keep(Entry entry) {
    entries.put(entry.video, entry);
  }

  private static Optional<Entry> parse(String line) {
    if (line.length() <= CHECKSUM_DIGITS) {
      return Optional.empty();
    }
    byte[] json = line.substring(CHECKSUM_DIGITS).getBytes(StandardCharsets.ISO_8859_1);
    if (!checksum(json).equals(line.substring(0, CHECKSUM_DIGITS))) {
      return Optional.empty();
    }
    try {
      return Optional.of(GSON.fromJson(new String(json, StandardCharsets.UTF_8), Entry.class));
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }

  private static String checksum(byte[] json) {
    return Hashing.crc32c().hashBytes(json).toString();
  }

  /**
   * What a video file says of itself, as {@link VideoReader#facts}; a file that is known is not
   * opened.
   *
   * @param id names the file in messages
   * @throws org.mae4j.api.ClipReadException if it cannot be read
   */
  public VideoFacts facts(Path video, String id) {
    return find(video)
        .orElseGet(
            () -> {
              Probe found = ContainerProbe.look(video, id);
              add(video, found);
              return found;
            })
        .facts();
  }

  /**
   * As {@link #facts}; a file without an index is read through, though not decoded, so that it is
   * known whether its frame rate varies.
   *
   * @param id names the file in messages
   * @throws org.mae4j.api.ClipReadException if it cannot be read
   */
  public VideoFacts thoroughFacts(Path video, String id) {
    VideoFacts facts = facts(video, id);
    if (facts.variableRate().isPresent()) {
      return facts;
    }
    Optional<Boolean> variable = ContainerProbe.readThrough(video, id);
    if (variable.isPresent()) {
      find(video).ifPresent(known -> add(video, known.withVariableRate(variable.get())));
    }
    return find(video).map(Probe::facts).orElse(facts);
  }

  /** What is known of a file as it is now. */
  Optional<Probe> find(Path video) {
    Entry entry = entries.get(key(video));
    if (entry == null) {
      return Optional.empty();
    }
    try {
      BasicFileAttributes now = Files.readAttributes(video, BasicFileAttributes.class);
      return now.size() == entry.size && now.lastModifiedTime().toMillis() == entry.modified
          ? Optional.of(entry.probe)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  void add(Path video, Probe probe) {
    Entry entry;
    try {
      BasicFileAttributes now = Files.readAttributes(video, BasicFileAttributes.class);
      entry = new Entry(key(video), now.size(), now.lastModifiedTime().toMillis(), probe);
    } catch (IOException e) {
      return;
    }
    keep(entry);
    byte[] json = GSON.toJson(entry).getBytes(StandardCharsets.UTF_8);
    ByteBuffer line = ByteBuffer.allocate(CHECKSUM_DIGITS + json.length + 1);
    line.put(checksum(json).getBytes(StandardCharsets.UTF_8)).put(json).put((byte) '\n').flip();
    write(line);
  }

  private synchronized void write(ByteBuffer line) {
    if (output == null) {
      return;
    }
    try {
      if (cut) {
        output.write(ByteBuffer.wrap(new byte[] {'\n'}));
        cut = false;
      }
      output.write(line);
    } catch (ClosedByInterruptException e) {
      // The thread was to stop, not the cache.
      reopen();
    } catch (IOException e) {
      LOG.warn(
          "the probe cache {} cannot be written and goes on in memory: {}", file, e.toString());
      close();
    }
  }

  private void reopen() {
    output = null;
    cut = true;
    try {
      output = channel(file.toAbsolutePath());
    } catch (IOException e) {
      LOG.warn("the probe cache {} cannot be opened again: {}", file, e.toString());
    }
  }

  private static String key(Path video) {
    return video.toUri().toString();
  }

  /** Closes the file; what is known stays known. */
  @Override
  public synchronized void close() {
    if (output == null) {
      return;
    }
    try {
      output.close();
    } catch (IOException e) {
      LOG.warn("the probe cache {} may be incomplete: {}", file, e.toString());
    }
    output = null;
  }
}
