package org.mae4j.data.ffmpeg.internal.libav;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.mae4j.data.ffmpeg.internal.PacketInfo;
import org.mae4j.data.ffmpeg.internal.PacketPlan;
import org.mae4j.data.ffmpeg.internal.PacketPlan.Use;

/**
 * Decodes by a plan, and gives the frames that are to be seen, and no other. At the first thing
 * that is not as packets have foretold it stops: a frame that does not come or that nobody
 * expected, decoding that does not begin with the key frame, any damage.
 */
final class ChosenFrames {

  private final ReadAhead packets;
  private final FrameDecoder decoder;
  private final List<PacketInfo> infos;
  private final PacketPlan plan;
  private final boolean fromStart;
  private final long[] expected;
  private final long[] seen;
  // The next packet, and the one that decoding began at last.
  private int next;
  private int begun;
  // Whether the decoder was handed anything since, and whether it has given anything back.
  private boolean fed;
  private boolean given;
  private long latestPts = PacketInfo.NO_TIME;

  /**
   * By a plan.
   *
   * @param packets at the first of those that the plan is for
   * @param decoder that was handed nothing yet
   * @param infos what these packets say
   * @param fromStart whether the first of them is the file's first
   */
  ChosenFrames(
      ReadAhead packets,
      FrameDecoder decoder,
      List<PacketInfo> infos,
      PacketPlan plan,
      boolean fromStart) {
    this.packets = packets;
    this.decoder = decoder;
    this.infos = infos;
    this.plan = plan;
    this.fromStart = fromStart;
    this.expected = times(i -> infos.get(i).isShown());
    this.seen = times(i -> plan.use(i) == Use.SEEN);
  }

  private long[] times(IntPredicate which) {
    return IntStream.range(0, infos.size())
        .filter(which)
        .mapToLong(i -> infos.get(i).pts())
        .sorted()
        .toArray();
  }

  /**
   * Decodes the next one.
   *
   * @return false if there is none, or if something was not as foretold
   */
  boolean decode(AVFrame frame) {
    while (true) {
      int code = decoder.receive(frame);
      if (code >= 0) {
        if (!isForetold(frame)) {
          return false;
        }
        if (Arrays.binarySearch(seen, latestPts) >= 0) {
          return true;
        }
      } else if (code == AVERROR_EOF) {
        if (next == plan.size()) {
          return false;
        }
        decoder.flush();
        fed = false;
      } else if (code != AVERROR_EAGAIN() || !feed()) {
        return false;
      }
    }
  }

  private boolean isForetold(AVFrame frame) {
    long pts = frame.best_effort_timestamp();
    boolean follows = latestPts == PacketInfo.NO_TIME || pts > latestPts;
    boolean begins = given || (fromStart && begun == 0) || isBeginning(frame);
    latestPts = pts;
    given = true;
    return follows
        && begins
        && Arrays.binarySearch(expected, pts) >= 0
        && !FrameDecoder.isDamaged(frame);
  }

  private boolean isBeginning(AVFrame frame) {
    PacketInfo key = infos.get(begun);
    return !key.isShown()
        || (FrameDecoder.isKeyFrame(frame) && frame.best_effort_timestamp() == key.pts());
  }

  /** Hands the decoder one more packet, or the news that for now there is none. */
  private boolean feed() {
    AVPacket packet = Libav.allocated(av_packet_alloc());
    try {
      while (next < plan.size() && plan.use(next) == Use.LEFT_OUT) {
        packets.read(packet);
        av_packet_unref(packet);
        next++;
      }
      if (next == plan.size() || (plan.beginsAt(next) && fed)) {
        // What it holds back comes out, and then it can begin anew.
        return decoder.send(null, false) >= 0;
      }
      if (plan.beginsAt(next)) {
        begun = next;
        given = false;
      }
      boolean leaveOut = plan.use(next) != Use.SEEN;
      next++;
      fed = true;
      return packets.read(packet) && decoder.send(packet, leaveOut) >= 0;
    } finally {
      av_packet_free(packet);
    }
  }
}
