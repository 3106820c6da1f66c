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
import static org.bytedeco.ffmpeg.global.swscale.sws_scale_frame;

import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;

/**
 * Turns decoded frames into RGB24 by swscale's default conversion, which takes all footage for
 * BT.601 unless its pixel format says otherwise. So do the authors' readers: a pretrained model
 * expects it.
 */
final class FrameConverter implements AutoCloseable {

  private final Orientation orientation;
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
    if (rgb.width() != width || rgb.height() != height) {
      av_frame_unref(rgb);
      rgb.width(width).height(height).format(AV_PIX_FMT_RGB24);
      int code = av_frame_get_buffer(rgb, 0);
      if (code < 0) {
        return code;
      }
    }
    // Not straight into the clip: swscale works in blocks of pixels, and either writes past the end
    // of unpadded lines or leaves their last pixels out.
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

  @Override
  public void close() {
    sws_freeContext(context);
    context = null;
    if (rgb != null) {
      av_frame_free(rgb);
      rgb = null;
    }
  }
}
