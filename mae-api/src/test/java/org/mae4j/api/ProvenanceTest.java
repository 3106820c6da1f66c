package org.mae4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProvenanceTest {

  private static final Provenance FULL =
      Provenance.NONE
          .withVersions(Map.of("PyTorch", "2.7"))
          .withDevice("cpu()")
          .withFact("threads", "3")
          .withData("12 videos", "abc")
          .withPretrainedModel("model.safetensors")
          .withSeed(-7)
          .withRecipe("toy");

  @Test
  void isAMapInAFixedOrderWhateverWasTold() {
    assertThat(FULL.toMap())
        .containsExactly(
            entry("recipe", "toy"),
            entry("seed", "-7"),
            entry("pretrained model", "model.safetensors"),
            entry("data", "12 videos"),
            entry("data manifest (SHA-256)", "abc"),
            entry("threads", "3"),
            entry("device", "cpu()"),
            entry("PyTorch", "2.7"));
    assertThat(Provenance.NONE.toMap()).isEmpty();
    assertThat(Provenance.NONE.withManifestHash("abc").toMap())
        .containsExactly(entry("data manifest (SHA-256)", "abc"));
  }

  @Test
  void keepsTheOrderOfFurtherFacts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("z", "1");
    facts.put("a", "2");
    Provenance provenance = Provenance.NONE.withFacts(facts);
    facts.put("late", "3");
    assertThat(provenance.withFact("z", "4").toMap())
        .containsExactly(entry("z", "4"), entry("a", "2"));
  }

  @Test
  void takesFromAnotherWhatItKnows() {
    Provenance other = Provenance.NONE.withSeed(8).withFact("threads", "4").withFact("b", "c");
    assertThat(FULL.with(other))
        .isEqualTo(FULL.withSeed(8).withFact("threads", "4").withFact("b", "c"));
    assertThat(FULL.with(Provenance.NONE)).isEqualTo(FULL);
    assertThat(Provenance.NONE.with(FULL)).isEqualTo(FULL);
  }

  @Test
  void rejectsBlanksAndNamesThatAreTaken() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FULL.withRecipe(" "))
        .withMessage("recipe must not be blank");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FULL.withFact("seed", "1"))
        .withMessage(
            "a further fact must have a name other than [data, data manifest (SHA-256), device,"
                + " pretrained model, recipe, seed], but was 'seed'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FULL.withFact("PyTorch", "1"))
        .withMessage("PyTorch must be a fact or a version, but is both");
  }
}
