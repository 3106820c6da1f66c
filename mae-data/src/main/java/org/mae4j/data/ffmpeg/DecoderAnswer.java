package org.mae4j.data.ffmpeg;

/** What the first byte of a decoder process's answer to a {@link RemoteRequest} says. */
final class DecoderAnswer {

  /** How many clips follow; then each, its shape and timestamps before its pixels. */
  static final int CLIPS = 0;

  /** The stage and the reason at which reading failed follow. */
  static final int BROKEN_FILE = 1;

  /** What went wrong that is not the file's fault follows. */
  static final int FAULT = 2;

  private DecoderAnswer() {}
}
