package org.mae4j.data.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_PCM_S16LE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avcodec.av_new_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_new;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avformat.AVFMT_GLOBALHEADER;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_DEFAULT;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.mae4j.api.Clip;
import org.mae4j.data.ffmpeg.internal.libav.Libav;

/**
 * Small video files with the peculiarities that tests are about. A frame shows its number in
 * binary, as eight black or white columns, the lowest bit on the left; below a grey band at the
 * top.
 */
final class VideoFixture {

  private static final int RATE = 30;
  private static final int BITS = 8;
  private static final int SAMPLES = 8000;
  private static final int BLACK = 16;
  private static final int WHITE = 235;
  private static final int GREY = 126;

  private int width = 64;
  private int height = 48;
  private int frames = 60;
  private int gop = 12;
  private int bFrames;
  private String encoder = "mpeg4";
  private boolean audioFirst;
  private int audioSeconds;
  private int secondWidth;
  private int secondHeight;
  private int[] displayMatrix;
  private final Map<String, String> muxerOptions = new HashMap<>();
  private IntToLongFunction times = i -> i;

  VideoFixture size(int newWidth, int newHeight) {
    width = newWidth;
    height = newHeight;
    return this;
  }

  VideoFixture frames(int number) {
    frames = number;
    return this;
  }

  VideoFixture encoder(String name) {
    encoder = name;
    return this;
  }

  VideoFixture bFrames(int number) {
    bFrames = number;
    return this;
  }

  VideoFixture gop(int frameCount) {
    gop = frameCount;
    return this;
  }

  /** A silent audio track before the video. */
  VideoFixture audioFirst() {
    audioFirst = true;
    return this;
  }

  /** A silent audio track before the video, of this length. */
  VideoFixture audio(int seconds) {
    audioFirst = true;
    audioSeconds = seconds;
    return this;
  }

  /** A second video track behind the first, which is the one marked as the default. */
  VideoFixture secondVideo(int newWidth, int newHeight) {
    secondWidth = newWidth;
    secondHeight = newHeight;
    return this;
  }

  VideoFixture displayMatrix(int... matrix) {
    displayMatrix = matrix;
    return this;
  }

  /** An option of libav's for the container. */
  VideoFixture muxerOption(String option, String value) {
    muxerOptions.put(option, value);
    return this;
  }

  /** When frames are shown, in 1/30 s; strictly ascending. */
  VideoFixture times(IntToLongFunction newTimes) {
    times = newTimes;
    return this;
  }

  /** Writes the file; its container follows from its name. */
  Path write(Path file) {
    Libav.start();
    AVFormatContext format = new AVFormatContext(null);
    check(avformat_alloc_output_context2(format, (AVOutputFormat) null, null, file.toString()));
    if (audioFirst) {
      addAudio(format);
    }
    AVCodecContext first = addVideo(format, width, height);
    AVStream firstStream = format.streams(format.nb_streams() - 1);
    AVCodecContext second = secondWidth > 0 ? addVideo(format, secondWidth, secondHeight) : null;
    if (second != null) {
      format.streams(format.nb_streams() - 1).disposition(AV_DISPOSITION_DEFAULT);
    }
    AVIOContext io = new AVIOContext(null);
    check(avio_open(io, file.toString(), AVIO_FLAG_WRITE));
    format.pb(io);
    AVDictionary options = new AVDictionary(null);
    muxerOptions.forEach((option, value) -> av_dict_set(options, option, value, 0));
    check(avformat_write_header(format, options));
    av_dict_free(options);
    writeSilence(format);
    encode(format, first, firstStream);
    avcodec_free_context(first);
    if (second != null) {
      encode(format, second, format.streams(format.nb_streams() - 1));
      avcodec_free_context(second);
    }
    check(av_write_trailer(format));
    avio_closep(format.pb());
    avformat_free_context(format);
    return file;
  }

  private void addAudio(AVFormatContext format) {
    AVStream stream = avformat_new_stream(format, null);
    stream.codecpar().codec_type(AVMEDIA_TYPE_AUDIO).codec_id(AV_CODEC_ID_PCM_S16LE);
    stream.codecpar().sample_rate(SAMPLES).format(1);
    av_channel_layout_default(stream.codecpar().ch_layout(), 1);
    stream.time_base(av_make_q(1, SAMPLES));
  }

