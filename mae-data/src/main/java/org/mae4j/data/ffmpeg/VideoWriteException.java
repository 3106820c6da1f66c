package org.mae4j.data.ffmpeg;

import java.nio.file.Path;
import java.util.Locale;

/** A video could not be written. The message names the file, the stage, and the cause. */
public class VideoWriteException extends RuntimeException {

  /** How far writing had come. */
  public enum Stage {
    /** choosing the container by the file's extension */
    CONTAINER,
    /** setting up the encoder */
    ENCODER,
    /** creating the file and writing its header */
    OPEN,
    /** converting and encoding a frame */
    ENCODE,
    /** writing a packet */
    WRITE,
    /** writing the end of the file and giving it its name */
    FINISH
  }

  private final Path file;
  private final Stage stage;

  VideoWriteException(Path file, Stage stage, String reason) {
    this(file, stage, reason, null);
  }

  VideoWriteException(Path file, Stage stage, String reason, Throwable cause) {
    super(file + ": " + stage.name().toLowerCase(Locale.ROOT) + ": " + reason, cause);
    this.file = file;
    this.stage = stage;
  }

  /** The file that was to be written. */
  public Path file() {
    return file;
  }

  /** How far writing had come. */
  public Stage stage() {
    return stage;
  }
}
