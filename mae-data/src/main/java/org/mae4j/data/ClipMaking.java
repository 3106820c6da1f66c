package org.mae4j.data;

import java.util.List;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.ClipShape;
import org.mae4j.api.frames.FrameReceiver.Frame;
import org.mae4j.api.frames.FrameReceiver.Rectangle;
import org.mae4j.data.internal.PixelBuffers;

/** What becomes of the frames of some clips that show the same, as they come. */
interface ClipMaking extends AutoCloseable {

  void add(Frame frame);

  /** The frame before once more. */
  void addAgain();

  /**
   * All frames are there.
   *
   * @return the clips, which are the caller's to close
   */
  List<ReadClip> end(double[] timestamps, List<String> remarks);

  /** Drops what is not finished. */
  @Override
  void close();

  /**
   * Clips that show the same frames.
   *
   * @param first the number of the first of them among the clips of its request
   * @param count how many
   * @param shape T, H, W
   * @param still whether there is one frame, which stands for all
   */
  record Group(int first, int count, ClipInfo info, ClipShape shape, boolean still) {

    /** How many frames come. */
    int frames() {
      return still ? 1 : shape.frames();
    }

    Rectangle wholeFrame() {
      return Rectangle.whole(shape.height(), shape.width());
    }

    /**
     * Returns if there may be memory for something once others give theirs back.
     *
     * @throws ClipReadException if there never will
     */
    void checkFits(long bytes, String what, PixelBuffers buffers) {
      buffers
          .refusal(bytes, 1)
          .ifPresent(
              why -> {
                throw new ClipReadException(
                    info.id(),
                    Stage.CONVERT,
                    what + " of " + shape.width() + "x" + shape.height() + " is " + why);
              });
    }
  }
}
