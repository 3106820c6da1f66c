package org.mae4j.data.internal;

import java.nio.file.Path;
import java.util.Optional;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;

/**
 * A reader that can also decode a file as a whole, from which clips can then be read many times
 * over. Its method is protected, so that it is no part of what users of a reader see.
 */
public abstract class WholeFileReader {

  /** Holds nothing. */
  protected WholeFileReader() {}

  /**
   * Decodes one file.
   *
   * @param info its id names the file in messages
   * @return to be closed by the caller; empty if the file does not fit in the budget, or is such
   *     that its clips might not be quite the same
   * @throws ClipReadException if the file cannot be read or decoded, or not in time
   * @throws IllegalStateException if what is decoded does not come into this process's memory
   */
  protected abstract Optional<MediaInMemory> load(Path file, ClipInfo info, MemoryBudget budget);

  /** As {@link #load(Path, ClipInfo, MemoryBudget)} of a reader. */
  public static Optional<MediaInMemory> loadBy(
      WholeFileReader reader, Path file, ClipInfo info, MemoryBudget budget) {
    return reader.load(file, info, budget);
  }
}
