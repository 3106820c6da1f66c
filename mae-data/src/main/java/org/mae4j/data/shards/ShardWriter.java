package org.mae4j.data.shards;

import static com.google.common.base.Preconditions.checkState;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.internal.Checks;

/**
 * Packs videos into tar files in the layout of WebDataset: {@code shard-000000.tar} with {@code
 * 000000000.mp4}, {@code 000000000.json} (the video's id, and its label if it has one) and, with a
 * label, {@code 000000000.cls}, then {@code 000000001.mp4} and so on.
 *
 * <p>A shard appears under its name, replacing an older one, when it is complete. The same videos
 * give the same bytes.
 */
public final class ShardWriter implements AutoCloseable {

  private static final Gson GSON = new Gson();
  private static final int BLOCK = 512;

  private final Path folder;
  private final long shardBytes;
  private final List<Path> shards = new ArrayList<>();
  private TarArchiveOutputStream tar;
  private Path partial;
  private long bytes;
  private long next;

  private ShardWriter(Builder builder) {
    this.folder = builder.folder;
    this.shardBytes = builder.shardBytes;
    this.next = builder.firstVideo;
  }

  /** A builder; the folder must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Adds a video as the file that it is.
   *
   * @param info its id and label
   * @throws ClipReadException if it cannot be opened; it is left out then, and others may follow
   * @throws UncheckedIOException if it cannot be read to its end, or written
   */
  public void add(ClipInfo info, Path file) {
    try (InputStream video = open(info, file)) {
      long size = Files.size(file);
      if (tar != null && bytes + size > shardBytes) {
        completeShard();
      }
      if (tar == null) {
        openShard();
      }
      String key = String.format(Locale.ROOT, "%09d", next++);
      put(key + "." + ending(file), size);
      video.transferTo(tar);
      tar.closeArchiveEntry();
      JsonObject json = new JsonObject();
      json.addProperty("id", info.id());
      info.label().ifPresent(label -> json.addProperty("label", label));
      putText(key + ".json", GSON.toJson(json));
      if (info.label().isPresent()) {
        putText(key + ".cls", Integer.toString(info.label().getAsInt()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be packed into " + partial + ": " + e, e);
    }
  }

  private static InputStream open(ClipInfo info, Path file) {
    try {
      return Files.newInputStream(file);
    } catch (IOException e) {
      throw new ClipReadException(info.id(), Stage.OPEN, e.toString(), e);
    }
  }

  private static String ending(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    Checks.require(dot > 0, "the name of a video must have an ending, but is %s", name);
    return name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  private void put(String name, long size) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(size);
    entry.setModTime(0);
    tar.putArchiveEntry(entry);
    bytes += BLOCK + (size + BLOCK - 1) / BLOCK * BLOCK;
  }

  private void putText(String name, String text) throws IOException {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    put(name, content.length);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private void openShard() throws IOException {
    Files.createDirectories(folder);
    Path shard = folder.resolve(String.format(Locale.ROOT, "shard-%06d.tar", shards.size()));
    partial = shard.resolveSibling(shard.getFileName() + "." + UUID.randomUUID() + ".part");
    tar =
        new TarArchiveOutputStream(
            new BufferedOutputStream(Files.newOutputStream(partial)),
            StandardCharsets.UTF_8.name());
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    shards.add(shard);
    bytes = 0;
  }

  private void completeShard() throws IOException {
    tar.close();
    Files.move(partial, shards.get(shards.size() - 1), StandardCopyOption.REPLACE_EXISTING);
    tar = null;
  }

  /**
   * Completes the last shard.
   *
   * @return all shards, in order
   * @throws UncheckedIOException if it cannot be written
   */
  public List<Path> finish() {
    checkState(!shards.isEmpty(), "no video was added to the shards in %s", folder);
    try {
      if (tar != null) {
        completeShard();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(partial + " cannot be completed: " + e, e);
    }
    return List.copyOf(shards);
  }

  /** Deletes a shard that was not completed. */
  @Override
  public void close() {
    if (tar == null) {
      return;
    }
    try {
      try {
        tar.close();
      } catch (IOException e) {
        // It may be in the middle of a video; the file goes anyway.
      }
      tar = null;
      Files.deleteIfExists(partial);
    } catch (IOException e) {
      throw new UncheckedIOException(partial + " cannot be deleted: " + e, e);
    }
  }

  /** Builds a {@link ShardWriter}. */
  public static final class Builder {

    private Path folder;
    private long shardBytes = 1L << 30;
    private long firstVideo;

    private Builder() {}

    /** Where the shards go; made if missing. May be of any file system. */
    public Builder setFolder(Path folder) {
      this.folder = folder;
      return this;
    }

    /**
     * The size that a shard does not go beyond unless a single video does, in bytes, at least 1; by
     * default 1 GiB.
     */
    public Builder optShardBytes(long bytes) {
      Checks.require(bytes >= 1, "shard bytes must be at least 1, but were %s", bytes);
      this.shardBytes = bytes;
      return this;
    }

    /** The number of the first video; by default 0. */
    Builder firstVideo(long number) {
      this.firstVideo = number;
      return this;
    }

    /** Makes the writer; it writes nothing until there is a video. */
    public ShardWriter build() {
      Objects.requireNonNull(folder, "folder must be set");
      return new ShardWriter(this);
    }
  }
}
