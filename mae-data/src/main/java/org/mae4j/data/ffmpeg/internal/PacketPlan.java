package org.mae4j.data.ffmpeg.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Which packets have to be decoded so that some frames of a video can be seen: for each of them all
 * packets from the last key frame on that is shown no later. A picture that leads a key frame, as
 * in open groups of pictures, so has those before that key frame too, to which it may refer.
 */
public final class PacketPlan {

  /** What becomes of a packet. */
  public enum Use {
    /** Not decoded. */
    LEFT_OUT,
    /** Decoded if others may refer to its frame. */
    REFERRED_TO,
    /** Decoded, and its frame is seen. */
    SEEN
  }

  private final Use[] uses;

  private PacketPlan(Use[] uses) {
    this.uses = uses;
  }

  /**
   * Plans.
   *
   * @param packets in the order in which they are decoded
   * @param wanted presentation times of the frames to be seen
   * @return empty if one of them is not among the packets, or its key frame is not
   */
  public static Optional<PacketPlan> of(List<PacketInfo> packets, long... wanted) {
    Use[] uses = new Use[packets.size()];
    Arrays.fill(uses, Use.LEFT_OUT);
    for (long pts : wanted) {
      int seen = packets.size() - 1;
      while (seen >= 0 && !(packets.get(seen).isShown() && packets.get(seen).pts() == pts)) {
        seen--;
      }
      int key = seen;
      while (key >= 0 && !(packets.get(key).isKey() && packets.get(key).pts() <= pts)) {
        key--;
      }
      if (key < 0) {
        return Optional.empty();
      }
      for (int i = key; i < seen; i++) {
        uses[i] = uses[i] == Use.LEFT_OUT ? Use.REFERRED_TO : uses[i];
      }
      uses[seen] = Use.SEEN;
    }
    return Optional.of(new PacketPlan(uses));
  }

  /** How many packets there are. */
  public int size() {
    return uses.length;
  }

  public Use use(int packet) {
    return uses[packet];
  }

  /** Whether decoding begins at this packet, a key frame, as if there were nothing before it. */
  public boolean beginsAt(int packet) {
    return uses[packet] != Use.LEFT_OUT && (packet == 0 || uses[packet - 1] == Use.LEFT_OUT);
  }

  /** The packets' uses, one letter each: {@code .}, {@code r} and {@code S}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Use use : uses) {
      text.append(use == Use.LEFT_OUT ? '.' : use == Use.SEEN ? 'S' : 'r');
    }
    return text.toString();
  }
}
