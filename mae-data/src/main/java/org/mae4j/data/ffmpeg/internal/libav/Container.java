package org.mae4j.data.ffmpeg.internal.libav;

import static org.bytedeco.ffmpeg.global.avcodec.AVDISCARD_ALL;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_DISCARD;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avformat.AVSEEK_FLAG_BACKWARD;
import static org.bytedeco.ffmpeg.global.avformat.AVSEEK_FLAG_BYTE;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_ATTACHED_PIC;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_guess_frame_rate;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_seek_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_index_get_entries_count;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_q2d;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.data.ffmpeg.internal.FrameTimes;
import org.mae4j.data.ffmpeg.internal.StreamTiming;
import org.mae4j.data.internal.Orientation;

/** One opening of a file: finds its video stream and reads that one's packets. */
final class Container implements AutoCloseable {

  /**
   * The containers that are opened. Formats that point to other files (playlists, image sequences,
   * device names) stay out: a video file must not make its reader read something else.
   */
  private static final String CONTAINERS =
      "mov,matroska,avi,mpegts,mpeg,mpegvideo,m4v,h264,hevc,obu,flv,asf,ogg,mxf,nut,ivf,mjpeg,gif,dv"
          + ",apng,gxf,rm,wtv,yuv4mpegpipe";

  /** Enough for a key frame with a stamp to be among them, mostly the first. */
  private static final int PACKETS_TO_A_STAMP = 50;

  private final String file;
  private final OptionalInt wantedStream;
  private final ReadWatch watch;
  private final OpenInput input;

  private AVFormatContext format;
  private AVStream stream;
  private StreamHeader header;
  // What is known, if it made looking through the file's beginning needless.
  private Optional<Probe> probed = Optional.empty();
  private boolean untouched = true;
  // Whether there were frames that are decoded before they are shown.
  private boolean reorders;

  /**
   * Opens a file.
   *
   * @param file names the file in messages
   * @param wantedStream the stream's index in the file; empty for libav's own choice
   * @param maxPixels files with larger frames are refused
   * @param watch must outlive this
   * @param known what an earlier look at the same file, for the same stream, has found
   * @throws ClipReadException if that fails
   */
  Container(
      VideoInput source,
      String file,
      OptionalInt wantedStream,
      long maxPixels,
      ReadWatch watch,
      Optional<Probe> known) {
    watch.check();
    this.file = file;
    this.wantedStream = wantedStream;
    this.watch = watch;
    this.input = new OpenInput(source, file, watch);
    try {
      openFormat(source.url(), known);
      stream = format.streams(chooseStream());
      header = new StreamHeader(format, stream);
      checkStream(maxPixels);
      leaveOutOthers();
      if (stampsSome()) {
        leaveOutGuesses();
      }
      probed.ifPresent(earlier -> stream.codecpar().video_delay(earlier.videoDelay()));
    } catch (Throwable t) {
      try {
        close();
      } catch (RuntimeException e) {
        t.addSuppressed(e);
      }
      throw t;
    }
  }

  private void openFormat(String name, Optional<Probe> known) {
    format = Libav.allocated(avformat_alloc_context());
    watch.attachTo(format);
    format.pb(input.context());
    AVDictionary options = new AVDictionary(null);
    try (BytePointer url = new BytePointer(name, StandardCharsets.UTF_8)) {
      av_dict_set(options, "protocol_whitelist", "file", 0);
      av_dict_set(options, "format_whitelist", CONTAINERS, 0);
      require(avformat_open_input(format, url, (AVInputFormat) null, options), Stage.OPEN);
    } finally {
      av_dict_free(options);
    }
    probed = known.filter(this::sufficesWithHeader);
    if (probed.isEmpty()) {
      require(avformat_find_stream_info(format, (PointerPointer<Pointer>) null), Stage.PROBE);
    }
  }

