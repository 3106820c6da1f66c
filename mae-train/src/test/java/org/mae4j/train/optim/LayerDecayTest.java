package org.mae4j.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.ClipShape;
import org.mae4j.api.PatchShape;
import org.mae4j.models.TransformerShape;
import org.mae4j.models.VitConfig;

/** Layers, scales and decay by parameter name, of the reference's param_groups_lrd. */
class LayerDecayTest {

  private static final int DEPTH = 32;
  private static final Shape MATRIX = new Shape(4, 4);
  private static final Shape VECTOR = new Shape(4);

  @ParameterizedTest
  @ValueSource(strings = {"0.8", "0.75", "1.0"})
  void scalesAndWeightDecayEqualTheReference(String decay) throws IOException {
    LayerDecay rules = rules(DEPTH, Double.parseDouble(decay), 0.05);
    JsonObject table =
        reference().getAsJsonObject("name_to_[lr_scale, weight_decay]").getAsJsonObject(decay);

    assertThat(table.size()).isEqualTo(74);
    for (String name : table.keySet()) {
      JsonArray expected = table.getAsJsonArray(name);
      ParameterRules.Rule rule =
          rules.of(name, name.endsWith("bias") || isNorm(name) ? VECTOR : MATRIX);
      double scale = expected.get(0).getAsDouble();
      assertThat(rule.learningRateScale()).as(name).isCloseTo(scale, within(1e-12 * scale));
      assertThat(rule.weightDecay()).as(name).isEqualTo(expected.get(1).getAsDouble());
    }
  }

  private static boolean isNorm(String name) {
    return name.equals("norm.weight");
  }

  @Test
  void layersEqualTheReference() throws IOException {
    VitConfig vit = vit(DEPTH);
    JsonObject layers = reference().getAsJsonObject("layer_ids");

    assertThat(layers.keySet()).isNotEmpty();
    for (String name : layers.keySet()) {
      assertThat(vit.layer(name)).as(name).isEqualTo(layers.get(name).getAsInt());
    }
  }

  @Test
  void imageModelsPositionTableIsNotDecayed() {
    assertThat(rules(2, 0.8, 0.05).of("pos_embed", new Shape(1, 17, 24)))
        .isEqualTo(new ParameterRules.Rule(Math.pow(0.8, 3), 0, 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|0.8|0|layers must be at least 1, but was 0",
        "2|0|0|layer decay must be in (0, 1], but was 0.0",
        "2|1.1|0|layer decay must be in (0, 1], but was 1.1",
        "2|0.8|-1|weight decay must not be negative, but was -1.0"
      })
  void rejectsBadSettings(int depth, double decay, double weightDecay, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LayerDecay(depth, name -> 0, decay, weightDecay))
        .withMessage(message);
  }

  private static LayerDecay rules(int depth, double decay, double weightDecay) {
    VitConfig vit = vit(depth);
    return new LayerDecay(vit.layers(), vit::layer, decay, weightDecay);
  }

  private static VitConfig vit(int depth) {
    return VitConfig.video(
        new ClipShape(4, 16, 16), new PatchShape(2, 8, 8), new TransformerShape(16, depth, 2));
  }

  private static JsonObject reference() throws IOException {
    try (Reader reader =
        new InputStreamReader(
            LayerDecayTest.class.getResourceAsStream(
                "/goldens/h_schedules/layer_decay_depth32.json"),
            StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(reader).getAsJsonObject();
    }
  }
}
