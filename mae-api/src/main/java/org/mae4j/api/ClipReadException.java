package org.mae4j.api;

import java.util.Locale;
import org.mae4j.api.internal.Text;

/** A video could not be read. The message names the file, the stage, and the cause in one line. */
public class ClipReadException extends RuntimeException {

  /** How far reading had come. */
  public enum Stage {
    /** opening the file and recognising its container */
    OPEN,
    /** looking for streams and choosing the video stream */
    PROBE,
    /** finding the window in time */
    SEEK,
    /** reading packets and decoding frames, of which there is not one */
    DECODE,
    /** converting frames to RGB */
    CONVERT,
    /** the time allowed for one read was up */
    TIMEOUT,
    /** the process that decoded died */
    CRASH
  }

  private final String file;
  private final Stage stage;
  private final String reason;

  public ClipReadException(String file, Stage stage, String reason) {
    this(file, stage, reason, null);
  }

  public ClipReadException(String file, Stage stage, String reason, Throwable cause) {
    super(
        Text.shown(file)
            + ": "
            + stage.name().toLowerCase(Locale.ROOT)
            + ": "
            + Text.message(reason),
        cause);
    this.file = file;
    this.stage = stage;
    this.reason = Text.message(reason);
  }

  /** The id of the video, as it is; the message shows control characters written out. */
  public String file() {
    return file;
  }

  /** How far reading had come. */
  public Stage stage() {
    return stage;
  }

  /** What went wrong, in the decoder's words. */
  public String reason() {
    return reason;
  }
}
