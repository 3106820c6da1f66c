package org.mae4j.data.shards;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.mae4j.api.internal.Checks;
import org.mae4j.data.VideoCopy;
import org.mae4j.data.VideoCopy.State;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.ffmpeg.VideoTranscoder;
import org.mae4j.data.internal.copies.CopyFolder;
import org.mae4j.data.internal.copies.CopyNote;
import org.mae4j.data.internal.copies.CopyRun;
import org.mae4j.data.internal.copies.Original;

/**
 * Small copies of videos in tar files, as {@link org.mae4j.data.TranscodedVideos} are in a folder:
 * of shards, each under the name of the one that its videos are from, or of a dataset, so many
 * videos each. Ids and labels are kept; what else belongs to a video in a shard is not.
 *
 * <p>A shard appears under its name when it is whole. Several processes may fill one folder: each
 * shard is made by one of them. What one that was killed has copied for a shard lies in a hidden
 * folder next to it, from which the next one goes on.
 */
public final class TranscodedShards implements AutoCloseable {

  private static final long PAUSE_MILLIS = 500;

  private final CopyFolder shards;
  private final List<Group> groups;

  /** What one shard is made of; the numbers of its videos begin at {@code first}. */
  private record Group(String name, long first, List<Original> videos) {}

  private TranscodedShards(Path folder, VideoTranscoder transcoder, List<Group> groups) {
    this.shards = new CopyFolder(folder, transcoder);
    this.groups = List.copyOf(groups);
  }

  /**
   * Copies of the videos in shards.
   *
   * @param folder for the shards of copies, each under its original's name; made if missing
   * @throws IllegalArgumentException if the folder is that of the shards, or of another file system
   *     than the default one
   */
  public static TranscodedShards of(TarShards videos, Path folder, VideoTranscoder transcoder) {
    List<Group> groups = new ArrayList<>();
    int next = 0;
    for (int shard = 0; shard < videos.runs().size(); shard++) {
      Path file = videos.file(shard);
      Checks.require(
          !file.toAbsolutePath().normalize().startsWith(folder.toAbsolutePath().normalize()),
          "copies of %s must go into another folder",
          file);
      List<Original> pieces = new ArrayList<>();
      int first = next;
      for (int i = 0; i < videos.runs().get(shard); i++) {
        pieces.add(new ShardPiece(file, videos.member(next++)));
      }
      if (!pieces.isEmpty()) {
        groups.add(new Group(file.getFileName().toString(), first, pieces));
      }
    }
    return new TranscodedShards(folder, transcoder, groups);
  }

  /**
   * Copies of the videos of a dataset.
   *
   * @param perShard videos of a shard, at least 1
   * @param folder for the shards; made if missing
   * @throws IllegalArgumentException if the folder is of another file system than the default one
   */
  public static TranscodedShards of(
      ClipDataset videos, int perShard, Path folder, VideoTranscoder transcoder) {
    Checks.atLeast(1, perShard, "videos per shard");
    List<Group> groups = new ArrayList<>();
    for (int first = 0; first < videos.size(); first += perShard) {
      List<Original> files = new ArrayList<>();
      for (int i = first; i < Math.min(first + perShard, videos.size()); i++) {
        files.add(Original.of(videos.path(i), videos.info(i)));
      }
      groups.add(
          new Group(String.format(Locale.ROOT, "shard-%06d.tar", groups.size()), first, files));
    }
    return new TranscodedShards(folder, transcoder, groups);
  }

  /** How many videos there are. */
  public int size() {
    return groups.stream().mapToInt(group -> group.videos.size()).sum();
  }

