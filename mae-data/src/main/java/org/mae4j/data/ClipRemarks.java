package org.mae4j.data;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What there was to remark on the videos of a source. For use by several threads at once. */
final class ClipRemarks {

  private static final Logger LOG = LoggerFactory.getLogger(ClipRemarks.class);

  private final Map<String, Set<String>> videos = new ConcurrentHashMap<>();

  void add(List<ReadClip> clips) {
    for (ReadClip clip : clips) {
      for (String remark : clip.remarks()) {
        videos.computeIfAbsent(remark, first -> told(clip, first)).add(clip.info().id());
      }
    }
  }

  private static Set<String> told(ReadClip clip, String remark) {
    LOG.warn("{}: {}; said once for all videos like it", clip.info().id(), remark);
    return ConcurrentHashMap.newKeySet();
  }

  /** The ids of the videos that each is true of. */
  Map<String, Set<String>> videos() {
    Map<String, Set<String>> copy = new TreeMap<>();
    videos.forEach((remark, ids) -> copy.put(remark, Set.copyOf(ids)));
    return copy;
  }
}
