package org.mae4j.models.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.Seeds;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.models.masking.WeightedMixture.Member;

class WeightedMixtureTest {

  private static final TokenGrid GRID = new TokenGrid(8, 4, 4);

  @Test
  void picksEachMemberAsOftenAsItsWeightSays() {
    // Hides the end with weight 3, the middle with weight 1.
    WeightedMixture mixture =
        new WeightedMixture(
            new Member(new TemporalMasking(0.5), 3), new Member(new CentreFramesMasking(0.5), 1));
    TokenMask end = new TemporalMasking(0.5).mask(GRID, Seeds.generator(1));
    int masks = 4_000;
    int ends = 0;
    for (int i = 0; i < masks; i++) {
      if (mixture.mask(GRID, Seeds.generator(1, i)).equals(end)) {
        ends++;
      }
    }
    // 6 standard errors of 4000 draws at 3/4 are 0.041.
    assertThat((double) ends / masks).isCloseTo(0.75, within(0.041));
  }

  @Test
  void masksAreAFunctionOfTheGeneratorFromTheFirst() {
    Member random = new Member(new RandomMasking(0.75), 1);
    Member tubes = new Member(new TubeMasking(0.75), 1);
    WeightedMixture used = new WeightedMixture(random, tubes);
    RandomGenerator other = Seeds.generator(9);
    used.mask(GRID, other);

    for (int i = 0; i < 20; i++) {
      assertThat(new WeightedMixture(random, tubes).mask(GRID, Seeds.generator(2, i)))
          .isEqualTo(used.mask(GRID, Seeds.generator(2, i)));
    }
  }

  @Test
  void refusesMembersOfDifferentRatios() {
    WeightedMixture mixture =
        new WeightedMixture(
            new Member(new RandomMasking(0.75), 1), new Member(new TubeMasking(0.5), 1));
    // Whichever member the generator would pick.
    for (int i = 0; i < 10; i++) {
      RandomGenerator random = Seeds.generator(1, i);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> mixture.mask(GRID, random))
          .withMessage(
              "members of a mixture must keep as many tokens of 8x4x4, but random 0.75 keeps 32"
                  + " and tube 0.5 keeps 64");
    }
  }

  @Test
  void refusesMembersThatRoundDifferentlyOnlyOnGridsWhereTheyDo() {
    WeightedMixture mixture =
        new WeightedMixture(
            new Member(new RandomMasking(0.75), 1), new Member(new TubeMasking(0.75), 1));
    TokenGrid odd = new TokenGrid(8, 3, 3);

    assertThat(mixture.mask(GRID, Seeds.generator(1)).visibleCount()).isEqualTo(32);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mixture.mask(odd, Seeds.generator(1)))
        .withMessageEndingWith("random 0.75 keeps 18 and tube 0.75 keeps 16");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void rejectsAWeightThatIsNotPositiveAndFinite(double weight) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Member(new RandomMasking(0.75), weight))
        .withMessage("weight of random 0.75 must be positive and finite, but was " + weight);
  }

  @Test
  void rejectsAMixtureOfNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(WeightedMixture::new)
        .withMessage("a mixture needs at least 1 member, but has none");
  }

  @Test
  void saysWhatItMixes() {
    assertThat(
            new WeightedMixture(
                new Member(new RandomMasking(0.75), 2), new Member(new CausalMasking(0.75), 1)))
        .hasToString("mixture of random 0.75 (weight 2.0), causal 0.75 (weight 1.0)");
  }
}
