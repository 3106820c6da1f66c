package org.mae4j.data.ffmpeg.internal.libav;

import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_WARNING;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_max_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;
import static org.bytedeco.ffmpeg.global.avutil.setLogCallback;

import com.google.common.base.Throwables;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.google.common.math.LongMath;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.avutil.LogCallback;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.mae4j.api.internal.Text;
import org.mae4j.api.internal.UserHome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What libav shares between all its users in this process: loading, its log and its error texts.
 *
 * <p>libav's own messages go to the logger of this class at debug level, and nowhere if that is
 * off: what matters of them reaches the caller as an exception.
 */
public final class Libav {

  private static final Logger LOG = LoggerFactory.getLogger(Libav.class);

  private static final String RSS_LIMIT = "org.bytedeco.javacpp.maxphysicalbytes";
  private static final String FOLDER = "org.bytedeco.javacpp.cachedir";

  /** Why libav cannot be used, if so; the JVM itself says that at the first attempt alone. */
  private static final Optional<LinkageError> FAILURE = load();

  // Held here because native code alone refers to it.
  private static LogCallback toSlf4j;

  /** Of a frame, where nothing else is asked for. */
  public static final long MAX_PIXELS = 8192L * 4320;

  /** Bytes of a pixel in the richest formats: four channels of 16 bits. */
  private static final int MOST_BYTES_PER_PIXEL = 8;

  private static final AtomicLong MOST_IN_ONE_PIECE = new AtomicLong();

  private Libav() {}

  /**
   * Loads the native libraries and takes charge of their log. To be called before all else.
   *
   * @throws UncheckedIOException if they cannot be unpacked or loaded, each time
   */
  public static void start() {
    start(MAX_PIXELS);
  }

  /**
   * As the other method; and lets libav have pieces of memory that hold so many pixels, or {@link
   * #MAX_PIXELS}, but none larger than it was asked to have at most: a file of some kilobytes may
   * claim an index of gigabytes.
   */
  public static void start(long pixels) {
    if (FAILURE.isPresent()) {
      Throwable cause = Throwables.getRootCause(FAILURE.get());
      throw new UncheckedIOException(
          "FFmpeg's libraries could not be unpacked into "
              + System.getProperty(FOLDER)
              + " and loaded from there ("
              + Text.message(cause.toString())
              + "): let the system property "
              + FOLDER
              + " name a folder with 100 MB of room that may be written to and run from",
          new IOException(FAILURE.get()));
    }
    long bytes = LongMath.saturatedMultiply(Math.max(MAX_PIXELS, pixels), MOST_BYTES_PER_PIXEL);
    if (bytes > MOST_IN_ONE_PIECE.get()) {
      av_max_alloc(MOST_IN_ONE_PIECE.accumulateAndGet(bytes, Math::max));
    }
  }

  private static Optional<LinkageError> load() {
    // JavaCPP refuses to allocate when the process is large, which tensors make it by right, and
    // measures that at each allocation.
    if (System.getProperty(RSS_LIMIT) == null) {
      System.setProperty(RSS_LIMIT, "0");
    }
    UserHome.ensure();
    if (System.getProperty(FOLDER) == null) {
      System.setProperty(FOLDER, folder());
    }
    try {
      if (LOG.isDebugEnabled()) {
        toSlf4j =
            new LogCallback() {
              @Override
              public void call(int level, BytePointer message) {
                try {
                  LOG.debug("{}", message.getString(StandardCharsets.UTF_8).strip());
                } catch (Throwable t) {
                  // Nothing may be thrown through libav: it would end the process.
                }
              }
            };
        av_log_set_level(AV_LOG_WARNING);
        setLogCallback(toSlf4j);
      } else {
        av_log_set_level(AV_LOG_QUIET);
      }
      return Optional.empty();
    } catch (LinkageError e) {
      return Optional.of(e);
    }
  }

  /**
   * Where JavaCPP unpacks by itself, below the home or among the temporary files under the user's
   * name, unless both are of no use, as to users who share a name. Else a folder of this process
   * alone, which goes with it.
   */
  private static String folder() {
    String temporary = System.getProperty("java.io.tmpdir");
    String ofUser = ".javacpp-" + System.getProperty("user.name") + "/cache";
    return Stream.of(
            new File(System.getProperty("user.home"), ".javacpp/cache"),
            new File(temporary, ofUser))
        .filter(folder -> (folder.isDirectory() || folder.mkdirs()) && folder.canWrite())
        .map(File::getPath)
        .findFirst()
        .orElseGet(() -> ofThisProcess(temporary));
  }

  private static String ofThisProcess(String otherwise) {
    try {
      Path folder = Files.createTempDirectory("javacpp");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder)));
      return folder.toString();
    } catch (IOException e) {
      return otherwise; // where JavaCPP will fail and say why
    }
  }

  private static void remove(Path folder) {
    try {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    } catch (IOException e) {
      LOG.debug("{} is left", folder, e);
    }
  }

  /** What libav has allocated, unless there was no memory for it. */
  static <P extends Pointer> P allocated(P pointer) {
    if (pointer == null) {
      throw new OutOfMemoryError("libav could not allocate");
    }
    return pointer;
  }

  /** libav's words for a negative return value. */
  public static String describe(int code) {
    byte[] text = new byte[256];
    av_strerror(code, text, text.length);
    int length = 0;
    while (length < text.length && text[length] != 0) {
      length++;
    }
    return new String(text, 0, length, StandardCharsets.UTF_8);
  }
}
