package org.mae4j.examples.nursery;

import org.mae4j.data.ffmpeg.VideoCodec;

/** The kinds of files in a nursery; those that are fast to read dominate. */
enum FileKind {
  MPEG4_MP4(VideoCodec.MPEG4, "mp4", 0, 25),
  MPEG4_MP4_B_FRAMES(VideoCodec.MPEG4, "mp4", 2, 10),
  MPEG4_AVI(VideoCodec.MPEG4, "avi", 0, 15),
  MPEG4_MOV(VideoCodec.MPEG4, "mov", 0, 5),
  MJPEG_AVI(VideoCodec.MJPEG, "avi", 0, 12),
  MJPEG_MOV(VideoCodec.MJPEG, "mov", 0, 6),
  H264_MP4(VideoCodec.H264, "mp4", 0, 10),
  VP8_WEBM(VideoCodec.VP8, "webm", 0, 10),
  FFV1_MKV(VideoCodec.FFV1, "mkv", 0, 4),
  VP9_WEBM(VideoCodec.VP9, "webm", 0, 2),
  AV1_MP4(VideoCodec.AV1, "mp4", 0, 1);

  private final VideoCodec codec;
  private final String extension;
  private final int bFrames;
  private final int weight;

  FileKind(VideoCodec codec, String extension, int bFrames, int weight) {
    this.codec = codec;
    this.extension = extension;
    this.bFrames = bFrames;
    this.weight = weight;
  }

  VideoCodec codec() {
    return codec;
  }

  String extension() {
    return extension;
  }

  int bFrames() {
    return bFrames;
  }

  /** Relative frequency among files. */
  int weight() {
    return weight;
  }
}