  /** Has packets come with what they themselves say of time. */
  private void leaveOutGuesses() {
    format.flags(format.flags() | AVFormatContext.AVFMT_FLAG_NOFILLIN);
    // What was looked through is filled in already.
    require(av_seek_frame(format, -1, 0, AVSEEK_FLAG_BYTE), Stage.PROBE);
    AVPacket packet = Libav.allocated(av_packet_alloc());
    try {
      for (int i = 0; i < PACKETS_TO_A_STAMP && !reorders && read(packet, damage -> {}); i++) {
        av_packet_unref(packet);
      }
    } finally {
      av_packet_free(packet);
    }
    require(av_seek_frame(format, -1, 0, AVSEEK_FLAG_BYTE), Stage.PROBE);
    untouched = true;
  }

  /**
   * Whether not all packets say when they are shown, as in MPEG program streams. What libav would
   * fill in for the others follows from those before, and is wrong where these were jumped over.
   */
  boolean stampsSome() {
    return name().equals("mpeg");
  }

  /** Whether the header describes the stream, as it does in containers that have a header. */
  private boolean sufficesWithHeader(Probe earlier) {
    if (!hasHeader() || earlier.stream() >= format.nb_streams()) {
      return false;
    }
    AVCodecParameters parameters = format.streams(earlier.stream()).codecpar();
    return parameters.codec_type() == AVMEDIA_TYPE_VIDEO
        && parameters.width() == earlier.width()
        && parameters.height() == earlier.height();
  }

  private boolean hasHeader() {
    return name().startsWith("mov,") || name().startsWith("matroska,");
  }

  private int chooseStream() {
    if (probed.isPresent()) {
      return probed.get().stream();
    }
    if (wantedStream.isPresent()) {
      int wanted = wantedStream.getAsInt();
      if (wanted >= format.nb_streams()
          || format.streams(wanted).codecpar().codec_type() != AVMEDIA_TYPE_VIDEO) {
        throw failure(Stage.PROBE, "stream " + wanted + " is not a video stream");
      }
      return wanted;
    }
    int best = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
    boolean coverArt =
        best >= 0 && (format.streams(best).disposition() & AV_DISPOSITION_ATTACHED_PIC) != 0;
    if (best < 0 || coverArt) {
      throw failure(Stage.PROBE, "no video stream");
    }
    return best;
  }

  private void checkStream(long maxPixels) {
    AVCodecParameters parameters = stream.codecpar();
    if (stream.time_base().num() < 1 || stream.time_base().den() < 1) {
      throw failure(Stage.PROBE, "the video stream has no time base");
    }
    int listed = avformat_index_get_entries_count(stream);
    if (input.size() > 0 && listed > input.size()) {
      throw failure(Stage.PROBE, "lists " + listed + " frames, more than it has bytes");
    }
    if ((long) parameters.width() * parameters.height() > maxPixels) {
      throw failure(
          Stage.PROBE,
          "frames of "
              + parameters.width()
              + "x"
              + parameters.height()
              + " have more than the "
              + maxPixels
              + " pixels allowed");
    }
  }

  private void leaveOutOthers() {
    for (int i = 0; i < format.nb_streams(); i++) {
      if (i != stream.index()) {
        format.streams(i).discard(AVDISCARD_ALL);
      }
    }
  }

  /** libav's names for it, such as {@code mov,mp4,m4a,3gp,3g2,mj2}. */
  String name() {
    return format.iformat().name().getString();
  }

  AVCodecParameters parameters() {
    return stream.codecpar();
  }

  AVRational timeBase() {
    return stream.time_base();
  }

  /** Nominal frames/s; 0 if unknown. */
  double frameRate() {
    AVRational rate = av_guess_frame_rate(format, stream, null);
    return rate.num() > 0 && rate.den() > 0 ? av_q2d(rate) : 0;
  }

  /** The stream's first presentation time. */
  long startPts() {
    return probed.isPresent() ? probed.get().startPts() : header.startPts();
  }

  /** What opening has found, for the next one to be spared the search. */
  Probe probe(StreamTiming timing) {
    return probed.orElseGet(() -> header.probe(timing));
  }

  /** Whether the file has others that nobody chose between. */
  boolean isOneOfSeveral() {
    return wantedStream.isEmpty() && header.videoStreams() > 1;
  }

  Orientation orientation() {
    return header.orientation();
  }

  /** What the file says about time. The place in the file may be lost. */
  StreamTiming timing() {
    return probed.isPresent() ? probed.get().timing() : header.timing(this::measure);
  }

