package org.mae4j.examples.app.footage;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.mae4j.api.BatchSource;

/** What there was to remark on the videos of a run, for its provenance. */
public final class Remarks {

  private final Map<String, Set<String>> videos = new TreeMap<>();

  /** Adds what a source has found so far. */
  public void add(BatchSource source) {
    add(source.remarks());
  }

  /** Adds what was found, with the videos' ids. */
  public void add(Map<String, Set<String>> found) {
    found.forEach(
        (remark, ids) -> videos.computeIfAbsent(remark, unused -> new TreeSet<>()).addAll(ids));
  }

  /** {@code 3 videos: variable frame rate, so frames are picked by time}; empty if none. */
  public String text() {
    return videos.entrySet().stream()
        .map(
            remark ->
                remark.getValue().size()
                    + (remark.getValue().size() == 1 ? " video: " : " videos: ")
                    + remark.getKey())
        .collect(Collectors.joining("; "));
  }

  /** A provenance with these among its facts, if there are any. */
  public Map<String, String> addedTo(Map<String, String> provenance) {
    Map<String, String> all = new LinkedHashMap<>(provenance);
    if (!videos.isEmpty()) {
      all.put("remarks", text());
    }
    return Collections.unmodifiableMap(all);
  }
}
