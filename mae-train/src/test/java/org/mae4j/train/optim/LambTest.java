package org.mae4j.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.Safetensors;

/**
 * Ten steps of timm's Lamb: three groups, of which one has half the rate and another decay and one
 * none, matrices, a token, a bias, a single value and a matrix of zeros; steps 4 and 5 need no
 * clipping.
 */
class LambTest {

  /**
   * Of the largest value of an array. The reference was computed in float64; timm's own run in
   * float32 is up to 3e-7 away from that.
   */
  private static final double TOLERANCE = 1e-6;

  private static final int STEPS = 10;

  private NDManager manager;

  @BeforeEach
  void openManager() {
    manager = TorchEngine.newManager();
  }

  @AfterEach
  void closeManager() {
    manager.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"clipped", "unclipped"})
  void weightsMomentsAndNormsEqualTheReference(String run) throws IOException {
    Safetensors input = Safetensors.open(golden("input.safetensors"));
    Safetensors expected = Safetensors.open(golden("expected_" + run + ".safetensors"));
    JsonObject config =
        JsonParser.parseString(Files.readString(golden("config.json"))).getAsJsonObject();
    JsonObject groups = config.getAsJsonObject("name_to_[lr_scale, weight_decay]");
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    for (String name : groups.keySet()) {
      parameters.put(name, input.read("initial." + name, manager));
    }
    LambSettings settings =
        new LambSettings(
            config.get("beta1").getAsDouble(),
            config.get("beta2").getAsDouble(),
            config.get("eps").getAsDouble(),
            0,
            false,
            config.has(run) ? config.get(run).getAsDouble() : Double.POSITIVE_INFINITY);
    ParameterRules rules =
        (name, shape) -> {
          JsonArray rule = groups.getAsJsonArray(name);
          return new ParameterRules.Rule(rule.get(0).getAsDouble(), rule.get(1).getAsDouble(), 0);
        };
    double[] rates = input.read("rates", manager).toDoubleArray();
    double[] norms = expected.read("norms", manager).toDoubleArray();

    try (WeightOptimizer optimizer = settings.open(parameters, rules, manager)) {
      for (int step = 0; step < STEPS; step++) {
        for (String name : groups.keySet()) {
          NDArray gradients = input.read("gradients." + name, manager);
          OptimizerTests.addGradient(parameters.get(name), gradients.get(step));
        }
        assertThat(optimizer.step(rates[step]) / norms[step]).isCloseTo(1, within(TOLERANCE));
        if (step == 0 || step == STEPS - 1) {
          int steps = step + 1;
          parameters.forEach(
              (name, parameter) ->
                  assertClose(parameter, expected.read("step" + steps + "." + name, manager)));
        }
      }
      assertThat(optimizer.state()).hasSize(2 * parameters.size());
      optimizer.state().forEach((name, array) -> assertClose(array, expected.read(name, manager)));
    }
  }

  private static void assertClose(NDArray actual, NDArray expected) {
    double largest = expected.abs().max().getDouble();
    float[] found = actual.toFloatArray();
    double[] wanted = expected.toDoubleArray();
    assertThat(found).hasSize(wanted.length);
    for (int i = 0; i < found.length; i++) {
      assertThat((double) found[i]).isCloseTo(wanted[i], within(TOLERANCE * largest));
    }
  }

  private static Path golden(String file) {
    try {
      return Path.of(LambTest.class.getResource("/goldens/i_lamb_10steps/" + file).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
