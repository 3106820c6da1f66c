package org.mae4j.data.ffmpeg.internal.libav;

import static org.bytedeco.ffmpeg.global.avcodec.AVDISCARD_DEFAULT;
import static org.bytedeco.ffmpeg.global.avcodec.AVDISCARD_NONREF;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
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
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_q2d;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN;

import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.mae4j.api.ClipReadException.Stage;

/**
 * Makes frames of a container's packets. Damaged ones are left out and decoding goes on behind
 * them, as in FFmpeg's own programs.
 */
final class FrameDecoder implements AutoCloseable {

  /** In frames/s. */
  private static final double USUAL_RATE = 25;

  private final Container container;
  private final ReadAhead packets;
  private final ReadWatch watch;
  private final Consumer<String> damage;
  private final AVPacket packet;
  private final AVFrame forgotten;
  private AVCodecContext codec;
  private boolean knowsReferences;

  /**
   * Opens the decoder of a container's video stream.
   *
   * @param container stays the caller's to close, after this
   * @param packets of that stream
   * @param maxPixels frames larger than this are not decoded
   * @param damage is told of what could not be read or decoded
   * @throws org.mae4j.api.ClipReadException if that fails
   */
  FrameDecoder(
      Container container,
      ReadAhead packets,
      long maxPixels,
      ReadWatch watch,
      Consumer<String> damage) {
    this.container = container;
    this.packets = packets;
    this.watch = watch;
    this.damage = damage;
    this.packet = Libav.allocated(av_packet_alloc());
    this.forgotten = Libav.allocated(av_frame_alloc());
    try {
      openCodec(maxPixels);
    } catch (Throwable t) {
      close();
      throw t;
    }
  }

  private void openCodec(long maxPixels) {
    AVCodecParameters parameters = container.parameters();
    AVCodec decoder = avcodec_find_decoder(parameters.codec_id());
    if (decoder == null) {
      throw container.failure(
          Stage.PROBE, "no decoder for " + avcodec_get_name(parameters.codec_id()).getString());
    }
    codec = Libav.allocated(avcodec_alloc_context3(decoder));
    require(avcodec_parameters_to_context(codec, parameters));
    codec.pkt_timebase(container.timeBase());
    codec.thread_count(1);
    codec.max_pixels(maxPixels);
    require(avcodec_open2(codec, decoder, (AVDictionary) null));
    knowsReferences = References.areKnown(parameters);
  }

  private void require(int code) {
    watch.check();
    if (code < 0) {
      throw container.failure(Stage.PROBE, Libav.describe(code));
    }
  }

  /**
   * Decodes the next frame, in the order in which they are shown.
   *
   * @return false at the end
   */
  boolean decode(AVFrame frame) {
    while (true) {
      int code = receive(frame);
      if (code >= 0) {
        return true;
      }
      if (code == AVERROR_EOF) {
        return false;
      }
      if (code == AVERROR_EAGAIN()) {
        feed();
      } else {
        damage.accept(Libav.describe(code));
      }
    }
  }

  /** Hands the decoder one more packet, or the news that there is none. */
  private void feed() {
    while (packets.read(packet)) {
      int code = send(packet, false);
      av_packet_unref(packet);
      if (code >= 0) {
        return;
      }
      damage.accept(Libav.describe(code));
    }
    send(null, false);
  }

  /** The next frame, if it is ready; else what libav says instead. */
  int receive(AVFrame frame) {
    watch.check();
    int code = avcodec_receive_frame(codec, frame);
    if (code >= 0) {
      watch.progress();
    }
    return code;
  }

  /**
   * Hands over a packet; to be called when there is no frame to be received.
   *
   * @param packet null when there are no more
   * @param leaveOut whether the frame may be left out if nothing refers to it
   * @return libav's answer
   */
  int send(AVPacket packet, boolean leaveOut) {
    codec.skip_frame(leaveOut && knowsReferences ? AVDISCARD_NONREF : AVDISCARD_DEFAULT);
    return avcodec_send_packet(codec, packet);
  }

  /** Whether decoding can begin with this frame. */
  static boolean isKeyFrame(AVFrame frame) {
    return (frame.flags() & AVFrame.AV_FRAME_FLAG_KEY) != 0;
  }

  static boolean isDamaged(AVFrame frame) {
    return frame.decode_error_flags() != 0 || (frame.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0;
  }

  /** How long a decoded frame is shown by the stream's rate, in units of the time base. */
  double duration(AVFrame frame) {
    AVRational rate = codec.framerate();
    double declared = rate.num() > 0 && rate.den() > 0 ? av_q2d(rate) : container.frameRate();
    double seconds = (1 + frame.repeat_pict() / 2.0) / (declared > 0 ? declared : USUAL_RATE);
    return seconds / av_q2d(container.timeBase());
  }

  /** Forgets what it was handed, since the container has gone elsewhere. */
  void flush() {
    avcodec_flush_buffers(codec);
    // That of HEVC keeps frames that were ready.
    while (avcodec_receive_frame(codec, forgotten) >= 0) {
      av_frame_unref(forgotten);
    }
  }

  @Override
  public void close() {
    av_packet_free(packet);
    av_frame_free(forgotten);
    if (codec != null) {
      avcodec_free_context(codec);
    }
    codec = null;
  }
}
