package org.mae4j.data;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The videos of a source that turned out to be unreadable. For use by several threads at once. */
final class BrokenFiles {

  private static final Logger LOG = LoggerFactory.getLogger(BrokenFiles.class);

  private final int size;
  private final double maxShare;
  private final boolean leftOut;
  private final Map<Integer, ClipReadException> files = new ConcurrentHashMap<>();
  // How often the time was up, which may have been a busy machine's fault.
  private final Map<Integer, Integer> timeouts = new ConcurrentHashMap<>();

  /**
   * None yet.
   *
   * @param size of the source
   * @param leftOut whether nothing takes the place of a broken video
   */
  BrokenFiles(int size, double maxShare, boolean leftOut) {
    this.size = size;
    this.maxShare = maxShare;
    this.leftOut = leftOut;
  }

  void add(int video, ClipReadException failure) {
    if (failure.stage() == Stage.TIMEOUT) {
      timeouts.merge(video, 1, Integer::sum);
    }
    if (files.putIfAbsent(video, failure) == null) {
      LOG.warn(
          "cannot read {}; {}",
          failure.getMessage(),
          leftOut ? "it is left out" : "another video takes its place");
    }
  }

  /** A video was read after all, so that it was not its fault if the time was once up. */
  void remove(int video) {
    if (timeouts.remove(video) != null) {
      files.computeIfPresent(
          video, (key, failure) -> failure.stage() == Stage.TIMEOUT ? null : failure);
    }
  }

  /**
   * Whether a further try is pointless and so would only cost time: whatever the window, or because
   * the window of a fixed pass is always the same. One for which the time was up gets another try.
   */
  boolean isHopeless(int video) {
    ClipReadException failure = files.get(video);
    if (failure == null || leftOut) {
      return failure != null;
    }
    return switch (failure.stage()) {
      case OPEN, PROBE, DECODE, CRASH -> true;
      case TIMEOUT -> timeouts.getOrDefault(video, 0) > 1;
      case SEEK, CONVERT -> false;
    };
  }

  /** In the order of their names. */
  List<ClipReadException> list() {
    return files.values().stream().sorted(Comparator.comparing(ClipReadException::file)).toList();
  }

  /**
   * Returns if so many may be broken.
   *
   * @throws TooManyBrokenFilesException otherwise
   */
  void check() {
    if (files.size() > maxShare * size) {
      throw tooMany("more than the share of " + maxShare + " that is allowed");
    }
    if (leftOut && files.size() == size) {
      throw tooMany("and so none is left");
    }
  }

  TooManyBrokenFilesException tooMany(String why) {
    List<ClipReadException> list = list();
    return new TooManyBrokenFilesException(
        list.size()
            + " of "
            + size
            + " videos cannot be read, "
            + why
            + "; one is "
            + list.get(0).getMessage(),
        list);
  }
}
