package org.mae4j.examples;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
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

/**
 * libav's own decoding of random windows of a video, on one thread, the frames thrown away: the
 * least that any reader of it has to do.
 */
final class LibavDecoding {

  private final Path file;
  private final int windowFrames;
  private final Random random = new Random(0);

  LibavDecoding(Path file, int windowFrames) {
    this.file = file;
    this.windowFrames = windowFrames;
  }

  /** Frames of windows decoded per second. */
  double framesPerSecond(double seconds) {
    decodeWindow();
    long begin = System.nanoTime();
    long windows = 0;
    while (System.nanoTime() - begin < seconds * 1e9) {
      decodeWindow();
      windows++;
    }
    return windows * windowFrames / ((System.nanoTime() - begin) / 1e9);
  }

  private void decodeWindow() {
    AVFormatContext format = new AVFormatContext(null);
    try (BytePointer url = new BytePointer("file:" + file, StandardCharsets.UTF_8)) {
      check(avformat.avformat_open_input(format, url, null, null));
    }
    AVCodecContext codec = null;
    AVPacket packet = avcodec.av_packet_alloc();
    AVFrame frame = avutil.av_frame_alloc();
    try {
      check(avformat.avformat_find_stream_info(format, (AVDictionary) null));
      AVStream stream = format.streams(0);
      AVCodec decoder = avcodec.avcodec_find_decoder(stream.codecpar().codec_id());
      codec = avcodec.avcodec_alloc_context3(decoder);
      check(avcodec.avcodec_parameters_to_context(codec, stream.codecpar()));
      codec.thread_count(1);
      check(avcodec.avcodec_open2(codec, decoder, (AVDictionary) null));
      double ptsPerFrame = (double) stream.duration() / stream.nb_frames();
      long first = (long) (random.nextDouble() * (stream.nb_frames() - windowFrames) * ptsPerFrame);
      long last = first + (long) ((windowFrames - 1) * ptsPerFrame);
      check(avformat.av_seek_frame(format, 0, first, avformat.AVSEEK_FLAG_BACKWARD));
      decodeUntil(last, format, codec, packet, frame);
    } finally {
      avutil.av_frame_free(frame);
      avcodec.av_packet_free(packet);
      if (codec != null) {
        avcodec.avcodec_free_context(codec);
      }
      avformat.avformat_close_input(format);
    }
  }

  private static void decodeUntil(
      long last, AVFormatContext format, AVCodecContext codec, AVPacket packet, AVFrame frame) {
    while (true) {
      boolean more = avformat.av_read_frame(format, packet) >= 0;
      avcodec.avcodec_send_packet(codec, more ? packet : null);
      avcodec.av_packet_unref(packet);
      while (avcodec.avcodec_receive_frame(codec, frame) >= 0) {
        if (frame.best_effort_timestamp() > last) {
          return;
        }
      }
      if (!more) {
        return;
      }
    }
  }

  private static void check(int code) {
    if (code < 0) {
      throw new IllegalStateException("libav failed with code " + code);
    }
  }
}
