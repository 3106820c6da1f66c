package org.mae4j.data.ffmpeg.internal;

/**
 * What a container says of a packet, which is mostly one frame, before it is decoded.
 *
 * @param pts presentation time in units of the stream's time base, or {@link #NO_TIME}
 * @param isKey whether decoding can begin here
 * @param isShown whether its frame is one of the video's; false if it is cut away and just there
 *     for others to refer to
 */
public record PacketInfo(long pts, boolean isKey, boolean isShown) {

  /** Of a packet that does not say. */
  public static final long NO_TIME = Long.MIN_VALUE;
}
