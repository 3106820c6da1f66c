package org.mae4j.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParameterGroupTest {

  private static final Shape MATRIX = new Shape(3, 4);
  private static final Set<String> NAMES =
      new LinkedHashSet<>(
          List.of("mask_token", "blocks.1.norm.bias", "blocks.10.attn.q.weight", "decoder_pred"));

  @ParameterizedTest
  @CsvSource({
    "mask_token, mask_token",
    "*_token, mask_token",
    "blocks.1.*, blocks.1.norm.bias",
    "blocks.*.weight, blocks.10.attn.q.weight",
    "*attn*, blocks.10.attn.q.weight",
    "deco*d*, decoder_pred",
    "\\Edecoder_pred*, ",
    "blocks?1?*, ",
    "mask, "
  })
  void aStarStandsForAnyCharactersAndNothingElseForOthers(String names, String found) {
    List<ParameterGroup> groups =
        List.of(ParameterGroup.of(names).withLearningRateScale(2), ParameterGroup.of("*"));
    if (found == null) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> rules(groups))
          .withMessage(
              "no trained parameter is called %s; they are called %s",
              names, String.join(", ", NAMES));
    } else {
      assertThat(NAMES)
          .filteredOn(name -> rules(groups).of(name, MATRIX).learningRateScale() == 2)
          .containsExactly(found);
    }
  }

  @Test
  void exceptionsAreMadeOneAfterTheOther() {
    ParameterRules rules =
        rules(
            List.of(
                ParameterGroup.of("*").withLearningRateScale(0.5).withFrozenUpdates(3),
                ParameterGroup.of("blocks.*").withLearningRateScale(0.5).withWeightDecay(0.1),
                ParameterGroup.of("*.bias").withWeightDecay(0.2).frozen()));

    assertThat(rules.of("mask_token", MATRIX)).isEqualTo(new ParameterRules.Rule(0.5, 0.05, 3));
    assertThat(rules.of("blocks.10.attn.q.weight", MATRIX))
        .isEqualTo(new ParameterRules.Rule(0.25, 0.1, 3));
    assertThat(rules.of("blocks.1.norm.bias", MATRIX))
        .isEqualTo(new ParameterRules.Rule(0.25, 0.2, ParameterRules.Rule.FOREVER));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        " ' ' |1|0|0|the names of a group of parameters must not be blank",
        "a|0|0|0|learning rate scale must be positive and finite, but was 0.0",
        "a|Infinity|0|0|learning rate scale must be positive and finite, but was Infinity",
        "a|1|-1|0|weight decay must be at least 0 and finite, but was -1.0",
        "a|1|0|-1|frozen updates must be at least 0, but was -1"
      })
  void refusesWhatCannotBe(String names, double scale, double decay, long frozen, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ParameterGroup(names, scale, OptionalDouble.of(decay), frozen))
        .withMessage(message);
  }

  private static ParameterRules rules(List<ParameterGroup> groups) {
    return ParameterGroup.exceptions(ParameterRules.decayMatrices(0.05), groups, NAMES);
  }
}