  /** As {@link VideoStream#listedTimes}. */
  Optional<FrameTimes> listedTimes() {
    return parameters().video_delay() == 0
        ? new StreamIndex(format, stream).frames()
        : Optional.empty();
  }

  private OptionalDouble measure(StreamLength length, long startPts, double frameSeconds) {
    untouched = false;
    AVPacket packet = Libav.allocated(av_packet_alloc());
    try {
      return length.measured(packet, startPts, frameSeconds);
    } finally {
      av_packet_free(packet);
      input.check(Stage.PROBE);
    }
  }

  /**
   * When all frames are shown, ascending, read from here to the end of the file.
   *
   * @return empty if packets do not all say it
   */
  Optional<FrameTimes> packetTimes() {
    untouched = false;
    format.flags(format.flags() & ~AVFormatContext.AVFMT_FLAG_NOFILLIN);
    LongStream.Builder shown = LongStream.builder();
    LongStream.Builder decoded = LongStream.builder();
    AVPacket packet = Libav.allocated(av_packet_alloc());
    try {
      while (av_read_frame(format, packet) >= 0) {
        if (packet.stream_index() == stream.index()
            && (packet.flags() & AV_PKT_FLAG_DISCARD) == 0) {
          shown.add(packet.pts());
          decoded.add(packet.dts());
        }
        av_packet_unref(packet);
      }
    } finally {
      av_packet_free(packet);
    }
    input.check(Stage.PROBE);
    // Decoding times are as far apart, and sometimes there where the others are not.
    return Stream.of(shown, decoded)
        .map(times -> times.build().sorted().toArray())
        .filter(times -> times.length > 0 && times[0] != AV_NOPTS_VALUE)
        .map(FrameTimes::of)
        .findFirst();
  }

  /** Whether nothing was read yet of what {@link #read} gives. */
  boolean isUntouched() {
    return untouched;
  }

  /**
   * Goes to a packet that is decoded at or before a time, as far as the container knows.
   *
   * @return false if the container cannot be seeked in
   */
  boolean jump(long pts) {
    int code = av_seek_frame(format, stream.index(), pts, AVSEEK_FLAG_BACKWARD);
    input.check(Stage.SEEK);
    untouched &= code < 0;
    return code >= 0;
  }

  /**
   * Reads the stream's next packet.
   *
   * @param damage is told of what libav could not read
   * @return false at the end
   */
  boolean read(AVPacket packet, Consumer<String> damage) {
    untouched = false;
    while (true) {
      watch.check();
      int code = av_read_frame(format, packet);
      input.check(Stage.DECODE);
      if (code == AVERROR_EAGAIN()) {
        continue;
      }
      if (code < 0) {
        if (code != AVERROR_EOF) {
          damage.accept(Libav.describe(code));
        }
        return false;
      }
      watch.progress();
      if (packet.stream_index() == stream.index()) {
        if (stampsSome()) {
          leaveOutWrongStamp(packet);
        }
        return true;
      }
      av_packet_unref(packet);
    }
  }

  /**
   * Where frames are reordered a key frame is decoded before it is shown; one that is said not to
   * be has the stamp of the frame behind it, which libav takes for its own where its headers are in
   * one packet of the container and its picture in the next.
   */
  private void leaveOutWrongStamp(AVPacket packet) {
    if (packet.pts() == AV_NOPTS_VALUE || packet.dts() == AV_NOPTS_VALUE) {
      return;
    }
    reorders |= packet.pts() > packet.dts();
    if (reorders && packet.pts() == packet.dts() && (packet.flags() & AV_PKT_FLAG_KEY) != 0) {
      packet.pts(AV_NOPTS_VALUE).dts(AV_NOPTS_VALUE);
    }
  }

  private void require(int code, Stage stage) {
    input.check(stage);
    if (code < 0) {
      throw failure(stage, Libav.describe(code));
    }
  }

  ClipReadException failure(Stage stage, String reason) {
    return new ClipReadException(file, stage, reason);
  }

  @Override
  public void close() {
    if (format != null) {
      avformat_close_input(format);
    }
    format = null;
    stream = null;
    input.close();
  }
}
