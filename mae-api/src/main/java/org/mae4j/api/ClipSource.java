package org.mae4j.api;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.mae4j.api.frames.FrameReceiver;
import org.mae4j.api.internal.Checks;

/** Videos that clips can be read from. Safe for use by several threads at once. */
public interface ClipSource extends AutoCloseable {

  /** The number of videos, at least 1. */
  int size();

  /** What is known of the video at {@code index} without opening it. */
  ClipInfo info(int index);

  /** The C names of the classes, a label being an index into them; empty if there are none. */
  default List<String> classes() {
    return List.of();
  }

  /**
   * Opens one video, decodes the window that the request asks for, and closes it.
   *
   * @param index in [0, size)
   * @return {@code request.clips()} clips, which the caller has to close; they may be one and the
   *     same, repeated, if they share a window
   * @throws ClipReadException if the file cannot be read or decoded
   */
  List<Clip> clips(int index, ClipRequest request);

  /**
   * Does the same frame by frame, so that a clip need not be in memory whole. A source that is
   * there to change another one's clips leaves this as it is: it shows the frames of {@link
   * #clips}. One that hands on what another reads calls that one's.
   *
   * @param receiver is shown {@code request.clips()} clips, unless this throws
   * @throws ClipReadException if the file cannot be read or decoded
   */
  default void read(int index, ClipRequest request, FrameReceiver receiver) {
    FrameReceiver.show(clips(index, request), receiver);
  }

  /** Frees what the source holds; the default holds nothing. */
  @Override
  default void close() {}

  /**
   * What tells one list of videos from another, wherever they lie and whatever is in them.
   *
   * @param files how many
   * @param classes the C names, a label being an index into them; empty if there are none
   * @param hash the SHA-256, in hexadecimal, of each video's id and label, in order
   */
  record Identity(int files, List<String> classes, String hash) {

    public Identity {
      Checks.atLeast(1, files, "files");
      classes = List.copyOf(classes);
      Objects.requireNonNull(hash, "hash");
    }

    /** The identity of a source; none of its videos is opened. */
    public static Identity of(ClipSource source) {
      MessageDigest digest = sha256();
      for (int i = 0; i < source.size(); i++) {
        ClipInfo info = source.info(i);
        byte[] id = info.id().getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(id.length).flip());
        digest.update(id);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(info.label().orElse(-1)).flip());
      }
      return new Identity(
          source.size(), source.classes(), HexFormat.of().formatHex(digest.digest()));
    }

    private static MessageDigest sha256() {
      try {
        return MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
    }
  }
}
