package org.mae4j.data.shards;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.frames.FrameReceiver;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.internal.Text;
import org.mae4j.data.ffmpeg.VideoReader;
import org.mae4j.data.internal.LeftOut;
import org.mae4j.data.internal.SequentialClips;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The videos in a folder of tar files in the layout of WebDataset, as {@link ShardWriter} and other
 * programs write it. The ids are those in the {@code .json} files, else the names in the tar files;
 * the labels are those in the {@code .cls} or {@code .json} files.
 *
 * <p>Each tar file is read from front to back, in a few large reads, when its videos are asked for
 * nearly in order, as a {@link org.mae4j.data.ClipLoader} does: what is read before its turn is
 * held until it comes. Any other order works too, at the price of a seek for each video. Memory
 * holds as many videos as the shuffle buffer and a few more, as they are in the files.
 */
public final class TarShards implements SequentialClips {

  private static final Logger LOG = LoggerFactory.getLogger(TarShards.class);

  /** Videos that several threads may be about to read. */
  private static final int SLACK = 32;

  private final List<Shard> shards;
  private final List<Integer> runs;
  private final List<ShardMember> members = new ArrayList<>();
  private final int[] shardOf;
  private final int shuffleBuffer;
  private final VideoReader reader;
  // Guarded by itself.
  private final Map<Integer, byte[]> held;

  private final LeftOut leftOut;

