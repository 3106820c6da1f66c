package org.mae4j.data;

import java.util.Locale;
import java.util.Objects;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.data.ffmpeg.VideoTranscoder.Written;

/**
 * What became of the copy of a video.
 *
 * @param video the id and label of the original and the copy alike
 * @param state what happened
 * @param bytes of the copy's file; 0 if there is none
 * @param seconds that it lasts; 0 if there is none
 * @param remark in one line that names the video: why it is broken, or that it lasts shorter than
 *     its file declares; mostly empty
 */
public record VideoCopy(ClipInfo video, State state, long bytes, double seconds, String remark) {

  /** What happened. */
  public enum State {
    /** it was made now */
    MADE,
    /** it was there */
    PRESENT,
    /** there is none, since the video cannot be read */
    BROKEN
  }

  private static final double MISSING_SECONDS = 1;
  private static final double MISSING_SHARE = 0.05;

  public VideoCopy {
    Objects.requireNonNull(video, "video");
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(remark, "remark");
  }

  /** A copy that was made now. */
  public static VideoCopy made(ClipInfo video, long bytes, Written written) {
    double declared = written.declaredSeconds().orElse(0);
    double missing = declared - written.seconds();
    String remark =
        missing > MISSING_SECONDS && missing > MISSING_SHARE * declared
            ? String.format(
                Locale.ROOT,
                "%s: its copy lasts %.1f s of the %.1f s that the file declares",
                video.id(),
                written.seconds(),
                declared)
            : "";
    return new VideoCopy(video, State.MADE, bytes, written.seconds(), remark);
  }

  /** A copy that was there. */
  public static VideoCopy present(ClipInfo video, long bytes, double seconds) {
    return new VideoCopy(video, State.PRESENT, bytes, seconds, "");
  }

  /** A copy that cannot be made. */
  public static VideoCopy broken(ClipInfo video, ClipReadException why) {
    return new VideoCopy(video, State.BROKEN, 0, 0, why.getMessage());
  }
}
