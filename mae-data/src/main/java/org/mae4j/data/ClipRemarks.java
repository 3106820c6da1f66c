package org.mae4j.data;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.mae4j.api.Clip;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What there was to remark on the videos of a source. For use by several threads at once. */
final class ClipRemarks {

  private static final Logger LOG = LoggerFactory.getLogger(ClipRemarks.class);

  private final Map<String, Set<Integer>> videos = new ConcurrentHashMap<>();

  void add(int video, List<Clip> clips) {
    for (Clip clip : clips) {
      for (String remark : clip.remarks()) {
        videos
            .computeIfAbsent(
                remark,
                first -> {
                  LOG.warn("{}: {}; said once for all videos like it", clip.info().id(), first);
                  return ConcurrentHashMap.newKeySet();
                })
            .add(video);
      }
    }
  }

  /** On how many videos each. */
  Map<String, Integer> counts() {
    Map<String, Integer> counts = new TreeMap<>();
    videos.forEach((remark, numbers) -> counts.put(remark, numbers.size()));
    return counts;
  }
}
