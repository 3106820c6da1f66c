package org.mae4j.data.shards;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.mae4j.api.ClipInfo;
import org.mae4j.data.dataset.MediaKind;

/** What is in a tar file of the WebDataset layout. */
final class ShardIndex {

  private static final int BLOCK = 512;
  private static final int MAX_TEXT_BYTES = 1 << 20;

  private ShardIndex() {}

  /**
   * Reads the headers of a tar file and the labels in it, and jumps over the videos.
   *
   * @return its videos in the order in which they lie
   * @throws UncheckedIOException if that fails; the message names the file
   */
  static List<ShardMember> read(Path shard) {
    try (SeekableByteChannel channel = Files.newByteChannel(shard);
        TarFile tar = new TarFile(channel)) {
      Map<String, Sample> samples = new LinkedHashMap<>();
      for (TarArchiveEntry entry : tar.getEntries()) {
        if (entry.isFile()) {
          add(tar, entry, samples);
        }
      }
      long length = channel.size();
      checkEnd(channel, tar);
      List<ShardMember> members = new ArrayList<>();
      for (Sample sample : samples.values()) {
        if (sample.video != null) {
          members.add(sample.member(shard, length));
        }
      }
      return members;
    } catch (IOException
        | IllegalArgumentException
        | IllegalStateException
        | UnsupportedOperationException
        | JsonParseException e) {
      throw new UncheckedIOException(
          shard + " cannot be read as a shard: " + e.getMessage(), new IOException(e));
    }
  }

  /** A tar file ends with blocks of zeros; without them it is part of one. */
  private static void checkEnd(SeekableByteChannel channel, TarFile tar) throws IOException {
    long end = 0;
    for (TarArchiveEntry entry : tar.getEntries()) {
      end = entry.getDataOffset() + (entry.getSize() + BLOCK - 1) / BLOCK * BLOCK;
    }
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    channel.position(end);
    while (block.hasRemaining() && channel.read(block) >= 0) {
      // until it is full
    }
    if (block.hasRemaining()) {
      throw new IOException("it breaks off, " + channel.size() + " bytes from its beginning");
    }
  }

  private static void add(TarFile tar, TarArchiveEntry entry, Map<String, Sample> samples)
      throws IOException {
    String name = entry.getName();
    // What belongs together has the same name up to the first dot behind its folder.
    int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
    if (dot < 0) {
      return;
    }
    Sample sample = samples.computeIfAbsent(name.substring(0, dot), key -> new Sample());
    String ending = name.substring(dot + 1).toLowerCase(Locale.ROOT);
    if (MediaKind.VIDEO.matches("video." + ending)) {
      sample.video = entry;
    } else if (ending.equals("cls")) {
      sample.label = OptionalInt.of(Integer.parseInt(text(tar, entry).strip()));
    } else if (ending.equals("json")) {
      JsonObject json = JsonParser.parseString(text(tar, entry)).getAsJsonObject();
      if (json.has("id")) {
        sample.id = json.get("id").getAsString();
      }
      if (json.has("label") && sample.label.isEmpty()) {
        sample.label = OptionalInt.of(json.get("label").getAsInt());
      }
    }
  }

  private static String text(TarFile tar, TarArchiveEntry entry) throws IOException {
    if (entry.getSize() > MAX_TEXT_BYTES) {
      throw new IOException(entry.getName() + " has " + entry.getSize() + " bytes, too many");
    }
    try (InputStream input = tar.getInputStream(entry)) {
      return new String(input.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** The members of one name. */
  private static final class Sample {

    private TarArchiveEntry video;
    private OptionalInt label = OptionalInt.empty();
    private String id;

    ShardMember member(Path shard, long length) throws IOException {
      if (video.getSize() > Integer.MAX_VALUE - 8) {
        throw new IOException(video.getName() + " is larger than 2 GiB");
      }
      if (video.getDataOffset() + video.getSize() > length) {
        throw new IOException("it breaks off in " + video.getName());
      }
      String name = id == null ? shard.getFileName() + "/" + video.getName() : id;
      return new ShardMember(
          new ClipInfo(name, label), video.getDataOffset(), (int) video.getSize());
    }
  }
}
