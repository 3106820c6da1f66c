package org.mae4j.data.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.AVERROR_PATCHWELCOME;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_image_copy_plane;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getCachedContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale_frame;

import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.mae4j.data.internal.Orientation;

/**
 * Turns decoded frames into RGB24 by swscale's default conversion, which takes all footage for
 * BT.601 unless its pixel format says otherwise. So do the authors' readers: a pretrained model
 * expects it.
 */
final class FrameConverter implements AutoCloseable {

  /**
   * Pixels that swscale works on at a time, at most. It either writes past the end of a line that
   * is no multiple of them and has no padding, or leaves the line's last pixels out.
   */
  private static final int BLOCK = 32;

  private final Orientation orientation;
  private final PointerPointer<BytePointer> targets = new PointerPointer<>(4);
  private final IntPointer strides = new IntPointer(4);
  private SwsContext context;
  private AVFrame rgb;

  FrameConverter(Orientation orientation) {
    this.orientation = orientation;
    this.rgb = av_frame_alloc();
    if (rgb == null) {
      throw new OutOfMemoryError("av_frame_alloc");
    }
  }

  /**
   * Converts one frame.
   *
   * @param frame of any size; scaled if need be
   * @param width of the result, before it is turned
   * @param height of the result, before it is turned
   * @param pixels direct; receives the turned frame without gaps from {@code offset} on
   * @return 0, or libav's error code
   */
  int convert(AVFrame frame, int width, int height, ByteBuffer pixels, int offset) {
    context =
        sws_getCachedContext(
            context,
            frame.width(),
            frame.height(),
            frame.format(),
            width,
            height,
            AV_PIX_FMT_RGB24,
            SWS_BILINEAR,
            null,
            null,
            (DoublePointer) null);
    if (context == null || context.isNull()) {
      return AVERROR_PATCHWELCOME;
    }
    if (width % BLOCK == 0 && orientation.equals(Orientation.AS_STORED)) {
      return convertInPlace(frame, width, pixels, offset);
    }
    if (rgb.width() != width || rgb.height() != height) {
      av_frame_unref(rgb);
      rgb.width(width).height(height).format(AV_PIX_FMT_RGB24);
      int code = av_frame_get_buffer(rgb, 0);
      if (code < 0) {
        return code;
      }
    }
    int code = sws_scale_frame(context, rgb, frame);
    if (code < 0) {
      return code;
    }
    int stride = rgb.linesize(0);
    if (orientation.equals(Orientation.AS_STORED)) {
      int row = 3 * width;
      BytePointer target = new BytePointer(pixels).position(offset);
      av_image_copy_plane(target, row, rgb.data(0), stride, row, height);
    } else {
      ByteBuffer stored = rgb.data(0).capacity((long) stride * height).asByteBuffer();
      orientation.apply(stored, stride, width, height, pixels, offset);
    }
    return 0;
  }

  private int convertInPlace(AVFrame frame, int width, ByteBuffer pixels, int offset) {
    BytePointer target = new BytePointer(pixels).position(offset);
    targets.put(0, target);
    strides.put(0, 3 * width);
    int lines =
        sws_scale(context, frame.data(), frame.linesize(), 0, frame.height(), targets, strides);
    return Math.min(lines, 0);
  }

  @Override
  public void close() {
    targets.close();
    strides.close();
    sws_freeContext(context);
    context = null;
    if (rgb != null) {
      av_frame_free(rgb);
      rgb = null;
    }
  }
}
