package org.mae4j.api.frames;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipShape;
import org.mae4j.api.internal.Checks;

/**
 * Takes the frames of clips one by one while they are decoded, so that nobody need hold a clip at
 * full size. Of each clip it is told what there will be ({@link #begin}), then its frames in order,
 * each by {@link #add} or {@link #addAgain}, then that it is whole ({@link #end}). For use by one
 * thread at a time.
 */
public interface FrameReceiver {

  /**
   * The frames of a clip follow. What came of this clip and those after it before is void: the
   * window may have been placed anew, or taken again for other frames of it.
   *
   * @param first the number of the clip among those that were asked for
   * @param count how many clips the frames are those of, from that one on, at least 1
   * @param info the video it is from
   * @param shape T, H, W as the frames are shown
   * @param still whether nothing moves, so that just one frame follows, which stands for all T
   */
  void begin(int first, int count, ClipInfo info, ClipShape shape, boolean still);

  /** The next frame. It is valid until this returns. */
  void add(Frame frame);

  /** The next frame is the one before once more. */
  void addAgain();

  /**
   * The clip has all its frames.
   *
   * @param timestamps T presentation times in seconds on the file's own clock
   * @param remarks see {@link Clip#remarks}
   */
  void end(double[] timestamps, List<String> remarks);

  /**
   * Shows frames of clips that are there, and closes these.
   *
   * @param clips as {@code ClipSource.clips} returns them
   */
  static void show(List<Clip> clips, FrameReceiver receiver) {
    try {
      for (int first = 0, next; first < clips.size(); first = next) {
        Clip clip = clips.get(first);
        next = first + 1;
        while (next < clips.size() && clips.get(next) == clip) {
          next++;
        }
        receiver.begin(first, next - first, clip.info(), clip.shape(), clip.isStill());
        for (int t = 0; t < (clip.isStill() ? 1 : clip.shape().frames()); t++) {
          receiver.add(shown(clip.frame(t), clip.shape().width()));
        }
        double[] timestamps =
            IntStream.range(0, clip.shape().frames()).mapToDouble(clip::timestamp).toArray();
        receiver.end(timestamps, clip.remarks());
        clip.close();
      }
    } finally {
      clips.forEach(Clip::close);
    }
  }

  /**
   * A frame that is in memory whole.
   *
   * @param pixels uint8 RGB, (H, W, 3) from position 0 on
   * @param width W
   */
  static Frame shown(ByteBuffer pixels, int width) {
    return new Frame() {
      @Override
      public void write(Rectangle part, ByteBuffer target, int offset) {
        int row = 3 * part.width();
        for (int y = 0; y < part.height(); y++) {
          int from = 3 * ((part.top() + y) * width + part.left());
          target.put(offset + y * row, pixels, from, row);
        }
      }

      @Override
      public Optional<ByteBuffer> pixels() {
        return Optional.of(pixels.duplicate());
      }
    };
  }

  /** A frame as it is shown, H x W pixels. */
  interface Frame {

    /**
     * Writes a part of the frame: uint8 RGB, (h, w, 3) without gaps.
     *
     * @param part lies within the frame
     * @param pixels direct; receives them from {@code offset} on
     * @throws ClipReadException if the frame cannot be converted
     */
    void write(Rectangle part, ByteBuffer pixels, int offset);

    /**
     * The whole frame, uint8 RGB, (H, W, 3), where it is in memory in that form: a view at position
     * 0, not to be written to, and valid as long as the frame is.
     */
    default Optional<ByteBuffer> pixels() {
      return Optional.empty();
    }
  }

  /**
   * A part of a frame.
   *
   * @param top in pixels, at least 0
   * @param left in pixels, at least 0
   * @param height in pixels, at least 1
   * @param width in pixels, at least 1
   */
  record Rectangle(int top, int left, int height, int width) {

    public Rectangle {
      Checks.require(
          top >= 0 && left >= 0 && height >= 1 && width >= 1,
          "a crop must start at 0 or more and have 1 pixel or more, but was %sx%s at (%s, %s)",
          height,
          width,
          top,
          left);
    }

    /** All of a frame. */
    public static Rectangle whole(int height, int width) {
      return new Rectangle(0, 0, height, width);
    }

    /** One past its last row. */
    public int bottom() {
      return top + height;
    }

    /** One past its last column. */
    public int right() {
      return left + width;
    }

    /** Whether it lies within another. */
    public boolean isWithin(Rectangle other) {
      return top >= other.top
          && left >= other.left
          && bottom() <= other.bottom()
          && right() <= other.right();
    }

    /** The smallest that holds this one and another. */
    public Rectangle with(Rectangle other) {
      int newTop = Math.min(top, other.top);
      int newLeft = Math.min(left, other.left);
      return new Rectangle(
          newTop,
          newLeft,
          Math.max(bottom(), other.bottom()) - newTop,
          Math.max(right(), other.right()) - newLeft);
    }
  }
}
