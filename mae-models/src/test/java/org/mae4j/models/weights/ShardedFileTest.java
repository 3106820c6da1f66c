package org.mae4j.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.models.Models;
import org.mae4j.models.SmallModels;
import org.mae4j.models.VideoMae;
import org.mae4j.models.torch.TorchEngine;

class ShardedFileTest {

  private static final String INDEX = "model.safetensors.index.json";

  @TempDir private Path folder;
  private final NDManager manager = TorchEngine.newManager();
  private Map<String, NDArray> weights;
  private final Map<String, String> files = new LinkedHashMap<>();

  @BeforeEach
  void writeShards() throws IOException {
    weights = Models.create(SmallModels.VIDEO, SmallModels.INPUT, manager, 1).weights();
    writeShards("", "safetensors");
  }

  private void writeShards(String prefix, String ending) throws IOException {
    files.clear();
    for (int part = 1; part <= 2; part++) {
      Map<String, NDArray> tensors = new LinkedHashMap<>();
      String name = "model-0000" + part + "-of-00002." + ending;
      for (String tensor : weights.keySet()) {
        if (tensor.length() % 2 == part % 2) {
          tensors.put(prefix + tensor, weights.get(tensor));
          files.put(prefix + tensor, name);
        }
      }
      if (ending.equals("bin")) {
        TorchFile.write(folder.resolve(name), tensors);
      } else {
        Safetensors.write(folder.resolve(name), tensors, Map.of("format", "pt"));
      }
    }
    writeIndex(INDEX);
  }

  private Path writeIndex(String name) throws IOException {
    Object json = Map.of("metadata", Map.of("total_size", -7, "x", List.of()), "weight_map", files);
    return Files.writeString(folder.resolve(name), new Gson().toJson(json));
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void readsAnIndexOrItsFolder() {
    requireLoads(folder.resolve(INDEX));
    requireLoads(folder);
    assertThat(WeightFile.open(folder).metadata()).containsEntry("format", "pt");
  }

  @Test
  void readsTheIndexOfPicklesBehindAPrefix() throws IOException {
    writeShards("module.model.", "bin");
    requireLoads(writeIndex("pytorch_model.bin.index.json"));
  }

  @Test
  void aPartAloneIsOne() {
    Path part = folder.resolve("model-00001-of-00002.safetensors");

    assertThatThrownBy(() -> Models.load(SmallModels.VIDEO, SmallModels.INPUT, part, manager))
        .isInstanceOf(WeightFileException.class)
        .hasMessageEndingWith("; this is part 1 of 2: give the index, " + INDEX);
  }

  @Test
  void namesAPartThatIsAbsentAndATensorThatIsElsewhere() throws IOException {
    files.put("norm.bias", "model-00003-of-00003.safetensors");
    assertRefused(
        "names model-00003-of-00003.safetensors for tensor norm.bias, which is not there");
    files.put("norm.bias", files.get("norm.weight"));
    files.put("nothing", files.get("norm.weight"));
    assertRefused("says that tensor nothing is in model-0000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../model.safetensors", "/etc/passwd", "a/../../x", "..", INDEX, "x\0y"})
  void looksNowhereElse(String name) throws IOException {
    files.put("norm.bias", name);
    assertRefused("names a file");
  }

  @Test
  void refusesPartsThatAreNone() throws IOException {
    Files.writeString(folder.resolve("other.index.json"), "{\"weight_map\":{\"x\":\"y\"}}");
    files.put("norm.bias", "other.index.json");
    assertRefused("is JSON, not weights");
    files.put("norm.bias", ".");
    assertRefused("is a folder");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "{\"weight_map\":{}}",
        "{\"weight_map\":7}",
        "{\"weight_map\":{\"x\":{}}}",
        "{\"weight_map\":{\"x\":\"y\",\"x\":\"z\"}}",
        "<html>not here</html>",
        "version https://git-lfs.github.com/spec/v1\n"
      })
  void refusesDamagedIndexes(String text) throws IOException {
    Path index = Files.writeString(folder.resolve(INDEX), text);
    assertThatThrownBy(() -> WeightFile.open(index))
        .isInstanceOf(WeightFileException.class)
        .hasMessageStartingWith(index + ": is ");
  }

  @Test
  void refusesDeepIndexes() throws IOException {
    Path index = folder.resolve(INDEX);
    for (String bomb : List.of("[".repeat(200_000), "{\"a\":".repeat(200_000))) {
      Files.writeString(index, "{\"metadata\":" + bomb);
      assertThatThrownBy(() -> WeightFile.open(index)).isInstanceOf(WeightFileException.class);
    }
  }

  private void assertRefused(String reason) throws IOException {
    writeIndex(INDEX);
    assertThatThrownBy(() -> WeightFile.open(folder))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining(reason);
  }

  private void requireLoads(Path file) {
    try (VideoMae model = Models.load(SmallModels.VIDEO, SmallModels.INPUT, file, manager)) {
      assertThat(model.weights()).isEqualTo(weights);
    }
  }
}
