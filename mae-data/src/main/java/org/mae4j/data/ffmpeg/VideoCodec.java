package org.mae4j.data.ffmpeg;

import com.google.common.collect.ImmutableMap;
import org.bytedeco.ffmpeg.global.avutil;

/** Codecs that an LGPL build of FFmpeg can write. All but {@link #FFV1} lose a little. */
public enum VideoCodec {
  /** MPEG-4 part 2: the fastest to write and to read. Containers: mp4, mov, avi, mkv. */
  MPEG4("mpeg4", 1, 31, ImmutableMap.of()),

  /** Motion JPEG: key frames only, full-range colours. Containers: avi, mov, mkv. */
  MJPEG("mjpeg", 1, 31, ImmutableMap.of()),

  /** H.264 by OpenH264. Containers: mp4, mov, mkv, avi. */
  H264("libopenh264", 1, 51, ImmutableMap.of("rc_mode", "quality", "allow_skip_frames", "0")),

  // A speed of 8 would be a limit that VP8's encoder keeps to by the clock; -8 is a speed.
  /** VP8 by libvpx. Containers: webm, mkv. */
  VP8(
      "libvpx",
      4,
      63,
      ImmutableMap.of("deadline", "realtime", "cpu-used", "-8", "lag-in-frames", "0")),

  /** VP9 by libvpx. Containers: webm, mkv, mp4. */
  VP9(
      "libvpx-vp9",
      1,
      63,
      ImmutableMap.of("deadline", "realtime", "cpu-used", "8", "lag-in-frames", "0")),

  /** AV1 by libaom: by far the slowest to write. Containers: mp4, webm, mkv. */
  AV1(
      "libaom-av1",
      1,
      63,
      ImmutableMap.of("usage", "realtime", "cpu-used", "8", "lag-in-frames", "0")),

  /** FFV1, lossless RGB, key frames only. Containers: mkv, avi. */
  FFV1("ffv1", 0, 0, ImmutableMap.of("level", "3"));

  private final String encoder;
  private final int finestQuantiser;
  private final int coarsestQuantiser;
  private final ImmutableMap<String, String> options;

  VideoCodec(
      String encoder,
      int finestQuantiser,
      int coarsestQuantiser,
      ImmutableMap<String, String> options) {
    this.encoder = encoder;
    this.finestQuantiser = finestQuantiser;
    this.coarsestQuantiser = coarsestQuantiser;
    this.options = options;
  }

  /** Whether every frame is a key frame, so that there is no interval to choose. */
  public boolean keyFramesOnly() {
    return this == MJPEG || this == FFV1;
  }

  /** Whether a frame may be predicted from a later one. */
  public boolean hasBFrames() {
    return this == MPEG4;
  }

  /** Whether the decoded pixels are the encoded ones, bit for bit. */
  public boolean lossless() {
    return this == FFV1;
  }

  /** Whether the encoder would silently crop odd widths and heights. */
  boolean evenSidesOnly() {
    return this == H264;
  }

  String encoder() {
    return encoder;
  }

  ImmutableMap<String, String> options() {
    return options;
  }

  int pixelFormat() {
    return lossless() ? avutil.AV_PIX_FMT_BGR0 : avutil.AV_PIX_FMT_YUV420P;
  }

  int colourRange() {
    return this == MJPEG ? avutil.AVCOL_RANGE_JPEG : avutil.AVCOL_RANGE_MPEG;
  }

  /** The quantiser on the codec's own scale for a quality in [0, 1]. */
  int quantiser(double quality) {
    return (int) Math.round(coarsestQuantiser + quality * (finestQuantiser - coarsestQuantiser));
  }
}
