package org.mae4j.data.ffmpeg.internal.libav;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_HEVC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MPEG1VIDEO;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MPEG2VIDEO;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MPEG4;

import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;

/**
 * Whether a coded frame says itself that no other one refers to it, and its decoder can leave it
 * out without a trace. In H.264, nal_ref_idc says so; in MPEG-1, -2 and -4, that it is a B-frame.
 *
 * <p>HEVC says it of frames of the same temporal layer only, so it holds where there is one layer.
 * VP9 and AV1 learn from frames that nobody refers to how the following ones are coded.
 */
final class References {

  // A NAL unit of type 32 (VPS) of the base layer (ITU-T H.265, 7.3.1.2).
  private static final int VPS_HEADER = 32 << 9 | 1;

  private References() {}

  static boolean areKnown(AVCodecParameters parameters) {
    int codec = parameters.codec_id();
    if (codec == AV_CODEC_ID_HEVC) {
      byte[] header = new byte[Math.max(0, parameters.extradata_size())];
      if (header.length > 0) {
        parameters.extradata().get(header);
      }
      return isOfOneLayer(header);
    }
    return codec == AV_CODEC_ID_H264
        || codec == AV_CODEC_ID_MPEG1VIDEO
        || codec == AV_CODEC_ID_MPEG2VIDEO
        || codec == AV_CODEC_ID_MPEG4;
  }

  /**
   * Whether all video parameter sets of HEVC in a header say that there is one temporal layer
   * (vps_max_sub_layers_minus1, ITU-T H.265, 7.3.2.1), in whichever way they are strung together.
   */
  static boolean isOfOneLayer(byte[] header) {
    boolean said = false;
    for (int i = 0; i + 3 < header.length; i++) {
      if (((header[i] & 0xff) << 8 | (header[i + 1] & 0xff)) == VPS_HEADER) {
        if ((header[i + 3] >> 1 & 7) != 0) {
          return false;
        }
        said = true;
      }
    }
    return said;
  }
}
