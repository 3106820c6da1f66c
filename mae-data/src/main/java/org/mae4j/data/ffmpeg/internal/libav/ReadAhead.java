package org.mae4j.data.ffmpeg.internal.libav;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_NEW_EXTRADATA;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_PARAM_CHANGE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_DISCARD;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_get_side_data;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_move_ref;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.javacpp.SizeTPointer;
import org.mae4j.data.ffmpeg.internal.ForeseenFrames;
import org.mae4j.data.ffmpeg.internal.PacketInfo;

/** Packets of a container, of which some may be read before they are asked for. */
final class ReadAhead implements AutoCloseable {

  /** What reading ahead has led to. */
  enum Outcome {
    /** All packets of the window are there. */
    COMPLETE,
    /** The first key frame is shown after the window's beginning. */
    TOO_LATE,
    /** Packets do not say enough, or are too many to be held. */
    UNKNOWN
  }

  private static final long MOST_BYTES = 64L << 20;
  private static final int MOST_PACKETS = 10_000;

  private final Container container;
  private final Consumer<String> damage;
  private final Deque<AVPacket> packets = new ArrayDeque<>();
  private boolean atEnd;
  // Of what is held.
  private boolean atStart;

  /**
   * Of a container just opened, which stays the caller's to close, after this.
   *
   * @param damage is told of what could not be read
   */
  ReadAhead(Container container, Consumer<String> damage) {
    this.container = container;
    this.damage = damage;
  }

  /** Whether all that follows is held. */
  boolean isAtEnd() {
    return atEnd;
  }

  /** Whether what is read next is the file's beginning. */
  boolean isAtStart() {
    return packets.isEmpty() ? container.isUntouched() : atStart;
  }

  /** As {@link Container#jump}. */
  boolean jump(long pts) {
    if (!container.jump(pts)) {
      return false;
    }
    clear();
    return true;
  }

  /**
   * Reads the next packet.
   *
   * @return false at the end
   */
  boolean read(AVPacket packet) {
    atStart = false;
    AVPacket next = packets.poll();
    if (next != null) {
      av_packet_move_ref(packet, next);
      av_packet_free(next);
      return true;
    }
    return !atEnd && container.read(packet, damage);
  }

  /**
   * Reads all packets whose frames are shown in a window, as far as they follow here, and those
   * that they refer to.
   *
   * @param latestKey when the first key frame may be shown at the latest
   * @param last latest presentation time of the window
   * @param found receives what the packets say, which can then be read
   */
  Outcome fill(long latestKey, long last, List<PacketInfo> found) {
    List<String> damaged = new ArrayList<>();
    // Where this was tried before without a jump since.
    List<AVPacket> held = List.copyOf(packets);
    atStart = isAtStart();
    long bytes = 0;
    int later = 0;
    boolean keySeen = false;
    while (later <= ForeseenFrames.MOST_REORDERED) {
      boolean more = found.size() < held.size() || hold(damaged::add);
      damaged.forEach(damage);
      if (!more) {
        return keySeen && damaged.isEmpty() ? Outcome.COMPLETE : Outcome.UNKNOWN;
      }
      AVPacket packet = found.size() < held.size() ? held.get(found.size()) : packets.getLast();
      PacketInfo info = info(packet);
      found.add(info);
      bytes += packet.size();
      if (info.pts() == PacketInfo.NO_TIME
          || (packet.flags() & AV_PKT_FLAG_CORRUPT) != 0
          || changesParameters(packet)
          || bytes > MOST_BYTES
          || found.size() > MOST_PACKETS) {
        return Outcome.UNKNOWN;
      }
      if (!keySeen && info.isKey() && info.pts() > latestKey) {
        return Outcome.TOO_LATE;
      }
      keySeen |= info.isKey();
      later += info.pts() > last && info.isShown() ? 1 : 0;
    }
    return Outcome.COMPLETE;
  }

  /** Reads one more, unless there is none. */
  private boolean hold(Consumer<String> damaged) {
    AVPacket packet = Libav.allocated(av_packet_alloc());
    packets.add(packet);
    atEnd = atEnd || !container.read(packet, damaged);
    if (atEnd) {
      av_packet_free(packets.removeLast());
    }
    return !atEnd;
  }

  private static PacketInfo info(AVPacket packet) {
    int flags = packet.flags();
    return new PacketInfo(
        packet.pts(), (flags & AV_PKT_FLAG_KEY) != 0, (flags & AV_PKT_FLAG_DISCARD) == 0);
  }

  /** Which those that come later would miss if this one were left out. */
  private static boolean changesParameters(AVPacket packet) {
    return packet.side_data_elems() > 0
        && (has(packet, AV_PKT_DATA_NEW_EXTRADATA) || has(packet, AV_PKT_DATA_PARAM_CHANGE));
  }

  private static boolean has(AVPacket packet, int kind) {
    return av_packet_get_side_data(packet, kind, (SizeTPointer) null) != null;
  }

  /** Forgets what was read ahead. */
  void clear() {
    packets.forEach(packet -> av_packet_free(packet));
    packets.clear();
    atEnd = false;
    atStart = false;
  }

  @Override
  public void close() {
    clear();
  }
}
