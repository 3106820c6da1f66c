package org.mae4j.api;

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
    super(file + ": " + stage.name().toLowerCase(java.util.Locale.ROOT) + ": " + reason, cause);
    this.file = file;
    this.stage = stage;
    this.reason = reason;
  }

  /** The id of the video. */
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