  private TarShards(Builder builder, List<Path> files, LeftOut leftOut) {
    this.shuffleBuffer = builder.shuffleBuffer;
    this.reader = builder.reader;
    this.leftOut = leftOut;
    List<ShardIndex.Content> contents = files.parallelStream().map(ShardIndex::read).toList();
    this.shards = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      shards.add(new Shard(files.get(i), members.size()));
      members.addAll(contents.get(i).videos());
      leftOut.addAll(contents.get(i).leftOut());
    }
    Checks.require(
        !members.isEmpty(), "no video in the tar files of %s%s", builder.folder, leftOut.clause());
    leftOut.warn("shards in " + builder.folder);
    warnOfSharedIds(builder.folder);
    this.runs = contents.stream().map(content -> content.videos().size()).toList();
    this.shardOf = new int[members.size()];
    for (int shard = 0, next = 0; shard < runs.size(); shard++) {
      for (int i = 0; i < runs.get(shard); i++) {
        shardOf[next++] = shard;
      }
    }
    int most = shuffleBuffer + SLACK;
    this.held =
        new LinkedHashMap<>() {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Integer, byte[]> eldest) {
            return size() > most;
          }
        };
  }

  private void warnOfSharedIds(Path folder) {
    Set<String> ids = new HashSet<>();
    List<String> again =
        members.stream().map(member -> member.info().id()).filter(id -> !ids.add(id)).toList();
    if (!again.isEmpty()) {
      LOG.warn(
          "shards in {}: {} of {} videos have the id of another, such as {}",
          folder,
          again.size(),
          members.size(),
          Text.shown(again.get(0)));
    }
  }

  /** A builder; the folder must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /** The shards in a folder, with the defaults. */
  public static TarShards of(Path folder) {
    return builder().setFolder(folder).build();
  }

  @Override
  public int size() {
    return members.size();
  }

  @Override
  public ClipInfo info(int index) {
    return members.get(index).info();
  }

  @Override
  public List<Integer> runs() {
    return runs;
  }

  @Override
  public int shuffleBuffer() {
    return shuffleBuffer;
  }

  @Override
  public List<Clip> clips(int index, ClipRequest request) {
    return reader.decode(bytes(index), info(index), request);
  }

  @Override
  public void read(int index, ClipRequest request, FrameReceiver receiver) {
    reader.read(bytes(index), info(index), request, receiver);
  }

  private byte[] bytes(int index) {
    ClipInfo info = info(index);
    try {
      return shards.get(shardOf[index]).take(index);
    } catch (ClosedByInterruptException e) {
      throw new CancellationException("interrupted while reading " + info.id());
    } catch (IOException e) {
      throw new ClipReadException(info.id(), Stage.OPEN, e.toString(), e);
    }
  }

  /**
   * Members that are not taken although they may have been meant, with their shard's name in front,
   * and files that are no shards; each with the reason in a few words: {@code second video of its
   * name}. The log has named them once.
   */
  public Map<String, String> leftOut() {
    return leftOut.reasons();
  }

  /** The tar file of a run. */
  Path file(int shard) {
    return shards.get(shard).file;
  }

  /** Where a video lies in its tar file. */
  ShardMember member(int index) {
    return members.get(index);
  }

  /** Closes the tar files. */
  @Override
  public void close() {
    shards.forEach(Shard::close);
    synchronized (held) {
      held.clear();
    }
  }

  @Override
  public String toString() {
    return members.size() + " videos in " + shards.size() + " shards";
  }

  /** A tar file, and how far it has been read. */
  private final class Shard {

    private final Path file;
    private final int first;
    // Open while there is more to read in order; next is then the index of what comes next.
    private SeekableByteChannel channel;
    private int next;

    Shard(Path file, int first) {
      this.file = file;
      this.first = first;
    }

    /** The bytes of a video. */
    synchronized byte[] take(int index) throws IOException {
      byte[] waiting;
      synchronized (held) {
        waiting = held.remove(index);
      }
      if (waiting != null) {
        return waiting;
      }
      if (channel != null && (index < next || index > next + shuffleBuffer + SLACK)) {
        return fetch(index);
      }
      try {
        if (channel == null) {
          channel = Files.newByteChannel(file);
          next = Math.max(first, index - shuffleBuffer);
        }
        return readUpTo(index);
      } catch (IOException | RuntimeException e) {
        close();
        throw e;
      }
    }

    private byte[] readUpTo(int index) throws IOException {
      while (next < index) {
        byte[] early = read(channel, next);
        synchronized (held) {
          held.put(next, early);
        }
        next++;
      }
      byte[] video = read(channel, next++);
      if (next == members.size() || shardOf[next] != shardOf[index]) {
        close();
      }
      return video;
    }

    /** Out of order. */
    private byte[] fetch(int index) throws IOException {
      try (SeekableByteChannel other = Files.newByteChannel(file)) {
        return read(other, index);
      }
    }

    private byte[] read(SeekableByteChannel from, int index) throws IOException {
      ShardMember member = members.get(index);
      if (from.position() != member.offset()) {
        from.position(member.offset());
      }
      byte[] video = allocate(member.size());
      ByteBuffer bytes = ByteBuffer.wrap(video);
      while (bytes.hasRemaining()) {
        if (from.read(bytes) < 0) {
          throw new EOFException(file + " has become shorter");
        }
      }
      return video;
    }

    /** One video that is too large is one broken video, and no end of the run. */
    private static byte[] allocate(int size) throws IOException {
      try {
        return new byte[size];
      } catch (OutOfMemoryError e) {
        throw new IOException("its " + size + " bytes do not fit into memory", e);
      }
    }

    synchronized void close() {
      SeekableByteChannel closing = channel;
      channel = null;
      if (closing != null) {
        try {
          closing.close();
        } catch (IOException e) {
          throw new UncheckedIOException(file + " cannot be closed: " + e, e);
        }
      }
    }
  }

  /** Builds {@link TarShards}. */
  public static final class Builder {

    private Path folder;
    private int shuffleBuffer = 256;
    private VideoReader reader = VideoReader.create();

    private Builder() {}

    /** The folder that the tar files lie in; may be of any file system. */
    public Builder setFolder(Path folder) {
      this.folder = folder;
      return this;
    }

    /**
     * The length of the buffer that shuffles, in videos, at least 1; by default 256. The larger,
     * the closer to a random order, and the more memory it takes.
     */
    public Builder optShuffleBuffer(int videos) {
      Checks.atLeast(1, videos, "shuffle buffer");
      this.shuffleBuffer = videos;
      return this;
    }

    /** What decodes the videos; by default {@link VideoReader#create()}. */
    public Builder optReader(VideoReader reader) {
      this.reader = Objects.requireNonNull(reader, "reader");
      return this;
    }

    /**
     * Looks through the tar files' headers.
     *
     * @throws IllegalArgumentException if there is no tar file, or no video in them
     * @throws UncheckedIOException if one cannot be read; the message names it
     */
    public TarShards build() {
      Objects.requireNonNull(folder, "folder must be set");
      LeftOut leftOut = new LeftOut();
      List<Path> files;
      try (var list = Files.list(folder)) {
        files = list.filter(file -> isShard(file, leftOut)).sorted().toList();
      } catch (IOException | UncheckedIOException e) {
        throw new UncheckedIOException(
            folder + " cannot be searched for shards: " + e, new IOException(e));
      }
      Checks.require(
          !files.isEmpty(),
          "no shard in %s, which would be a file like shard-000000.tar that holds 000000000.mp4,"
              + " 000000000.json and so on",
          folder);
      return new TarShards(this, files, leftOut);
    }

    private static boolean isShard(Path file, LeftOut leftOut) {
      String name = file.getFileName().toString();
      boolean named = name.endsWith(".tar");
      if (named && !name.startsWith(".") && Files.isRegularFile(file)) {
        return true;
      }
      if (named) {
        leftOut.add(name, name.startsWith(".") ? "hidden" : "no regular file");
      } else if (name.contains(".tar.") || name.endsWith(".tgz")) {
        leftOut.add(name, "packed, or not loaded to its end");
      }
      return false;
    }
  }
}
