package org.mae4j.data.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.AVDISCARD_ALL;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_DISCARD;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_get;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_flush_buffers;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avformat.AVSEEK_FLAG_BACKWARD;
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
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_q2d;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.data.ffmpeg.internal.FrameTimes;
import org.mae4j.data.ffmpeg.internal.StreamTiming;
import org.mae4j.data.internal.Orientation;

/**
 * The video stream of one open file: decodes its frames one after another.
 *
 * <p>Damaged packets are left out and decoding goes on behind them, as in FFmpeg's own programs. A
 * file that breaks off ends where it breaks off.
 */
final class VideoStream implements AutoCloseable {

  /**
   * The containers that are opened. Formats that point to other files (playlists, image sequences,
   * device names) stay out: a video file must not make its reader read something else.
   */
  private static final String CONTAINERS =
      "mov,matroska,avi,mpegts,mpeg,mpegvideo,m4v,h264,hevc,obu,flv,asf,ogg,mxf,nut,ivf,mjpeg,gif,dv"
          + ",apng,gxf,rm,wtv,yuv4mpegpipe";

  /** In seconds: what frames out of order never reach. */
  private static final double LARGEST_STEP_BACK = 1;

  /** In seconds: what loss of reception seldom reaches. */
  private static final double LARGEST_PAUSE = 10;

  private final VideoInput source;
  private final String file;
  private final OptionalInt wantedStream;
  private final long maxPixels;
  private final ReadWatch watch;
  // What an earlier look at the same file has found, if there was one.
  private final Optional<Probe> known;

  private ByteInput input;
  private AVFormatContext format;
  private AVCodecContext codec;
  private AVPacket packet;
  private AVFrame current;
  private AVFrame previous;
  private AVStream stream;
  // What is known, if it made looking through the file's beginning needless.
  private Optional<Probe> probed = Optional.empty();
  private long currentPts;
  private long previousPts;
  // Whether nothing was read yet, and whether the current frame was decoded ahead of next().
  private boolean untouched;
  private boolean pending;
  // Whether the times of this frame and the next can be compared, and whether there is no next.
  private boolean timed;
  private boolean ended;
  // The length of the stream, if it had to be looked for.
  private OptionalDouble measured = OptionalDouble.empty();
  private String damage;

  private VideoStream(
      VideoInput source,
      String file,
      OptionalInt wantedStream,
      long maxPixels,
      ReadWatch watch,
      Optional<Probe> known) {
    this.source = source;
    this.file = file;
    this.wantedStream = wantedStream;
    this.maxPixels = maxPixels;
    this.watch = watch;
    this.known = known;
  }

  /**
   * Opens a file and the decoder of its video stream.
   *
   * @param file names the file in messages
   * @param wantedStream the stream's index in the file; empty for libav's own choice
   * @param maxPixels frames larger than this are not decoded
   * @param watch must outlive the stream
   * @throws ClipReadException if that fails
   */
  static VideoStream open(
      VideoInput source, String file, OptionalInt wantedStream, long maxPixels, ReadWatch watch) {
    return open(source, file, wantedStream, maxPixels, watch, Optional.empty());
  }

  /**
   * As the other method.
   *
   * @param known what an earlier look at the same file, for the same stream, has found
   */
  static VideoStream open(
      VideoInput source,
      String file,
      OptionalInt wantedStream,
      long maxPixels,
      ReadWatch watch,
      Optional<Probe> known) {
    VideoStream stream = new VideoStream(source, file, wantedStream, maxPixels, watch, known);
    try {
      stream.open();
      return stream;
    } catch (Throwable t) {
      try {
        stream.close();
      } catch (RuntimeException e) {
        t.addSuppressed(e);
      }
      throw t;
    }
  }

  private void open() {
    watch.check();
    openContainer();
    openDecoder();
    packet = notNull(av_packet_alloc());
    current = notNull(av_frame_alloc());
    previous = notNull(av_frame_alloc());
    untouched = true;
    pending = false;
    timed = false;
    ended = false;
    currentPts = start() - 1;
    previousPts = currentPts;
  }

