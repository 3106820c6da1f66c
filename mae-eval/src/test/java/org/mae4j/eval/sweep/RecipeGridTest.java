package org.mae4j.eval.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mae4j.models.masking.Masking;
import org.mae4j.train.optim.AdamWSettings;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.recipe.PretrainingRecipes;

class RecipeGridTest {

  private static final RecipeGrid TOY = RecipeGrid.of(PretrainingRecipes.TOY);

  @Test
  void hasEveryCombination() {
    Map<String, PretrainingRecipe> recipes =
        TOY.varyBy("maskRatio=0.6, 0.9").varyBy("masking=random,per-frame-random").recipes();

    assertThat(recipes.keySet())
        .containsExactly(
            "maskRatio=0.6, masking=random",
            "maskRatio=0.6, masking=per-frame-random",
            "maskRatio=0.9, masking=random",
            "maskRatio=0.9, masking=per-frame-random");
    PretrainingRecipe third = recipes.get("maskRatio=0.9, masking=per-frame-random");
    assertThat(third.maskRatio()).isEqualTo(0.9);
    assertThat(third.masking()).isEqualTo(Masking.PER_FRAME_RANDOM);
    assertThat(third.name())
        .isEqualTo(PretrainingRecipes.TOY.name() + ", maskRatio=0.9, masking=per-frame-random");
    assertThat(third.withMaskRatio(0.75).withMasking(Masking.RANDOM).withName(""))
        .isEqualTo(PretrainingRecipes.TOY.withName(""));
  }

  @Test
  void variesNestedFieldsAndJson() {
    assertThat(TOY.varyBy("optimizer.weightDecay=0,0.1").recipes().values())
        .extracting(recipe -> ((AdamWSettings) recipe.optimizer()).weightDecay())
        .containsExactly(0.0, 0.1);
    assertThat(TOY.varyBy("model.decoder={\"depth\": 1, \"width\": 32},{\"depth\": 3}").recipes())
        .hasSize(2);
    assertThat(TOY.varyBy("learningRate.peak=0.001,0.002").recipes().values())
        .extracting(recipe -> recipe.learningRate().peak())
        .containsExactly(0.001, 0.002);
    assertThat(TOY.varyBy("emaDecay=none,0.99").recipes()).hasSize(2);
  }

  @Test
  void isTheBaseAloneWithoutFields() {
    assertThat(TOY.recipes())
        .containsExactly(Map.entry(PretrainingRecipes.TOY.name(), PretrainingRecipes.TOY));
  }

  @Test
  void saysWhichFieldsThereAre() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TOY.varyBy("maskratio=0.5,0.75").recipes())
        .withMessageContainingAll("maskratio", "maskRatio", "masking", "objective")
        .withMessageMatching("[^\n]*");
  }

  @Test
  void saysWhichValuesAreAllowed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TOY.varyBy("masking=random,tubes").recipes())
        .withMessageContainingAll("masking", "tubes", "TUBE", "RANDOM");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TOY.varyBy("maskRatio=0.5,1.5").recipes())
        .withMessageContainingAll("maskRatio=1.5", "[0.0, 1.0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TOY.varyBy("optimizer.weightDecay=lots").recipes())
        .withMessageContainingAll("optimizer.weightDecay", "lots", "number");
  }

  @Test
  void refusesWhatMakesNoGrid() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TOY.varyBy("masking"))
        .withMessage("what to vary is given as field=value,value,..., but was masking");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TOY.varyBy("masking=tube,,random"))
        .withMessage("a value is empty in masking=tube,,random");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TOY.varyBy("masking=tube").varyBy("masking=random"))
        .withMessage("masking is varied already");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TOY.varyBy("masking=tube,TUBE").recipes())
        .withMessage("masking=tube and masking=TUBE are the same recipe");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TOY.vary("masking"))
        .withMessage("masking needs at least 1 value to vary");
  }
}
