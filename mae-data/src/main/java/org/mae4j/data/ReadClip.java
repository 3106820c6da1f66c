package org.mae4j.data;

import ai.djl.ndarray.NDArray;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.List;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipSource;
import org.mae4j.api.frames.FrameReceiver.Rectangle;
import org.mae4j.data.internal.ClipPlan;
import org.mae4j.data.internal.FramePart;

/**
 * A clip that waits for its batch.
 *
 * @param info the video it is from
 * @param frames T
 * @param remarks see {@link Clip#remarks}
 * @param content what of it waits
 */
record ReadClip(ClipInfo info, int frames, List<String> remarks, Content content)
    implements AutoCloseable {

  /** What there is of a clip. */
  sealed interface Content {}

  /**
   * All of it, as it was decoded.
   *
   * @param clip may be the same as another's; closed with this
   */
  record Whole(Clip clip) implements Content {}

  /**
   * What an augmentation needs of it, as it was decoded.
   *
   * @param pixels may be the same as another's; closed with this
   * @param part where in the frames they lie
   * @param plan what is to be made of them, once
   */
  record Part(Clip pixels, Rectangle part, ClipPlan plan) implements Content {

    /**
     * Makes the clip.
     *
     * @param clip (3, T, S, S), or (3, 1, S, S) of a still, float32, in main memory
     */
    void makeInto(NDArray clip) {
      FloatBuffer values = values(clip);
      int frames = Math.toIntExact(clip.getShape().get(1));
      for (int t = 0; t < frames; t++) {
        plan.make(new FramePart(pixels.frame(t), 0, part), values, t, frames);
      }
      plan.finish(values, frames);
    }
  }

  /**
   * What an augmentation made of it.
   *
   * @param clip (3, T, S, S), or (3, 1, S, S) of a still, float32; it has a manager of its own,
   *     which is closed with this
   */
  record Made(NDArray clip) implements Content {}

  static ReadClip whole(Clip clip) {
    return new ReadClip(clip.info(), clip.shape().frames(), clip.remarks(), new Whole(clip));
  }

  /** The values of an array in main memory, to be written to. */
  static FloatBuffer values(NDArray array) {
    return array.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  /** What some take up together. */
  static long bytes(Collection<ReadClip> clips) {
    long made =
        clips.stream()
            .map(ReadClip::content)
            .filter(Made.class::isInstance)
            .mapToLong(content -> Float.BYTES * ((Made) content).clip().size())
            .sum();
    return made
        + clips.stream()
            .map(ReadClip::content)
            .filter(content -> !(content instanceof Made))
            .map(content -> content instanceof Part some ? some.pixels() : ((Whole) content).clip())
            .distinct()
            .mapToLong(ReadClip::bytes)
            .sum();
  }

  /** What a clip takes up as it was decoded. */
  static long bytes(Clip clip) {
    long frames = clip.isStill() ? 1 : clip.shape().frames();
    return 3 * frames * clip.shape().height() * clip.shape().width();
  }

  @Override
  public void close() {
    if (content instanceof Whole whole) {
      whole.clip().close();
    } else if (content instanceof Part some) {
      some.pixels().close();
    } else if (content instanceof Made made) {
      made.clip().getManager().close();
    }
  }

  /** How a loader reads a video. */
  interface Intake {

    /** Clips wait as they were decoded. */
    Intake WHOLE =
        (source, video, request, slot, first) ->
            source.clips(video, request).stream().map(ReadClip::whole).toList();

    /**
     * Reads some of a video's clips.
     *
     * @param slot the video's place in the stream
     * @param first the number of the first of them among the video's clips
     * @return {@code request.clips()} clips
     */
    List<ReadClip> read(ClipSource source, int video, ClipRequest request, long slot, int first);
  }
}
