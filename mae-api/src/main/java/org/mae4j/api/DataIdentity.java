package org.mae4j.api;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.mae4j.api.internal.Checks;

/**
 * What tells one list of videos from another, wherever they lie and whatever is in them.
 *
 * @param files how many
 * @param classes the C names, a label being an index into them; empty if there are none
 * @param hash the SHA-256, in hexadecimal, of each video's id and label, in order
 */
public record DataIdentity(int files, List<String> classes, String hash) {

  public DataIdentity {
    Checks.atLeast(1, files, "files");
    classes = List.copyOf(classes);
    Objects.requireNonNull(hash, "hash");
  }

  /** The identity of a source; none of its videos is opened. */
  public static DataIdentity of(ClipSource source) {
    MessageDigest digest = sha256();
    for (int i = 0; i < source.size(); i++) {
      ClipInfo info = source.info(i);
      byte[] id = info.id().getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(id.length).flip());
      digest.update(id);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(info.label().orElse(-1)).flip());
    }
    return new DataIdentity(
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
