package org.mae4j.data.internal;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.mae4j.api.internal.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a search passes by although it may have been meant, so that nothing is lost in silence. */
public final class LeftOut {

  private static final Logger LOG = LoggerFactory.getLogger(LeftOut.class);
  private static final int NAMED = 4;

  private final Map<String, String> files = new TreeMap<>();

  /**
   * Adds one, unless it was added before for another reason.
   *
   * @param why in a few words, the same for all of a sort: {@code a link that leads nowhere}
   */
  public void add(String file, String why) {
    files.putIfAbsent(file, why);
  }

  /** Adds those of another search. */
  public void addAll(LeftOut others) {
    files.putAll(others.files);
  }

  /** Why each was left out, by name. */
  public Map<String, String> reasons() {
    return Collections.unmodifiableMap(files);
  }

  /**
   * Names the first few of each reason in one line of the log, if there are any.
   *
   * @param dataset what they are missing from
   */
  public void warn(String dataset) {
    if (!files.isEmpty()) {
      LOG.warn("{}: {} left out: {}", Text.shown(dataset), files.size(), this);
    }
  }

  /** The same as a clause at the end of a message; empty if there are none. */
  public String clause() {
    return files.isEmpty() ? "" : "; left out: " + this;
  }

  /** {@code hidden: 2 (.a.mp4, .b.mp4); link that leads nowhere: 1 (c)}. */
  @Override
  public String toString() {
    Map<String, List<String>> byReason =
        files.keySet().stream()
            .collect(Collectors.groupingBy(files::get, TreeMap::new, Collectors.toList()));
    return byReason.entrySet().stream()
        .map(same -> same.getKey() + ": " + same.getValue().size() + some(same.getValue()))
        .collect(Collectors.joining("; "));
  }

  private static String some(List<String> names) {
    return names.stream().limit(NAMED).map(Text::shown).collect(Collectors.joining(", ", " (", ""))
        + (names.size() > NAMED ? ", ...)" : ")");
  }
}
