package org.mae4j.data.split;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.mae4j.data.dataset.ClipDataset;

/**
 * A seeded random order of files in which each has a place of its own: the hash of the seed and its
 * id. So a smaller draw lies inside a larger one, and a file that is missing changes nothing but
 * its own place.
 */
final class DrawnOrder {

  private DrawnOrder() {}

  /** Some files of a dataset in the order that the seed decides. */
  static int[] of(ClipDataset all, int[] indices, long seed) {
    return Arrays.stream(indices)
        .mapToObj(index -> drawn(all, index, seed))
        .sorted(Comparator.comparingLong(Drawn::key).thenComparing(Drawn::id))
        .mapToInt(Drawn::index)
        .toArray();
  }

  private record Drawn(int index, String id, long key) {}

  private static Drawn drawn(ClipDataset all, int index, long seed) {
    String id = all.info(index).id();
    return new Drawn(index, id, key(seed, id));
  }

  /** All files of a dataset in that order. */
  static int[] of(ClipDataset all, long seed) {
    return of(all, IntStream.range(0, all.size()).toArray(), seed);
  }

  /** A file's place in that order, in [0, 1); what other files there are does not change it. */
  static double place(ClipDataset all, int index, long seed) {
    return ((key(seed, all.info(index).id()) ^ Long.MIN_VALUE) >>> 11) * 0x1p-53;
  }

  /** Part of what a seed means: never to be changed. */
  private static long key(long seed, String id) {
    return Hashing.sha256()
        .newHasher()
        .putLong(seed)
        .putString(id, StandardCharsets.UTF_8)
        .hash()
        .asLong();
  }
}
