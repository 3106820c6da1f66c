package org.mae4j.api;

import java.util.List;

/** Videos that clips can be read from. Safe for use by several threads at once. */
public interface ClipSource extends AutoCloseable {

  /** The number of videos, at least 1. */
  int size();

  /** What is known of the video at {@code index} without opening it. */
  ClipInfo info(int index);

  /** The C names of the classes, a label being an index into them; empty if there are none. */
  default List<String> classes() {
    return List.of();
  }

  /**
   * Opens one video, decodes the window that the request asks for, and closes it.
   *
   * @param index in [0, size)
   * @return {@code request.clips()} clips, which the caller has to close; they may be one and the
   *     same, repeated, if they share a window
   * @throws ClipReadException if the file cannot be read or decoded
   */
  List<Clip> clips(int index, ClipRequest request);

  /** Frees what the source holds; the default holds nothing. */
  @Override
  default void close() {}
}
