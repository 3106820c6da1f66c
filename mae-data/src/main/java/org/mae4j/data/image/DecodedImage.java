package org.mae4j.data.image;

import java.nio.ByteBuffer;
import org.mae4j.api.ClipShape;
import org.mae4j.api.frames.FrameReceiver;
import org.mae4j.api.frames.FrameReceiver.Rectangle;
import org.mae4j.data.internal.Orientation;

/**
 * An image as stored.
 *
 * @param rgb (H, W, 3), uint8
 * @param orientation how it is to be turned to be shown
 */
@SuppressWarnings("ArrayRecordComponent") // handed from one method to the next, never compared
record DecodedImage(int width, int height, byte[] rgb, Orientation orientation) {

  /** The same, not to be turned. */
  DecodedImage asStored() {
    return new DecodedImage(width, height, rgb, Orientation.AS_STORED);
  }

  /** Of so many times the image as it is shown. */
  ClipShape shape(int frames) {
    return new ClipShape(
        frames, orientation.shownHeight(width, height), orientation.shownWidth(width, height));
  }

  /** The image as it is shown, turned as far as parts of it are asked for. */
  FrameReceiver.Frame frame() {
    ByteBuffer stored = ByteBuffer.wrap(rgb);
    return orientation.equals(Orientation.AS_STORED)
        ? FrameReceiver.shown(stored, width)
        : (part, pixels, offset) -> {
          Rectangle from = orientation.stored(part, width, height);
          int first = 3 * (from.top() * width + from.left());
          orientation.apply(
              stored.slice(first, rgb.length - first),
              3 * width,
              from.width(),
              from.height(),
              pixels,
              offset);
        };
  }
}
