package org.mae4j.data.shards;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.internal.Text;
import org.mae4j.data.dataset.MediaKind;
import org.mae4j.data.internal.LeftOut;

/** What is in a tar file of the WebDataset layout. */
final class ShardIndex {

  private static final int BLOCK = 512;
  private static final int MAX_TEXT_BYTES = 1 << 20;

  /** Longer than any path. */
  private static final int LONGEST_NAME = 4096;

  private ShardIndex() {}

  /**
   * What was found.
   *
   * @param videos in the order in which they lie
   * @param leftOut members that may have been meant, with the shard's name in front
   */
  record Content(List<ShardMember> videos, LeftOut leftOut) {}

  /**
   * Reads the headers of a tar file and the labels in it, and jumps over the videos.
   *
   * @throws UncheckedIOException if that fails; the message names the file, and the member or the
   *     one before
   */
  static Content read(Path shard) {
    try (SeekableByteChannel channel = Files.newByteChannel(shard);
        TarFile tar = open(channel)) {
      LeftOut leftOut = new LeftOut();
      Map<String, Sample> samples = new LinkedHashMap<>();
      for (TarArchiveEntry entry : tar.getEntries()) {
        try {
          String name = shard.getFileName() + "/" + entry.getName();
          add(tar, entry, samples)
              .ifPresent(why -> leftOut.add(name + " at byte " + entry.getDataOffset(), why));
        } catch (IOException | RuntimeException e) {
          throw inMember(entry, e);
        }
      }
      long length = channel.size();
      checkEnd(channel, tar);
      List<ShardMember> members = new ArrayList<>();
      for (Map.Entry<String, Sample> sample : samples.entrySet()) {
        if (sample.getValue().video == null) {
          leftOut.add(shard.getFileName() + "/" + sample.getKey(), "no video of this name");
        } else {
          members.add(sample.getValue().member(shard, length));
        }
      }
      return new Content(members, leftOut);
    } catch (IOException e) {
      throw new UncheckedIOException(
          Text.message(shard + " cannot be read as a shard: " + e.getMessage()), e);
    }
  }

  private static IOException inMember(TarArchiveEntry entry, Exception cause) {
    return new IOException(Text.shown(entry.getName()) + ": " + cause.getMessage(), cause);
  }

  /** Looks through all headers; what is wrong with one is told with the name of the one before. */
  private static TarFile open(SeekableByteChannel channel) throws IOException {
    try {
      return new TarFile(channel);
    } catch (IOException | RuntimeException e) {
      throw new IOException(place(channel) + ": " + e.getMessage(), e);
    }
  }

  private static String place(SeekableByteChannel channel) throws IOException {
    String last = "";
    try {
      channel.position(0);
      // Not closed: the channel is the caller's.
      TarArchiveInputStream members =
          new TarArchiveInputStream(new BufferedInputStream(Channels.newInputStream(channel)));
      for (TarArchiveEntry entry = members.getNextEntry();
          entry != null;
          entry = members.getNextEntry()) {
        last = entry.getName();
      }
    } catch (IOException | RuntimeException e) {
      // It is what was asked for.
    }
    return last.isEmpty() ? "at its first member" : "at or behind its member " + Text.shown(last);
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

  /** Adds a member to what belongs together; or tells why not, if it may have been meant. */
  private static Optional<String> add(
      TarFile tar, TarArchiveEntry entry, Map<String, Sample> samples) throws IOException {
    if (!entry.isCheckSumOK()) {
      throw new IOException("its header does not agree with its checksum");
    }
    if (entry.isDirectory() || entry.isPaxHeader() || entry.isGlobalPaxHeader()) {
      return Optional.empty();
    }
    if (!entry.isFile() || entry.isLink() || entry.isSymbolicLink() || entry.isSparse()) {
      return Optional.of("link or another special file");
    }
    String name = entry.getName();
    if (name.length() > LONGEST_NAME) {
      return Optional.of("name of more than " + LONGEST_NAME + " characters");
    }
    // What belongs together has the same name up to the first dot behind its folder.
    int start = name.lastIndexOf('/') + 1;
    int dot = name.indexOf('.', start);
    if (dot < 0) {
      return Optional.of("no ending says what it is");
    }
    if (dot == start) {
      return Optional.of("hidden");
    }
    Sample sample = samples.computeIfAbsent(name.substring(0, dot), key -> new Sample());
    String ending = name.substring(dot + 1).toLowerCase(Locale.ROOT);
    boolean isVideo = MediaKind.VIDEO.matches("video." + ending);
    if (!sample.kinds.add(isVideo ? "video" : ending)) {
      return Optional.of("second " + (isVideo ? "video" : ending) + " of its name");
    }
    if (isVideo) {
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
    return Optional.empty();
  }

  private static String text(TarFile tar, TarArchiveEntry entry) throws IOException {
    if (entry.getSize() > MAX_TEXT_BYTES) {
      throw new IOException("it has " + entry.getSize() + " bytes, too many");
    }
    try (InputStream input = tar.getInputStream(entry)) {
      String text = new String(input.readAllBytes(), StandardCharsets.UTF_8);
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }
  }

  /** The members of one name. */
  private static final class Sample {

    private final Set<String> kinds = new HashSet<>();
    private TarArchiveEntry video;
    private OptionalInt label = OptionalInt.empty();
    private String id;

    ShardMember member(Path shard, long length) throws IOException {
      String name = id == null ? shard.getFileName() + "/" + video.getName() : id;
      try {
        Checks.require(video.getSize() <= Integer.MAX_VALUE - 8, "larger than 2 GiB");
        Checks.require(video.getDataOffset() + video.getSize() <= length, "it breaks off there");
        Checks.require(
            name.length() <= LONGEST_NAME, "its id has more than %s characters", LONGEST_NAME);
        return new ShardMember(
            new ClipInfo(name, label), video.getDataOffset(), (int) video.getSize());
      } catch (IllegalArgumentException e) {
        throw inMember(video, e);
      }
    }
  }
}
