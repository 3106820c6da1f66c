package org.mae4j.data.internal.copies;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import org.mae4j.data.ffmpeg.VideoTranscoder;

/**
 * What a copy says of itself, in a box at the end of its file that players pass over: a file with
 * it is a copy, and there to its end.
 *
 * @param settings how it was made
 * @param modified when the original was written, in ms
 * @param digest of the original: {@link Original#digest}
 * @param seconds that it lasts
 */
public record CopyNote(String settings, long modified, String digest, double seconds) {

  /** Bytes that a note takes. */
  static final int LENGTH = 512;

  private static final Gson GSON = new Gson();
  // The size, the type of private boxes, and 16 bytes that tell ours from others'.
  private static final byte[] HEAD =
      "\0\0\2\0uuidMAE4J's copy\0\0\0\1".getBytes(StandardCharsets.ISO_8859_1);

  /** The note of a new copy. */
  static CopyNote of(Original original, VideoTranscoder transcoder, double seconds) {
    return new CopyNote(transcoder.toString(), original.modified(), original.digest(), seconds);
  }

  /** Whether the original is as it was when it was copied; where or when it lay does not matter. */
  public boolean isOf(Original original) {
    return modified == original.modified() || digest.equals(original.digest());
  }

  /** Adds it to a file, and has the file written to the disk. */
  void appendTo(Path file) throws IOException {
    byte[] box = Arrays.copyOf(HEAD, LENGTH);
    byte[] text = GSON.toJson(this).getBytes(StandardCharsets.UTF_8);
    System.arraycopy(text, 0, box, HEAD.length, text.length);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
      ByteBuffer bytes = ByteBuffer.wrap(box);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  /** The note of a file; empty if it has none. */
  static Optional<CopyNote> read(Path file) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      return read(channel, channel.size());
    }
  }

  /** The note of a copy that ends at a place of a file; empty if it has none. */
  public static Optional<CopyNote> read(SeekableByteChannel channel, long end) throws IOException {
    if (end < LENGTH) {
      return Optional.empty();
    }
    ByteBuffer box = ByteBuffer.allocate(LENGTH);
    channel.position(end - LENGTH);
    while (box.hasRemaining() && channel.read(box) >= 0) {
      // until it is full
    }
    return parse(box.array());
  }

  private static Optional<CopyNote> parse(byte[] box) {
    if (!Arrays.equals(box, 0, HEAD.length, HEAD, 0, HEAD.length)) {
      return Optional.empty();
    }
    int end = box.length;
    while (box[end - 1] == 0) {
      end--;
    }
    try {
      String text = new String(box, HEAD.length, end - HEAD.length, StandardCharsets.UTF_8);
      return Optional.ofNullable(GSON.fromJson(text, CopyNote.class));
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }
}
