package org.mae4j.data.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_GRAY8;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_NV12;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV411P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P10LE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV422P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV444P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVA420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ422P;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mae4j.api.frames.FrameReceiver.Rectangle;
import org.mae4j.data.ffmpeg.internal.libav.Libav;
import org.mae4j.data.internal.FramePart;
import org.mae4j.data.internal.Orientation;

/** A part of a frame that is converted by itself is that part of the converted frame. */
class FramePartTest {

  private static final int PARTS = 14;
  private static final int GUARD = 96;
  private static final byte UNTOUCHED = 77;

  private static final List<Integer> FORMATS =
      List.of(
          AV_PIX_FMT_YUV420P,
          AV_PIX_FMT_YUVJ420P,
          AV_PIX_FMT_YUV422P,
          AV_PIX_FMT_YUVJ422P,
          AV_PIX_FMT_YUVA420P,
          AV_PIX_FMT_YUV411P,
          AV_PIX_FMT_YUV444P,
          AV_PIX_FMT_YUV420P10LE,
          AV_PIX_FMT_NV12,
          AV_PIX_FMT_GRAY8,
          AV_PIX_FMT_RGB24);

  private static final int[][] SIZES = {
    {2, 2},
    {34, 18},
    {64, 48},
    {130, 66},
    {352, 288},
    {426, 240},
    {321, 180},
    {320, 181},
    {854, 480}
  };

  @BeforeAll
  static void start() {
    Libav.start();
  }

  static Stream<Arguments> frames() {
    return FORMATS.stream()
        .flatMap(
            format -> Arrays.stream(SIZES).map(size -> Arguments.of(format, size[0], size[1])));
  }

  @ParameterizedTest
  @MethodSource("frames")
  void isThatOfTheWhole(int format, int width, int height) {
    check(format, width, height, width, height, Orientation.AS_STORED);
  }

  static Stream<Orientation> orientations() {
    return Stream.of(1, 2, 3, 4, 5, 6, 7, 8).map(Orientation::ofExif);
  }

  @ParameterizedTest
  @MethodSource("orientations")
  void isThatOfTheTurnedWhole(Orientation orientation) {
    check(AV_PIX_FMT_YUV420P, 142, 90, 142, 90, orientation);
    check(AV_PIX_FMT_YUV444P, 142, 90, 142, 90, orientation);
  }

  @ParameterizedTest
  @MethodSource("orientations")
  void isThatOfTheScaledWhole(Orientation orientation) {
    check(AV_PIX_FMT_YUV420P, 142, 90, 96, 64, orientation);
    check(AV_PIX_FMT_YUV420P, 96, 64, 142, 90, orientation);
  }

  private static void check(
      int format, int width, int height, int newWidth, int newHeight, Orientation orientation) {
    AVFrame frame = noise(format, width, height);
    int shownWidth = orientation.shownWidth(newWidth, newHeight);
    int shownHeight = orientation.shownHeight(newWidth, newHeight);
    Rectangle all = Rectangle.whole(shownHeight, shownWidth);
    Random random = new Random(width);
    try (FrameConverter converter = new FrameConverter(orientation)) {
      byte[] whole = convert(converter, frame, newWidth, newHeight, all);
      for (int i = 0; i < PARTS; i++) {
        Rectangle part = part(random, shownHeight, shownWidth);
        Rectangle asked = i % 2 == 0 ? part : FramePart.convertible(part, all);
        assertThat(convert(converter, frame, newWidth, newHeight, asked))
            .as("%s of %sx%s", asked, shownWidth, shownHeight)
            .isEqualTo(cut(whole, shownWidth, asked));
      }
    } finally {
      av_frame_free(frame);
    }
  }

  private static Rectangle part(Random random, int height, int width) {
    int h = 1 + random.nextInt(height);
    int w = 1 + random.nextInt(width);
    return new Rectangle(random.nextInt(height - h + 1), random.nextInt(width - w + 1), h, w);
  }

  private static byte[] cut(byte[] whole, int width, Rectangle part) {
    byte[] result = new byte[3 * part.height() * part.width()];
    for (int y = 0; y < part.height(); y++) {
      int from = 3 * ((part.top() + y) * width + part.left());
      System.arraycopy(whole, from, result, 3 * y * part.width(), 3 * part.width());
    }
    return result;
  }

  private static byte[] convert(
      FrameConverter converter, AVFrame frame, int width, int height, Rectangle part) {
    int bytes = (int) FramePart.bytes(part);
    ByteBuffer pixels = ByteBuffer.allocateDirect(bytes + 2 * GUARD);
    for (int i = 0; i < pixels.capacity(); i++) {
      pixels.put(i, UNTOUCHED);
    }
    assertThat(converter.convert(frame, width, height, part, pixels, GUARD)).isNotNegative();
    for (int i = 0; i < GUARD; i++) {
      assertThat(pixels.get(i)).isEqualTo(UNTOUCHED);
      assertThat(pixels.get(GUARD + bytes + i)).isEqualTo(UNTOUCHED);
    }
    byte[] found = new byte[bytes];
    pixels.get(GUARD, found);
    return found;
  }

  private static AVFrame noise(int format, int width, int height) {
    AVFrame frame = av_frame_alloc();
    frame.width(width).height(height).format(format);
    assertThat(av_frame_get_buffer(frame, 0)).isZero();
    Random random = new Random(height);
    for (int plane = 0; plane < 4; plane++) {
      BytePointer data = frame.data(plane);
      if (data == null) {
        continue;
      }
      boolean small =
          plane % 3 > 0
              && format != AV_PIX_FMT_YUV444P
              && format != AV_PIX_FMT_YUV422P
              && format != AV_PIX_FMT_YUVJ422P
              && format != AV_PIX_FMT_YUV411P;
      byte[] bytes = new byte[(small ? (height + 1) / 2 : height) * frame.linesize(plane)];
      random.nextBytes(bytes);
      for (int i = 1; format == AV_PIX_FMT_YUV420P10LE && i < bytes.length; i += 2) {
        bytes[i] &= 3;
      }
      data.put(bytes);
    }
    return frame;
  }
}
