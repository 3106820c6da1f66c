package org.mae4j.data.ffmpeg.internal;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.frames.FrameReceiver.Rectangle;
import org.mae4j.data.internal.Orientation;

/** The frames of one video in the order in which they are shown, wherever they come from. */
public interface FrameSequence {

  /** A frame, valid until the next call of {@link #next()} but one. */
  interface Frame {

    /** The presentation time, in units of the stream's time base. */
    long pts();

    /** In pixels, as stored. */
    int width();

    /** In pixels, as stored. */
    int height();

    /**
     * Writes a part of the frame as RGB, turned as it is to be shown.
     *
     * @param newWidth of the whole frame, before it is turned
     * @param newHeight of the whole frame, before it is turned
     * @param part of the turned frame
     * @param pixels direct; receives the part without gaps from {@code offset} on
     * @throws ClipReadException if it cannot be converted
     */
    void write(int newWidth, int newHeight, Rectangle part, ByteBuffer pixels, int offset);

    /** The whole frame as it is to be shown, where it is in memory as RGB. */
    default Optional<ByteBuffer> pixels() {
      return Optional.empty();
    }
  }

  StreamTiming timing();

  /** When all frames are shown, ascending, if that is known without decoding them. */
  default Optional<FrameTimes> listedTimes() {
    return Optional.empty();
  }

  /** How frames are turned when they are written. */
  Orientation orientation();

  /**
   * Goes back or forth so that the following calls of {@link #next()} miss no frame whose
   * presentation time is {@code pts} or later.
   */
  void seek(long pts);

  /**
   * Goes to a window of which just some frames are asked for, if it can be told without decoding
   * which there are. The following calls of {@link #next()} then give these one after another; one
   * that gives none, or another, shows that the frames are not what they seemed to be.
   *
   * @param first earliest presentation time, inclusive
   * @param last latest presentation time, inclusive
   * @param oneMore whether the first frame after that belongs to the window too
   * @param choice is given the times of all frames of the window, at least one, and says,
   *     ascending, which are asked for; the one before them may be
   * @return the times of all frames of the window; empty if it cannot be told, and {@link
   *     #seek(long)} has to be called instead
   */
  default Optional<FrameTimes> seek(
      long first, long last, boolean oneMore, Function<FrameTimes, long[]> choice) {
    return Optional.empty();
  }

  /** False at the end of the video; {@link #current()} is then still the last frame. */
  boolean next();

  /** Whether {@link #next()} has found no more frames, or there are none after the window. */
  boolean isAtEnd();

  /** The frame that {@link #next()} has led to. */
  Frame current();

  /** The frame before that. */
  Frame previous();

  /** Of every clip of this video. */
  List<String> remarks();

  /** What is to be said of a video without a single frame. */
  ClipReadException noFrames();

  ClipReadException failure(Stage stage, String reason);
}