  private void openContainer() {
    input = openInput();
    format = notNull(avformat_alloc_context());
    watch.attachTo(format);
    format.pb(input.context());
    AVDictionary options = new AVDictionary(null);
    try (BytePointer url = new BytePointer(source.url(), StandardCharsets.UTF_8)) {
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

  private ByteInput openInput() {
    try {
      return source.open(watch);
    } catch (IOException | RuntimeException | Error e) {
      watch.check();
      throw unreadable(Stage.OPEN, e);
    }
  }

  /** To be called after whatever may have read: libav may take for damage what is none. */
  private void checkInput(Stage stage) {
    watch.check();
    Throwable failure = input.failure();
    if (failure != null) {
      throw unreadable(stage, failure);
    }
  }

  /** Whatever a file system throws costs its file, but want of memory is nobody's fault. */
  private ClipReadException unreadable(Stage stage, Throwable failure) {
    if (failure instanceof OutOfMemoryError want) {
      throw want;
    }
    boolean plain = failure.getClass() == IOException.class && failure.getMessage() != null;
    return new ClipReadException(
        file, stage, plain ? failure.getMessage() : failure.toString(), failure);
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
    String container = format.iformat().name().getString();
    return container.startsWith("mov,") || container.startsWith("matroska,");
  }

  private void openDecoder() {
    int index = chooseStream();
    stream = format.streams(index);
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
    AVCodec decoder = avcodec_find_decoder(parameters.codec_id());
    if (decoder == null) {
      throw failure(
          Stage.PROBE, "no decoder for " + avcodec_get_name(parameters.codec_id()).getString());
    }
    for (int i = 0; i < format.nb_streams(); i++) {
      if (i != index) {
        format.streams(i).discard(AVDISCARD_ALL);
      }
    }
    probed.ifPresent(earlier -> parameters.video_delay(earlier.videoDelay()));
    codec = notNull(avcodec_alloc_context3(decoder));
    require(avcodec_parameters_to_context(codec, parameters), Stage.PROBE);
    codec.pkt_timebase(stream.time_base());
    codec.thread_count(1);
    codec.max_pixels(maxPixels);
    require(avcodec_open2(codec, decoder, (AVDictionary) null), Stage.PROBE);
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

  /** What opening has found, for {@link #open} to be spared the search. */
  Probe probe() {
    return probed.orElseGet(
        () -> {
          AVCodecParameters parameters = stream.codecpar();
          return Probe.of(
              stream.index(),
              videoStreams(),
              parameters.video_delay(),
              format.iformat().name().getString(),
              avcodec_get_name(parameters.codec_id()).getString(),
              parameters.width(),
              parameters.height(),
              timing(),
              new StreamIndex(format, stream).keyFrames());
        });
  }

  /** Whether the file has others that nobody chose between. */
  boolean isOneOfSeveral() {
    return wantedStream.isEmpty() && videoStreams() > 1;
  }

  /** How many there are to choose from; pictures of a cover are none. */
  private int videoStreams() {
    return (int)
        IntStream.range(0, format.nb_streams())
            .mapToObj(format::streams)
            .filter(other -> other.codecpar().codec_type() == AVMEDIA_TYPE_VIDEO)
            .filter(other -> (other.disposition() & AV_DISPOSITION_ATTACHED_PIC) == 0)
            .count();
  }

  StreamTiming timing() {
    if (probed.isPresent()) {
      return probed.get().timing();
    }
    StreamLength length = new StreamLength(format, stream);
    AVRational timeBase = stream.time_base();
    // The reference's reader hands rates over in float32.
    OptionalDouble rate = rate(av_guess_frame_rate(format, stream, null), true);
    StreamTiming declared =
        new StreamTiming(
            timeBase.num(),
            timeBase.den(),
            start(),
            positive(length.declared()),
            rate,
            rate(stream.avg_frame_rate(), false),
            length.declaredPts() > 0 ? OptionalLong.of(length.declaredPts()) : OptionalLong.empty(),
            stream.nb_frames() > 0 ? OptionalLong.of(stream.nb_frames()) : OptionalLong.empty(),
            Optional.empty());
    if (rate.isEmpty()) {
      return declared;
    }
    double frame = 1 / rate.getAsDouble();
    StreamIndex index = new StreamIndex(format, stream);
    if (index.isComplete()) {
      return declared
          .withVariableRate(index.times().vary(rate.getAsDouble(), declared))
          .withTrueDuration(declared.seconds(index.length(declared.pts(frame))));
    }
    if (length.isTheContainers() && measured.isEmpty()) {
      untouched = false;
      measured = length.measured(packet, start(), frame);
      checkInput(Stage.PROBE);
    }
    return measured.isPresent() ? declared.withTrueDuration(measured.getAsDouble()) : declared;
  }

  private static OptionalDouble positive(double value) {
    return value > 0 ? OptionalDouble.of(value) : OptionalDouble.empty();
  }

  private static OptionalDouble rate(AVRational rate, boolean float32) {
    if (rate.num() <= 0 || rate.den() <= 0) {
      return OptionalDouble.empty();
    }
    double value = (double) rate.num() / rate.den();
    return OptionalDouble.of(float32 ? (float) value : value);
  }

  /**
   * When all frames are shown, ascending, read from the packets of the whole file. The place in the
   * file is lost.
   *
   * @return empty if packets do not all say it
   */
  Optional<FrameTimes> packetTimes() {
    untouched = false;
    rewind();
    untouched = false;
    LongStream.Builder shown = LongStream.builder();
    LongStream.Builder decoded = LongStream.builder();
    while (av_read_frame(format, packet) >= 0) {
      if (packet.stream_index() == stream.index() && (packet.flags() & AV_PKT_FLAG_DISCARD) == 0) {
        shown.add(packet.pts());
        decoded.add(packet.dts());
      }
      av_packet_unref(packet);
    }
    watch.check();
    checkInput(Stage.PROBE);
    // Decoding times are as far apart, and sometimes there where the others are not.
    return Stream.of(shown, decoded)
        .map(times -> times.build().sorted().toArray())
        .filter(times -> times.length > 0 && times[0] != AV_NOPTS_VALUE)
        .map(FrameTimes::of)
        .findFirst();
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

  /**
   * Goes back or forth so that the following calls of {@link #next()} miss no frame whose
   * presentation time is {@code pts} or later.
   */
  void seek(long pts) {
    // Containers are indexed by decoding times, which run ahead of presentation times where frames
    // are reordered, and not every index is exact. So look at where that led, and aim further back
    // if it was too late.
    AVRational timeBase = stream.time_base();
    long second = Math.max(1, timeBase.den() / timeBase.num());
    for (long margin = 0; margin <= 16 * second; margin = nextMargin(margin, second)) {
      if (pts <= start() + margin || keepsFewTimestamps() || !jump(pts - margin)) {
        break;
      }
      avcodec_flush_buffers(codec);
      untouched = false;
      pending = false;
      timed = false;
      ended = false;
      currentPts = AV_NOPTS_VALUE;
      if (next() && isKeyFrame() && currentPts <= pts) {
        pending = true;
        return;
      }
    }
    rewind();
  }

  /** False if the container cannot be seeked in. */
  private boolean jump(long pts) {
    int code = av_seek_frame(format, stream.index(), pts, AVSEEK_FLAG_BACKWARD);
    checkInput(Stage.SEEK);
    return code >= 0;
  }

  private static long nextMargin(long margin, long second) {
    return margin == 0 ? Math.max(1, second / 4) : 8 * margin;
  }

  /** Else the frame may refer to one that was jumped over. */
  private boolean isKeyFrame() {
    return (current.flags() & AVFrame.AV_FRAME_FLAG_KEY) != 0;
  }

  /**
   * An MPEG program stream has presentation times for some frames only. libav reckons the others
   * from what came before, and reckons wrong where that was jumped over, and sometimes elsewhere.
   */
  private boolean keepsFewTimestamps() {
    return format.iformat().name().getString().equals("mpeg");
  }

  /** Frames come in the order in which they are shown, so time cannot stand still or go back. */
  private boolean isMisreckoned(long pts) {
    return keepsFewTimestamps() && currentPts >= start() && pts <= currentPts;
  }

  /**
   * Whether a frame is another recording's than the one before it: time goes back, or leaps in a
   * container of streams that never pause.
   */
  private boolean isOfAnotherRecording(long pts) {
    double seconds = (pts - currentPts) * av_q2d(stream.time_base());
    return timed && (seconds < -LARGEST_STEP_BACK || (isOfBroadcasts() && seconds > LARGEST_PAUSE));
  }

  private boolean isOfBroadcasts() {
    return keepsFewTimestamps() || format.iformat().name().getString().equals("mpegts");
  }

  private long start() {
    return probed.isPresent() ? probed.get().startPts() : headerStart();
  }

  private long headerStart() {
    return stream.start_time() == AV_NOPTS_VALUE ? 0 : stream.start_time();
  }

  /** By opening the file anew, since not every container can seek to its beginning. */
  private void rewind() {
    if (!untouched) {
      close();
      open();
    }
  }

  /**
   * Decodes one more frame.
   *
   * @return false at the end of the video, or of the recording where a file holds several; {@link
   *     #current()} is then still the last frame
   * @throws ClipReadException if the time is up
   */
  boolean next() {
    if (pending) {
      pending = false;
      return true;
    }
    if (ended) {
      return false;
    }
    untouched = false;
    AVFrame spare = previous;
    long pts = AV_NOPTS_VALUE;
    while (pts == AV_NOPTS_VALUE) {
      if (!decode(spare)) {
        ended = true;
        return false;
      }
      pts = spare.best_effort_timestamp();
      if (pts != AV_NOPTS_VALUE && isOfAnotherRecording(pts)) {
        damage = "the file holds more than one recording";
        ended = true;
        return false;
      }
      if ((pts == AV_NOPTS_VALUE || isMisreckoned(pts)) && currentPts != AV_NOPTS_VALUE) {
        pts = currentPts + Math.max(1, spare.duration());
      }
      // Else this is just behind a seek, and there is no telling which frame it is.
    }
    previous = current;
    previousPts = currentPts;
    current = spare;
    currentPts = pts;
    timed = true;
    return true;
  }

  /** Whether {@link #next()} has found no more frames. */
  boolean isAtEnd() {
    return ended;
  }

  /** False at the end of the video. */
  private boolean decode(AVFrame frame) {
    while (true) {
      watch.check();
      int code = avcodec_receive_frame(codec, frame);
      if (code >= 0) {
        return true;
      }
      if (code == AVERROR_EOF) {
        return false;
      }
      if (code == AVERROR_EAGAIN()) {
        feed();
      } else {
        damage = Libav.describe(code);
      }
    }
  }

  /** Hands the decoder one more packet, or the news that there is none. */
  private void feed() {
    while (true) {
      watch.check();
      int code = av_read_frame(format, packet);
      checkInput(Stage.DECODE);
      if (code == AVERROR_EAGAIN()) {
        continue;
      }
      if (code < 0) {
        if (code != AVERROR_EOF) {
          damage = Libav.describe(code);
        }
        avcodec_send_packet(codec, null);
        return;
      }
      try {
        if (packet.stream_index() == stream.index()) {
          code = avcodec_send_packet(codec, packet);
          if (code >= 0) {
            return;
          }
          damage = Libav.describe(code);
        }
      } finally {
        av_packet_unref(packet);
      }
    }
  }

  /** The frame that {@link #next()} decoded last; valid until the next call of it. */
  AVFrame current() {
    return current;
  }

  long currentPts() {
    return currentPts;
  }

  /** The frame before that; valid until the next call of {@link #next()}. */
  AVFrame previous() {
    return previous;
  }

  long previousPts() {
    return previousPts;
  }

  /** Whether anything that was read since the file was opened first is damaged. */
  boolean isDamaged() {
    return damage != null
        || current.decode_error_flags() != 0
        || (current.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0;
  }

  /** What is to be said of a file without a single frame. */
  ClipReadException noFrames() {
    return failure(Stage.DECODE, damage == null ? "no frame could be decoded" : damage);
  }

  ClipReadException failure(Stage stage, String reason) {
    return new ClipReadException(file, stage, reason);
  }

  private void require(int code, Stage stage) {
    checkInput(stage);
    if (code < 0) {
      throw failure(stage, Libav.describe(code));
    }
  }

  private static <P extends Pointer> P notNull(P pointer) {
    if (pointer == null) {
      throw new OutOfMemoryError("libav could not allocate");
    }
    return pointer;
  }

  /** Frees all that {@link #open()} made, however far it came. */
  @Override
  public void close() {
    if (current != null) {
      av_frame_free(current);
    }
    if (previous != null) {
      av_frame_free(previous);
    }
    if (packet != null) {
      av_packet_free(packet);
    }
    if (codec != null) {
      avcodec_free_context(codec);
    }
    if (format != null) {
      avformat_close_input(format);
    }
    closeInput();
    current = null;
    previous = null;
    packet = null;
    codec = null;
    format = null;
    stream = null;
  }

  private void closeInput() {
    ByteInput closing = input;
    input = null;
    if (closing != null) {
      try {
        closing.close();
      } catch (IOException | RuntimeException | Error e) {
        throw unreadable(Stage.DECODE, e);
      }
    }
  }
}
