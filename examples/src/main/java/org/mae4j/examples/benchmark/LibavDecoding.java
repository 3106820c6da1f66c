package org.mae4j.examples.benchmark;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * libav's own decoding of part of a video, on the calling thread, the frames thrown away: the least
 * that any reader of it has to do that decodes it all.
 */
public final class LibavDecoding {

  private LibavDecoding() {}

  /**
   * Opens a file, decodes from the key frame before {@code first} to the frame at {@code last}, and
   * closes it.
   *
   * @param first presentation time in seconds
   * @param last presentation time in seconds
   * @return how many frames lie between the two, both included
   */
  public static int decode(Path file, double first, double last) {
    AVFormatContext format = new AVFormatContext(null);
    try (BytePointer url = new BytePointer("file:" + file, StandardCharsets.UTF_8)) {
      check(avformat.avformat_open_input(format, url, null, null));
    }
    AVCodecContext codec = null;
    AVPacket packet = avcodec.av_packet_alloc();
    AVFrame frame = avutil.av_frame_alloc();
    try {
      check(avformat.avformat_find_stream_info(format, (PointerPointer<?>) null));
      int index =
          avformat.av_find_best_stream(
              format, avutil.AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
      check(index);
      AVStream stream = format.streams(index);
      for (int i = 0; i < format.nb_streams(); i++) {
        if (i != index) {
          format.streams(i).discard(avcodec.AVDISCARD_ALL);
        }
      }
      AVCodec decoder = avcodec.avcodec_find_decoder(stream.codecpar().codec_id());
      codec = avcodec.avcodec_alloc_context3(decoder);
      check(avcodec.avcodec_parameters_to_context(codec, stream.codecpar()));
      codec.thread_count(1);
      check(avcodec.avcodec_open2(codec, decoder, (AVDictionary) null));
      double perSecond = 1 / avutil.av_q2d(stream.time_base());
      long from = Math.round(first * perSecond);
      long to = Math.round(last * perSecond);
      check(avformat.av_seek_frame(format, index, from, avformat.AVSEEK_FLAG_BACKWARD));
      return decode(from, to, format, index, codec, packet, frame);
    } finally {
      avutil.av_frame_free(frame);
      avcodec.av_packet_free(packet);
      if (codec != null) {
        avcodec.avcodec_free_context(codec);
      }
      avformat.avformat_close_input(format);
    }
  }

  private static int decode(
      long from,
      long to,
      AVFormatContext format,
      int index,
      AVCodecContext codec,
      AVPacket packet,
      AVFrame frame) {
    int count = 0;
    while (true) {
      boolean more = avformat.av_read_frame(format, packet) >= 0;
      if (!more || packet.stream_index() == index) {
        avcodec.avcodec_send_packet(codec, more ? packet : null);
      }
      avcodec.av_packet_unref(packet);
      while (avcodec.avcodec_receive_frame(codec, frame) >= 0) {
        long time = frame.best_effort_timestamp();
        count += time >= from && time <= to ? 1 : 0;
        if (time >= to) {
          return count;
        }
      }
      if (!more) {
        return count;
      }
    }
  }

  private static void check(int code) {
    if (code < 0) {
      throw new IllegalStateException("libav failed with code " + code);
    }
  }
}
