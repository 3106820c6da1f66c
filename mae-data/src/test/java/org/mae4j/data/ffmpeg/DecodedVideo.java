package org.mae4j.data.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.DoublePointer;

/**
 * All frames of a video, read in the simplest way: what a writer's output is judged by.
 *
 * @param frames uint8 RGB, (H, W, 3) each, in order of presentation
 * @param rotation of the display matrix in degrees, counterclockwise
 */
public record DecodedVideo(
    int width, int height, double frameRate, double rotation, List<byte[]> frames) {

  public static DecodedVideo read(Path file) {
    AVFormatContext container = new AVFormatContext(null);
    assertThat(avformat.avformat_open_input(container, file.toString(), null, null)).isZero();
    assertThat(avformat.avformat_find_stream_info(container, (AVDictionary) null)).isNotNegative();
    AVStream stream = container.streams(0);
    AVCodecContext decoder =
        avcodec.avcodec_alloc_context3(avcodec.avcodec_find_decoder(stream.codecpar().codec_id()));
    avcodec.avcodec_parameters_to_context(decoder, stream.codecpar());
    decoder.thread_count(1);
    assertThat(avcodec.avcodec_open2(decoder, decoder.codec(), (AVDictionary) null)).isZero();
    AVPacket packet = avcodec.av_packet_alloc();
    AVFrame frame = avutil.av_frame_alloc();
    List<byte[]> frames = new ArrayList<>();
    while (avformat.av_read_frame(container, packet) >= 0) {
      avcodec.avcodec_send_packet(decoder, packet);
      avcodec.av_packet_unref(packet);
      receive(decoder, frame, frames);
    }
    avcodec.avcodec_send_packet(decoder, null);
    receive(decoder, frame, frames);
    DecodedVideo video =
        new DecodedVideo(
            stream.codecpar().width(),
            stream.codecpar().height(),
            avutil.av_q2d(stream.avg_frame_rate()),
            rotation(stream),
            frames);
    avutil.av_frame_free(frame);
    avcodec.av_packet_free(packet);
    avcodec.avcodec_free_context(decoder);
    avformat.avformat_close_input(container);
    return video;
  }

  private static double rotation(AVStream stream) {
    AVPacketSideData matrix =
        avcodec.av_packet_side_data_get(
            stream.codecpar().coded_side_data(),
            stream.codecpar().nb_coded_side_data(),
            avcodec.AV_PKT_DATA_DISPLAYMATRIX);
    return matrix == null
        ? 0
        : avutil.av_display_rotation_get(new org.bytedeco.javacpp.IntPointer(matrix.data()));
  }

  private static void receive(AVCodecContext decoder, AVFrame frame, List<byte[]> frames) {
    while (avcodec.avcodec_receive_frame(decoder, frame) >= 0) {
      frames.add(rgb(frame));
    }
  }

  private static byte[] rgb(AVFrame frame) {
    SwsContext converter =
        swscale.sws_getContext(
            frame.width(),
            frame.height(),
            frame.format(),
            frame.width(),
            frame.height(),
            avutil.AV_PIX_FMT_RGB24,
            swscale.SWS_BILINEAR | swscale.SWS_ACCURATE_RND,
            null,
            null,
            (DoublePointer) null);
    AVFrame rgb = avutil.av_frame_alloc();
    swscale.sws_scale_frame(converter, rgb, frame);
    byte[] pixels = new byte[3 * frame.width() * frame.height()];
    int row = 3 * frame.width();
    for (int y = 0; y < frame.height(); y++) {
      rgb.data(0).position((long) y * rgb.linesize(0)).get(pixels, y * row, row);
    }
    avutil.av_frame_free(rgb);
    swscale.sws_freeContext(converter);
    return pixels;
  }

  /** The mean of a channel over all frames, in [0, 255]. */
  public double mean(int channel) {
    long sum = 0;
    long count = 0;
    for (byte[] frame : frames) {
      for (int i = channel; i < frame.length; i += 3) {
        sum += frame[i] & 0xFF;
        count++;
      }
    }
    return (double) sum / count;
  }
}