  private void writeSilence(AVFormatContext format) {
    AVPacket packet = av_packet_alloc();
    for (int second = 0; second < audioSeconds; second++) {
      check(av_new_packet(packet, 2 * SAMPLES));
      packet.data().fill(0);
      packet.pts((long) second * SAMPLES).dts((long) second * SAMPLES).duration(SAMPLES);
      av_packet_rescale_ts(packet, av_make_q(1, SAMPLES), format.streams(0).time_base());
      packet.stream_index(0);
      check(av_interleaved_write_frame(format, packet));
    }
    av_packet_free(packet);
  }

  private AVCodecContext addVideo(AVFormatContext format, int w, int h) {
    AVCodec codec = avcodec_find_encoder_by_name(encoder);
    AVCodecContext context = avcodec_alloc_context3(codec);
    context.width(w).height(h).pix_fmt(AV_PIX_FMT_YUV420P).gop_size(gop).max_b_frames(bFrames);
    context.time_base(av_make_q(1, RATE)).framerate(av_make_q(RATE, 1)).bit_rate(4_000_000);
    if ((format.oformat().flags() & AVFMT_GLOBALHEADER) != 0) {
      context.flags(context.flags() | AV_CODEC_FLAG_GLOBAL_HEADER);
    }
    check(avcodec_open2(context, codec, (AVDictionary) null));
    AVStream stream = avformat_new_stream(format, null);
    stream.time_base(context.time_base()).avg_frame_rate(context.framerate());
    check(avcodec_parameters_from_context(stream.codecpar(), context));
    if (displayMatrix != null) {
      AVPacketSideData side = new AVPacketSideData(null);
      int matrixBytes = displayMatrix.length * Integer.BYTES;
      av_packet_side_data_new(side, new int[1], AV_PKT_DATA_DISPLAYMATRIX, matrixBytes, 0);
      new IntPointer(side.data()).put(displayMatrix);
      stream.codecpar().coded_side_data(side).nb_coded_side_data(1);
    }
    return context;
  }

  private void encode(AVFormatContext format, AVCodecContext context, AVStream stream) {
    AVFrame frame = av_frame_alloc();
    AVPacket packet = av_packet_alloc();
    frame.width(context.width()).height(context.height()).format(AV_PIX_FMT_YUV420P);
    check(av_frame_get_buffer(frame, 0));
    for (int i = 0; i <= frames; i++) {
      if (i < frames) {
        check(av_frame_make_writable(frame));
        draw(frame, i);
        frame.pts(times.applyAsLong(i));
      }
      check(avcodec_send_frame(context, i < frames ? frame : null));
      while (avcodec_receive_packet(context, packet) >= 0) {
        av_packet_rescale_ts(packet, context.time_base(), stream.time_base());
        packet.stream_index(stream.index());
        check(av_interleaved_write_frame(format, packet));
      }
    }
    av_packet_free(packet);
    av_frame_free(frame);
  }

  private static void draw(AVFrame frame, int number) {
    int w = frame.width();
    int h = frame.height();
    BytePointer luma = frame.data(0);
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        boolean bit = (number >> (x * BITS / w) & 1) == 1;
        int value = y < h / 4 ? GREY : bit ? WHITE : BLACK;
        luma.put((long) y * frame.linesize(0) + x, (byte) value);
      }
    }
    for (int plane = 1; plane < 3; plane++) {
      for (long i = 0; i < (long) frame.linesize(plane) * ((h + 1) / 2); i++) {
        frame.data(plane).put(i, (byte) 128);
      }
    }
  }

  /** The number that a frame of a clip shows. */
  static int number(Clip clip, int frame) {
    int w = clip.shape().width();
    int h = clip.shape().height();
    int number = 0;
    for (int bit = 0; bit < BITS; bit++) {
      int x = (2 * bit + 1) * w / (2 * BITS);
      int y = h * 5 / 8;
      if ((clip.pixels().get(((frame * h + y) * w + x) * 3) & 0xff) > 127) {
        number |= 1 << bit;
      }
    }
    return number;
  }

  /** The numbers that a clip's frames show. */
  static int[] numbers(Clip clip) {
    return IntStream.range(0, clip.shape().frames()).map(frame -> number(clip, frame)).toArray();
  }

  private static void check(int code) {
    if (code < 0) {
      throw new IllegalStateException(Libav.describe(code));
    }
  }
}
