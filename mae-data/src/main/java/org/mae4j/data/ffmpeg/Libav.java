package org.mae4j.data.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_WARNING;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;
import static org.bytedeco.ffmpeg.global.avutil.setLogCallback;

import java.nio.charset.StandardCharsets;
import org.bytedeco.ffmpeg.avutil.LogCallback;
import org.bytedeco.javacpp.BytePointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What libav shares between all its users in this process: loading, its log and its error texts.
 *
 * <p>libav's own messages go to the logger of this class at debug level, and nowhere if that is
 * off: what matters of them reaches the caller as an exception.
 */
final class Libav {

  private static final Logger LOG = LoggerFactory.getLogger(Libav.class);

  private static final String RSS_LIMIT = "org.bytedeco.javacpp.maxphysicalbytes";

  // Held here because native code alone refers to it.
  private static final LogCallback TO_SLF4J;

  static {
    // JavaCPP refuses to allocate when the process is large, which tensors make it by right, and
    // measures that at each allocation.
    if (System.getProperty(RSS_LIMIT) == null) {
      System.setProperty(RSS_LIMIT, "0");
    }
    if (LOG.isDebugEnabled()) {
      TO_SLF4J =
          new LogCallback() {
            @Override
            public void call(int level, BytePointer message) {
              LOG.debug("{}", message.getString(StandardCharsets.UTF_8).strip());
            }
          };
      av_log_set_level(AV_LOG_WARNING);
      setLogCallback(TO_SLF4J);
    } else {
      TO_SLF4J = null;
      av_log_set_level(AV_LOG_QUIET);
    }
  }

  private Libav() {}

  /** Loads the native libraries and takes charge of their log. To be called before all else. */
  static void start() {
    // The static initialiser has done it.
  }

  /** libav's words for a negative return value. */
  static String describe(int code) {
    byte[] text = new byte[256];
    av_strerror(code, text, text.length);
    int length = 0;
    while (length < text.length && text[length] != 0) {
      length++;
    }
    return new String(text, 0, length, StandardCharsets.UTF_8);
  }
}
