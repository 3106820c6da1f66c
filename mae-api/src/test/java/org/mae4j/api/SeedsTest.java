package org.mae4j.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeedsTest {

  @Test
  void samePathGivesSameDraws() {
    assertThat(draws(Seeds.generator(5, 1, 2))).containsExactly(draws(Seeds.generator(5, 1, 2)));
  }

  @Test
  void pathsThatDifferInOrderLengthOrSeedGiveOtherDraws() {
    Set<Long> first = new HashSet<>();
    first.add(Seeds.generator(5, 1, 2).nextLong());
    first.add(Seeds.generator(5, 2, 1).nextLong());
    first.add(Seeds.generator(5, 1).nextLong());
    first.add(Seeds.generator(5, 1, 2, 0).nextLong());
    first.add(Seeds.generator(6, 1, 2).nextLong());

    assertThat(first).hasSize(5);
  }

  @Test
  void noTwoOfTenThousandClipsShareTheirDraws() {
    // All eight draws, not the first alone: one stream must not be another, shifted.
    Set<Long> seen = new HashSet<>();
    for (int step = 0; step < 625; step++) {
      for (int clip = 0; clip < 16; clip++) {
        for (long draw : draws(Seeds.generator(1, step, clip))) {
          seen.add(draw);
        }
      }
    }
    assertThat(seen).hasSize(80_000);
  }

  private static long[] draws(java.util.random.RandomGenerator random) {
    return random.longs(8).toArray();
  }
}