  /**
   * Makes all shards that are missing or not up to date, one after another. Where others make some
   * at the same time it waits for these.
   *
   * @param threads each copies one video at a time
   * @param listener is told each copy as it comes, by one thread at a time
   * @return in the order of the videos
   * @throws UncheckedIOException if a shard cannot be written
   * @throws IllegalArgumentException if anything but a shard made by the same settings lies where
   *     one is to be
   * @throws CancellationException if the calling thread was interrupted
   */
  public List<VideoCopy> makeAll(int threads, Consumer<VideoCopy> listener) {
    Checks.atLeast(1, threads, "threads");
    Objects.requireNonNull(listener, "listener");
    shards.clearDead();
    Map<Group, List<VideoCopy>> made = new HashMap<>();
    Deque<Group> left = new ArrayDeque<>(groups);
    int waiting = 0;
    while (!left.isEmpty()) {
      Group group = left.removeFirst();
      Optional<List<VideoCopy>> copies =
          shards.whileClaimed(group.name, () -> make(group, threads, listener));
      if (copies.isPresent()) {
        made.put(group, copies.get());
        waiting = 0;
      } else {
        left.addLast(group);
        waiting++;
      }
      if (waiting >= left.size() && waiting > 0) {
        pause();
      }
    }
    return groups.stream().flatMap(group -> made.get(group).stream()).toList();
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while another one copies videos");
    }
  }

  private List<VideoCopy> make(Group group, int threads, Consumer<VideoCopy> listener)
      throws IOException {
    Path shard = shards.folder().resolve(group.name);
    Path work = shards.folder().resolve("." + group.name + ".copies");
    Map<Integer, ShardPiece> present = present(group, shard);
    try (CopyFolder folder = new CopyFolder(work, shards.transcoder())) {
      folder.clearDead();
      List<VideoCopy> copies =
          CopyRun.of(
              group.videos.size(),
              i -> group.videos.get(i).info(),
              i ->
                  present.containsKey(i)
                      ? Optional.of(inShard(present.get(i)))
                      : folder.make(group.videos.get(i), copy(work, i)),
              threads,
              listener);
      boolean anyNew =
          copies.stream().filter(copy -> copy.state() != State.BROKEN).count() > present.size();
      if (anyNew) {
        pack(group, copies, present, work, shard);
      }
      if (Files.exists(work)) {
        MoreFiles.deleteRecursively(work, RecursiveDeleteOption.ALLOW_INSECURE);
      }
      return copies;
    }
  }

  private static Path copy(Path work, int index) {
    return work.resolve(String.format(Locale.ROOT, "%09d.mov", index));
  }

  private static VideoCopy inShard(ShardPiece piece) {
    return VideoCopy.present(piece.info(), piece.size(), note(piece).orElseThrow().seconds());
  }

  /** The copies in a shard that are up to date, by the places of their originals in the group. */
  private Map<Integer, ShardPiece> present(Group group, Path shard) {
    Map<Integer, ShardPiece> present = new HashMap<>();
    if (!Files.exists(shard)) {
      return present;
    }
    Deque<ShardMember> members = new ArrayDeque<>(ShardIndex.read(shard).videos());
    for (int i = 0; i < group.videos.size() && !members.isEmpty(); i++) {
      Original original = group.videos.get(i);
      if (!members.peekFirst().info().equals(original.info())) {
        continue;
      }
      ShardPiece piece = new ShardPiece(shard, members.removeFirst());
      Optional<CopyNote> note = note(piece);
      Checks.require(
          note.isPresent(),
          "%s is there already, and no shard of copies: choose another folder for them, or take it"
              + " away",
          shard);
      if (shards.fits(note.get(), original, shard)) {
        present.put(i, piece);
      }
    }
    Checks.require(
        members.isEmpty(),
        "%s is there already, and of other videos: choose another folder for copies, or take it"
            + " away",
        shard);
    return present;
  }

  private static Optional<CopyNote> note(ShardPiece piece) {
    try (SeekableByteChannel channel = Files.newByteChannel(piece.file())) {
      return CopyNote.read(channel, piece.offset() + piece.size());
    } catch (IOException e) {
      throw new UncheckedIOException(piece.file() + " cannot be read: " + e, e);
    }
  }

  private static void pack(
      Group group, List<VideoCopy> copies, Map<Integer, ShardPiece> present, Path work, Path shard)
      throws IOException {
    Path packed;
    try (ShardWriter writer =
        ShardWriter.builder()
            .setFolder(work.resolve("packed"))
            .optShardBytes(Long.MAX_VALUE)
            .firstVideo(group.first)
            .build()) {
      for (int i = 0; i < copies.size(); i++) {
        Path copy = copy(work, i);
        if (present.containsKey(i)) {
          present.get(i).extract(copy);
        }
        if (copies.get(i).state() != State.BROKEN) {
          writer.add(copies.get(i).video(), copy);
        }
      }
      packed = writer.finish().get(0);
    }
    try (FileChannel channel = FileChannel.open(packed, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(packed, shard, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() {
    shards.close();
  }
}
