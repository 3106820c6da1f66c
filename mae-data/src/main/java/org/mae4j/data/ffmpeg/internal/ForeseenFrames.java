package org.mae4j.data.ffmpeg.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/** Tells by packets, before they are decoded, which frames a decoder is going to give. */
public final class ForeseenFrames {

  /**
   * How many frames that are shown later may be decoded before a frame: H.264 has the most
   * (max_num_reorder_frames, ITU-T H.264, E.2.1).
   */
  public static final int MOST_REORDERED = 16;

  /** In seconds: what frames out of order hardly reach. */
  private static final double LARGEST_STEP_BACK = 1;

  /** In seconds: what may be another recording. */
  private static final double LARGEST_PAUSE = 10;

  private ForeseenFrames() {}

  /**
   * The frames of a window.
   *
   * @param packets in the order in which they are decoded, up to the end of the video or until more
   *     than {@link #MOST_REORDERED} are shown after the window
   * @param fromStart whether the first packet is the video's first
   * @param first earliest presentation time, inclusive
   * @param last latest presentation time, inclusive
   * @param oneMore whether the first frame after that belongs to the window too
   * @param timing for the length of a second
   * @return empty if packets leave room for doubt
   */
  public static Optional<FrameTimes> of(
      List<PacketInfo> packets,
      boolean fromStart,
      long first,
      long last,
      boolean oneMore,
      StreamTiming timing) {
    int begin = 0;
    while (begin < packets.size() && !packets.get(begin).isKey()) {
      begin++;
    }
    if (begin == packets.size() || (fromStart && begin > 0)) {
      return Optional.empty();
    }
    long start = packets.get(begin).pts();
    boolean early = packets.stream().limit(begin).anyMatch(packet -> packet.pts() >= start);
    List<PacketInfo> decoded = packets.subList(begin, packets.size());
    if (early || !areInOrder(decoded, timing)) {
      return Optional.empty();
    }
    // Pictures that lead a key frame refer to others before it, and mostly are not shown without.
    if (fromStart
        && decoded.stream().anyMatch(packet -> packet.isShown() && packet.pts() < start)) {
      return Optional.empty();
    }
    long[] shown =
        decoded.stream()
            .filter(PacketInfo::isShown)
            .mapToLong(PacketInfo::pts)
            .filter(pts -> pts >= start)
            .sorted()
            .toArray();
    return areSteady(shown, timing)
        ? Optional.of(window(shown, first, last, oneMore))
        : Optional.empty();
  }

  private static boolean areInOrder(List<PacketInfo> packets, StreamTiming timing) {
    long latest = packets.get(0).pts();
    // So many that one which is shown before all of these cannot be decoded behind them.
    PriorityQueue<Long> latestOnes = new PriorityQueue<>();
    for (PacketInfo packet : packets) {
      long pts = packet.pts();
      if (pts == PacketInfo.NO_TIME
          || timing.seconds(pts - latest) < -LARGEST_STEP_BACK
          || (latestOnes.size() > MOST_REORDERED && pts < latestOnes.peek())) {
        return false;
      }
      latest = Math.max(latest, pts);
      latestOnes.add(pts);
      if (latestOnes.size() > MOST_REORDERED + 1) {
        latestOnes.remove();
      }
    }
    return true;
  }

  private static boolean areSteady(long[] shown, StreamTiming timing) {
    for (int i = 1; i < shown.length; i++) {
      long step = shown[i] - shown[i - 1];
      if (step == 0 || timing.seconds(step) > LARGEST_PAUSE) {
        return false;
      }
    }
    return true;
  }

  private static FrameTimes window(long[] shown, long first, long last, boolean oneMore) {
    int from = place(shown, first);
    int to = last == Long.MAX_VALUE ? shown.length : place(shown, last + 1);
    int end = Math.min(oneMore ? to + 1 : to, shown.length);
    FrameTimes times = FrameTimes.of(Arrays.copyOfRange(shown, from, end));
    if (from > 0) {
      times.setPreceded(shown[from - 1]);
    }
    return times;
  }

  /** How many are before a time. */
  private static int place(long[] ascending, long time) {
    int found = Arrays.binarySearch(ascending, time);
    return found < 0 ? -found - 1 : found;
  }
}
