package org.mae4j.data.ffmpeg.internal.libav;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avformat.AVFMT_DURATION_FROM_BITRATE;
import static org.bytedeco.ffmpeg.global.avformat.AVSEEK_FLAG_BACKWARD;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_seek_frame;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.AV_TIME_BASE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_get;
import static org.bytedeco.ffmpeg.global.avutil.av_q2d;

import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;

/**
 * How long a video stream is. Containers say how long they are themselves, which is often how long
 * the sound is, and not all say it of each stream.
 */
final class StreamLength {

  /** As Matroska's writers note it: hours, minutes, seconds. */
  private static final Pattern TAG = Pattern.compile("(\\d{1,6}):(\\d\\d):(\\d\\d(?:\\.\\d+)?)");

  /** The last is farther than any container is long. */
  private static final double[] SECONDS_BACK = {2, 16, 128, 1024, Double.MAX_VALUE};

  /** Containers whose length libav gives to every stream as its own. */
  private static final Set<String> COPIED = Set.of("asf", "rm", "wtv");

  private final AVFormatContext format;
  private final AVStream stream;
  private final double timeBase;

  StreamLength(AVFormatContext format, AVStream stream) {
    this.format = format;
    this.stream = stream;
    this.timeBase = av_q2d(stream.time_base());
  }

  /** In units of the time base, as the stream (and not just the container) declares it; else 0. */
  long declaredPts() {
    return isGuessed() || stream.duration() == AV_NOPTS_VALUE ? 0 : stream.duration();
  }

  /** In seconds; not positive if unknown. */
  double declared() {
    if (declaredPts() > 0) {
      return declaredPts() * timeBase;
    }
    double tagged = tagged();
    return tagged > 0 ? tagged : container();
  }

  private double container() {
    return isGuessed() ? 0 : (double) format.duration() / AV_TIME_BASE;
  }

  /** From the number of bytes, which is worth nothing. */
  private boolean isGuessed() {
    return format.duration_estimation_method() == AVFMT_DURATION_FROM_BITRATE;
  }

  private double tagged() {
    AVDictionaryEntry tag = av_dict_get(stream.metadata(), "DURATION", null, 0);
    if (tag == null) {
      return 0;
    }
    Matcher time = TAG.matcher(tag.value().getString());
    return time.matches()
        ? Integer.parseInt(time.group(1)) * 3600
            + Integer.parseInt(time.group(2)) * 60
            + Double.parseDouble(time.group(3))
        : 0;
  }

  /** Whether just the container, which holds other streams too, says how long it is. */
  boolean isTheContainers() {
    boolean ownIsUnknown =
        declaredPts() <= 0 || COPIED.contains(format.iformat().name().getString());
    return ownIsUnknown && tagged() <= 0 && container() > 0 && format.nb_streams() > 1;
  }

  /**
   * Looks where the stream's last packet is, from the end of the container back. The place in the
   * file is lost.
   *
   * @param packet to read into
   * @return in seconds; empty if it cannot be found
   */
  OptionalDouble measured(AVPacket packet, long startPts, double frameSeconds) {
    for (double back : SECONDS_BACK) {
      long from = startPts + (long) Math.max((container() - back) / timeBase, 0);
      if (av_seek_frame(format, stream.index(), from, AVSEEK_FLAG_BACKWARD) < 0) {
        break;
      }
      long last = lastPts(packet);
      if (last != AV_NOPTS_VALUE) {
        return OptionalDouble.of((last - startPts) * timeBase + frameSeconds);
      }
    }
    return OptionalDouble.empty();
  }

  private long lastPts(AVPacket packet) {
    long last = AV_NOPTS_VALUE;
    while (av_read_frame(format, packet) >= 0) {
      if (packet.stream_index() == stream.index()) {
        // Some containers have times of decoding only.
        last = Math.max(last, packet.pts() == AV_NOPTS_VALUE ? packet.dts() : packet.pts());
      }
      av_packet_unref(packet);
    }
    return last;
  }
}
