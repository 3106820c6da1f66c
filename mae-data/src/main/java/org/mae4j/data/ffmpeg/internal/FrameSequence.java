package org.mae4j.data.ffmpeg.internal;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
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

  /** How frames are turned when they are written. */
  Orientation orientation();

  /**
   * Goes back or forth so that the following calls of {@link #next()} miss no frame whose
   * presentation time is {@code pts} or later.
   */
  void seek(long pts);

  /** False at the end of the video; {@link #current()} is then still the last frame. */
  boolean next();

  /** Whether {@link #next()} has found no more frames. */
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
