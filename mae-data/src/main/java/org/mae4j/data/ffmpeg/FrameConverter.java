package org.mae4j.data.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.AVERROR_PATCHWELCOME;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV422P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ422P;
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
import org.mae4j.api.frames.FrameReceiver.Rectangle;
import org.mae4j.data.internal.FramePart;
import org.mae4j.data.internal.Orientation;

/**
 * Turns decoded frames into RGB24 by swscale's default conversion, which takes all footage for
 * BT.601 unless its pixel format says otherwise. So do the authors' readers: a pretrained model
 * expects it.
 */
final class FrameConverter implements AutoCloseable {

  private static final int PLANES = 3;

  private final Orientation orientation;
  private final PointerPointer<BytePointer> sources = new PointerPointer<>(4);
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

  /** As the other, all of the frame. */
  int convert(AVFrame frame, int width, int height, ByteBuffer pixels, int offset) {
    Rectangle whole =
        Rectangle.whole(
            orientation.shownHeight(width, height), orientation.shownWidth(width, height));
    return convert(frame, width, height, whole, pixels, offset);
  }

  /**
   * Converts a part of a frame.
   *
   * @param frame of any size; scaled if need be
   * @param width of the whole result, before it is turned
   * @param height of the whole result, before it is turned
   * @param part of the turned frame
   * @param pixels direct; receives that part without gaps from {@code offset} on
   * @return 0, or libav's error code
   */
  int convert(AVFrame frame, int width, int height, Rectangle part, ByteBuffer pixels, int offset) {
    Rectangle stored = orientation.stored(part, width, height);
    Rectangle whole = Rectangle.whole(height, width);
    Rectangle converted =
        hasParts(frame, width, height) ? FramePart.convertible(stored, whole) : whole;
    boolean isWhole = converted.equals(whole);
    context =
        sws_getCachedContext(
            context,
            isWhole ? frame.width() : converted.width(),
            isWhole ? frame.height() : converted.height(),
            frame.format(),
            converted.width(),
            converted.height(),
            AV_PIX_FMT_RGB24,
            SWS_BILINEAR,
            null,
            null,
            (DoublePointer) null);
    if (context == null || context.isNull()) {
      return AVERROR_PATCHWELCOME;
    }
    boolean asStored = orientation.equals(Orientation.AS_STORED);
    // swscale either writes past the end of a line that is no multiple of a block and has no
    // padding, or leaves the line's last pixels out.
    if (asStored && converted.equals(stored) && converted.width() % FramePart.BLOCK == 0) {
      BytePointer target = new BytePointer(pixels).position(offset);
      return scale(frame, converted, isWhole, target, 3 * converted.width());
    }
    int code = convertApart(frame, converted, isWhole);
    if (code < 0) {
      return code;
    }
    int stride = rgb.linesize(0);
    int from = (stored.top() - converted.top()) * stride + 3 * (stored.left() - converted.left());
    if (asStored) {
      int row = 3 * stored.width();
      BytePointer target = new BytePointer(pixels).position(offset);
      BytePointer source = rgb.data(0).position(from);
      av_image_copy_plane(target, row, source, stride, row, stored.height());
    } else {
      ByteBuffer all = rgb.data(0).capacity((long) stride * converted.height()).asByteBuffer();
      ByteBuffer first = all.slice(from, all.capacity() - from);
      orientation.apply(first, stride, stored.width(), stored.height(), pixels, offset);
    }
    return 0;
  }

  /**
   * Whether a part of a frame can be converted by itself to the same bytes: where swscale goes
   * pixel by pixel and does not look at those around.
   */
  private static boolean hasParts(AVFrame frame, int width, int height) {
    int format = frame.format();
    return (format == AV_PIX_FMT_YUV420P
            || format == AV_PIX_FMT_YUVJ420P
            || format == AV_PIX_FMT_YUV422P
            || format == AV_PIX_FMT_YUVJ422P)
        && height % 2 == 0
        && frame.width() == width
        && frame.height() == height;
  }

  /** To memory with padding. */
  private int convertApart(AVFrame frame, Rectangle part, boolean isWhole) {
    if (rgb.width() != part.width() || rgb.height() != part.height()) {
      av_frame_unref(rgb);
      rgb.width(part.width()).height(part.height()).format(AV_PIX_FMT_RGB24);
      int code = av_frame_get_buffer(rgb, 0);
      if (code < 0) {
        return code;
      }
    }
    return isWhole
        ? sws_scale_frame(context, rgb, frame)
        : scale(frame, part, false, rgb.data(0), rgb.linesize(0));
  }

  private int scale(
      AVFrame frame, Rectangle part, boolean isWhole, BytePointer target, int stride) {
    targets.put(0, target);
    strides.put(0, stride);
    int lines =
        isWhole
            ? sws_scale(
                context, frame.data(), frame.linesize(), 0, frame.height(), targets, strides)
            : sws_scale(
                context, begin(frame, part), frame.linesize(), 0, part.height(), targets, strides);
    return Math.min(lines, 0);
  }

  /** Where in each plane of a frame that {@link #hasParts} a part begins. */
  private PointerPointer<BytePointer> begin(AVFrame frame, Rectangle part) {
    boolean halved = frame.format() == AV_PIX_FMT_YUV420P || frame.format() == AV_PIX_FMT_YUVJ420P;
    for (int plane = 0; plane < PLANES; plane++) {
      int row = plane > 0 && halved ? part.top() / 2 : part.top();
      int column = plane > 0 ? part.left() / 2 : part.left();
      long from = (long) row * frame.linesize(plane) + column;
      sources.put(plane, frame.data(plane).position(from));
    }
    return sources;
  }

  @Override
  public void close() {
    sources.close();
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
