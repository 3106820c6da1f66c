package org.mae4j.data.ffmpeg.internal.libav;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_get;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_ATTACHED_PIC;
import static org.bytedeco.ffmpeg.global.avformat.av_guess_frame_rate;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.IntPointer;
import org.mae4j.data.ffmpeg.internal.StreamTiming;
import org.mae4j.data.internal.Orientation;

/** What opening a container has told of its video stream. */
final class StreamHeader {

  private final AVFormatContext format;
  private final AVStream stream;

  StreamHeader(AVFormatContext format, AVStream stream) {
    this.format = format;
    this.stream = stream;
  }

  /** To be spared looking through the beginning of the file the next time. */
  Probe probe(StreamTiming timing) {
    AVCodecParameters parameters = stream.codecpar();
    return Probe.of(
        stream.index(),
        videoStreams(),
        parameters.video_delay(),
        format.iformat().name().getString(),
        avcodec_get_name(parameters.codec_id()).getString(),
        parameters.width(),
        parameters.height(),
        timing,
        new StreamIndex(format, stream).keyFrames());
  }

  /** How many there are to choose from; pictures of a cover are none. */
  int videoStreams() {
    return (int)
        IntStream.range(0, format.nb_streams())
            .mapToObj(format::streams)
            .filter(other -> other.codecpar().codec_type() == AVMEDIA_TYPE_VIDEO)
            .filter(other -> (other.disposition() & AV_DISPOSITION_ATTACHED_PIC) == 0)
            .count();
  }

  long startPts() {
    return stream.start_time() == AV_NOPTS_VALUE ? 0 : stream.start_time();
  }

  /**
   * What is said about time.
   *
   * @param lastPackets looks for the length of the stream where just the container says its own
   */
  StreamTiming timing(LastPackets lastPackets) {
    StreamLength length = new StreamLength(format, stream);
    StreamIndex index = new StreamIndex(format, stream);
    AVRational timeBase = stream.time_base();
    // The reference's reader hands rates over in float32.
    OptionalDouble rate = rate(av_guess_frame_rate(format, stream, null), true);
    StreamTiming declared =
        new StreamTiming(
            timeBase.num(),
            timeBase.den(),
            startPts(),
            index.isMissing() ? OptionalDouble.empty() : positive(length.declared()),
            rate,
            rate(stream.avg_frame_rate(), false),
            index.isMissing() ? OptionalLong.empty() : positive(length.declaredPts()),
            index.isMissing() ? OptionalLong.empty() : positive(stream.nb_frames()),
            Optional.empty());
    if (rate.isEmpty()) {
      return declared;
    }
    double frame = 1 / rate.getAsDouble();
    if (index.isComplete()) {
      return declared
          .withVariableRate(index.times().vary(rate.getAsDouble(), declared))
          .withTrueDuration(declared.seconds(index.length(declared.pts(frame))));
    }
    OptionalDouble measured =
        length.isTheContainers() && !index.isMissing()
            ? lastPackets.measure(length, startPts(), frame)
            : OptionalDouble.empty();
    return measured.isPresent() ? declared.withTrueDuration(measured.getAsDouble()) : declared;
  }

  /** Looks where a stream ends by reading its last packets, so that the place is lost. */
  @FunctionalInterface
  interface LastPackets {

    /** In seconds; empty if it cannot be found. */
    OptionalDouble measure(StreamLength length, long startPts, double frameSeconds);
  }

  private static OptionalDouble positive(double value) {
    return value > 0 ? OptionalDouble.of(value) : OptionalDouble.empty();
  }

  private static OptionalLong positive(long value) {
    return value > 0 ? OptionalLong.of(value) : OptionalLong.empty();
  }

  private static OptionalDouble rate(AVRational rate, boolean float32) {
    if (rate.num() <= 0 || rate.den() <= 0) {
      return OptionalDouble.empty();
    }
    double value = (double) rate.num() / rate.den();
    return OptionalDouble.of(float32 ? (float) value : value);
  }

  /** How the file says that its frames are to be turned. */
  Orientation orientation() {
    AVCodecParameters parameters = stream.codecpar();
    AVPacketSideData side =
        av_packet_side_data_get(
            parameters.coded_side_data(),
            parameters.nb_coded_side_data(),
            AV_PKT_DATA_DISPLAYMATRIX);
    int[] matrix = new int[9];
    if (side == null || side.size() < 4L * matrix.length) {
      return Orientation.AS_STORED;
    }
    new IntPointer(side.data()).get(matrix);
    return Orientation.ofDisplayMatrix(matrix);
  }
}
