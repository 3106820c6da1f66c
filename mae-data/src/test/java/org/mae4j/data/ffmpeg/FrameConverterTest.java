package org.mae4j.data.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P10LE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV444P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ422P;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale_frame;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.DoublePointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mae4j.data.ffmpeg.internal.libav.Libav;
import org.mae4j.data.internal.Orientation;

/** Frames that are converted where they belong, against ones in a padded frame of swscale's own. */
class FrameConverterTest {

  private static final int HEIGHT = 18;
  private static final int GUARD = 256;
  private static final byte UNTOUCHED = 77;

  @BeforeAll
  static void start() {
    Libav.start();
  }

  static Stream<Arguments> cases() {
    int[] widths = {16, 31, 32, 33, 40, 48, 62, 64, 96, 160, 426, 640, 1280};
    int[] formats = {
      AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUV420P10LE
    };
    return IntStream.of(widths)
        .boxed()
        .flatMap(width -> IntStream.of(formats).mapToObj(format -> Arguments.of(width, format)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void convertsExactlyAndNothingBesides(int width, int format) {
    AVFrame frame = noise(width, format);
    int bytes = 3 * width * HEIGHT;
    byte[] expected = padded(frame, width);
    for (int offset : new int[] {GUARD, GUARD + 3 * 18 * 32, GUARD + 6}) {
      ByteBuffer pixels = ByteBuffer.allocateDirect(offset + bytes + GUARD);
      while (pixels.hasRemaining()) {
        pixels.put(UNTOUCHED);
      }
      try (FrameConverter converter = new FrameConverter(Orientation.AS_STORED)) {
        assertThat(converter.convert(frame, width, HEIGHT, pixels, offset)).isNotNegative();
      }
      byte[] found = new byte[bytes];
      pixels.get(offset, found);
      assertThat(found).isEqualTo(expected);
      for (int i = 0; i < GUARD; i++) {
        assertThat(pixels.get(i)).isEqualTo(UNTOUCHED);
        assertThat(pixels.get(offset + bytes + i)).isEqualTo(UNTOUCHED);
      }
    }
    av_frame_free(frame);
  }

  private static AVFrame noise(int width, int format) {
    AVFrame frame = allocate(width, format);
    Random random = new Random(width);
    for (int plane = 0; plane < 3; plane++) {
      int rows = plane > 0 && format != AV_PIX_FMT_YUV444P ? HEIGHT / 2 : HEIGHT;
      byte[] bytes = new byte[rows * frame.linesize(plane)];
      random.nextBytes(bytes);
      if (format == AV_PIX_FMT_YUV420P10LE) {
        for (int i = 1; i < bytes.length; i += 2) {
          bytes[i] &= 3;
        }
      }
      frame.data(plane).put(bytes);
    }
    return frame;
  }

  private static AVFrame allocate(int width, int format) {
    AVFrame frame = av_frame_alloc();
    frame.width(width).height(HEIGHT).format(format);
    assertThat(av_frame_get_buffer(frame, 0)).isZero();
    return frame;
  }

  private static byte[] padded(AVFrame frame, int width) {
    AVFrame rgb = allocate(width, AV_PIX_FMT_RGB24);
    SwsContext context =
        sws_getContext(
            width,
            HEIGHT,
            frame.format(),
            width,
            HEIGHT,
            AV_PIX_FMT_RGB24,
            SWS_BILINEAR,
            null,
            null,
            (DoublePointer) null);
    assertThat(sws_scale_frame(context, rgb, frame)).isNotNegative();
    byte[] result = new byte[3 * width * HEIGHT];
    for (int y = 0; y < HEIGHT; y++) {
      rgb.data(0).position((long) y * rgb.linesize(0)).get(result, 3 * width * y, 3 * width);
    }
    rgb.data(0).position(0);
    sws_freeContext(context);
    av_frame_free(rgb);
    return result;
  }
}
