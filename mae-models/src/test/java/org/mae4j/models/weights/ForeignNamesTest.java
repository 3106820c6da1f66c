package org.mae4j.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.models.Models;
import org.mae4j.models.SmallModels;
import org.mae4j.models.TransformerShape;
import org.mae4j.models.VideoMae;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.VitConfig;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.Weights.LoadReport;

/** Weights under the names and in the dictionaries that other programs leave them in. */
class ForeignNamesTest {

  private static final VideoMaeConfig CONFIG = SmallModels.VIDEO;
  private static final VideoMaeConfig DEEPER =
      CONFIG.withVit(
          VitConfig.video(CONFIG.clip(), CONFIG.patch(), new TransformerShape(12, 3, 3)));

  private static NDManager manager;
  private static Map<String, NDArray> weights;
  private static Map<String, NDArray> others;
  private static Map<String, NDArray> deeper;

  @TempDir private Path folder;

  @BeforeAll
  static void make() {
    manager = TorchEngine.newManager();
    weights = fresh(CONFIG, 1);
    others = fresh(CONFIG, 2);
    deeper = fresh(DEEPER, 3);
  }

  private static Map<String, NDArray> fresh(VideoMaeConfig config, long seed) {
    return Models.create(config, SmallModels.INPUT, manager, seed).weights();
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "module.",
        "_orig_mod.",
        "module._orig_mod.",
        "_orig_mod.module.",
        "module.module.",
        "model.",
        "encoder.",
        "backbone.",
        "student.backbone.",
        "teacher.",
        "net.",
        "vit.",
        "videomae.",
        "any.thing.at_all.",
        "_forward_module.model.",
        "_fsdp_wrapped_module.",
      })
  void findsTheModelBehindAnyPrefix(String prefix) {
    Map<String, NDArray> prefixed = renamed(weights, name -> prefix + name);
    requireLoads(safetensors(prefixed));
    requireLoads(torch(prefixed));
    requireLoads(torch(Map.of("state_dict", prefixed, "epoch", 3)));
  }

  /** Of single blocks, by torch.compile, FSDP or activation checkpointing. */
  @ParameterizedTest
  @ValueSource(strings = {"_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module"})
  void looksThroughWrappersWithinTheModel(String wrapper) {
    UnaryOperator<String> wrapped =
        name -> "module." + name.replaceAll("blocks\\.(\\d+)\\.", "blocks.$1." + wrapper + ".");
    requireLoads(safetensors(renamed(weights, wrapped)));
  }

  /** A part was compiled before it was distributed, another was not. */
  @Test
  void looksThroughWrappersOfSomeTensors() {
    Map<String, NDArray> mixed =
        renamed(
            weights, name -> (name.startsWith("decoder") ? "module." : "module._orig_mod.") + name);
    requireLoads(safetensors(mixed));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model",
        "module",
        "model_ema",
        "state_dict",
        "model_state",
        "model_state_dict",
        "teacher",
        "ema",
        "state/model",
        "a/b/c",
        "state/0/model"
      })
  void findsTheModelInAnyDictionary(String path) {
    Object root = renamed(weights, name -> "module." + name);
    String[] keys = path.split("/", -1);
    for (int i = keys.length - 1; i >= 0; i--) {
      root = Map.of(keys[i], root, "step", 7, "optimizer", Map.of("state", Map.of()));
    }
    requireLoads(torch(root));
  }

  @Test
  void findsTheModelInAList() {
    requireLoads(torch(List.of("first", weights, 3)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"model_ema", "ema", "teacher", "state_dict_ema", "optimizer.exp_avg"})
  void takesWeightsAsTrainedBeforeAverages(String average) {
    Map<String, Object> both = new LinkedHashMap<>();
    both.put(average, others);
    both.put("model_as_trained", weights);
    Path file = torch(both);

    requireLoads(file);
    assertThat(report(WeightFile.open(file)).toString())
        .contains("tensors match, taken from under \"model_as_trained.\"")
        .contains("though \"" + average + ".\" would do as well: WeightFile.open(file, prefix)");
    assertThat(report(WeightFile.open(file, average)).isComplete()).isTrue();
    assertEqual(Weights.of(WeightFile.open(file, average + ".")), others);
  }

  @Test
  void takesWhatHasTheModelsShapes() {
    Map<String, Object> both = new LinkedHashMap<>();
    both.put("student", deeper);
    both.put("teacher", weights);
    requireLoads(torch(both));
    requireLoads(
        safetensors(
            merged(renamed(deeper, name -> "model." + name), renamed(weights, n -> "ema." + n))));
  }

  /** A checkpoint of ours: the optimizer's tensors and averages have the same names behind. */
  @Test
  void takesNamesWithoutPrefixBeforeAll() {
    Map<String, NDArray> all = new LinkedHashMap<>(renamed(others, name -> "average." + name));
    all.putAll(renamed(others, name -> "optimizer.exp_avg." + name));
    all.putAll(weights);
    Path file = safetensors(all);

    requireLoads(file);
    assertThat(WeightFile.open(file).tensors()).hasSize(3 * weights.size());
    assertThat(report(WeightFile.open(file)).place()).isEmpty();
  }

  /** No dictionary of another name is preferred to a model without any. */
  @Test
  void takesAModelWithoutPrefixThoughThereIsSomethingCalledOne() {
    requireLoads(
        safetensors(merged(weights, Map.of("model.other.weight", manager.ones(new Shape(1))))));
    assertThat(WeightFile.open(folder.resolve("file.safetensors")).tensors())
        .containsKeys("cls_token", "model.other.weight");
  }

  @Test
  void doesNotPutTwoPrefixesTogether() {
    Path file =
        safetensors(
            renamed(
                weights, name -> (name.startsWith("decoder") ? "decoder." : "encoder.") + name));

    assertRefused(file)
        .hasMessageContaining("only under several prefixes together, \"encoder.\", \"decoder.\"");
  }

  @Test
  void doesNotChooseBetweenTensorsOfOneName() {
    Path file = safetensors(merged(weights, renamed(others, name -> "module." + name)));

    assertRefused(file)
        .hasMessageContaining("two tensors that are one without PyTorch's wrappers")
        .hasMessageContaining("\"module.");
  }

  @Test
  void namesThePrefixesThereAre() {
    Path file = torch(Map.of("model", weights, "epoch", 3));

    assertThatThrownBy(() -> WeightFile.open(file, "ema"))
        .isInstanceOf(WeightFileException.class)
        .hasMessageEndingWith("has no tensors under \"ema\", but under \"model.\"");
  }

  @Test
  void conversionsFindWhatTheyConvert() {
    Map<String, NDArray> image =
        Models.create(SmallModels.IMAGE, SmallModels.IMAGE_INPUT, manager, 1).weights();
    Weights inflated =
        WeightConversions.inflate(
            Weights.of(WeightFile.open(torch(Map.of("model", renamed(image, n -> "module." + n))))),
            2,
            2);

    assertThat(inflated.tensors())
        .containsKeys("patch_embed.proj.weight", "blocks.0.attn.q.weight", "pos_embed_temporal");
  }

  /**
   * As many as the pickle reader lets in take no time; names are as long as a file can make them.
   */
  @Test
  void namesThatAreMadeToTakeLongTakeNoTime() {
    Map<String, NDArray> hostile = new LinkedHashMap<>();
    NDArray one = manager.ones(new Shape(1));
    for (int i = 0; i < 50_000; i++) {
      hostile.put("p" + i + ".module.patch_embed.proj.weight", one);
    }
    hostile.put("a.".repeat(500_000) + "norm.weight", one);
    hostile.put("module.".repeat(200_000) + "x", one);
    Path file = safetensors(hostile);

    Assertions.assertTimeout(
        Duration.ofSeconds(10),
        () ->
            assertThatExceptionOfType(WeightFileException.class)
                .isThrownBy(() -> Models.load(CONFIG, SmallModels.INPUT, file, manager)));
  }

  private void requireLoads(Path file) {
    try (VideoMae loaded = Models.load(CONFIG, SmallModels.INPUT, file, manager)) {
      assertEqual(Weights.of("loaded", loaded.weights()), weights);
    }
  }

  private static void assertEqual(Weights found, Map<String, NDArray> expected) {
    try (NDManager scope = manager.newSubManager()) {
      expected.forEach(
          (name, array) ->
              assertThat(found.tensors().get(name).read(scope)).as(name).isEqualTo(array));
    }
  }

  private static LoadReport report(WeightFile file) {
    Map<String, Shape> expected = new LinkedHashMap<>();
    weights.forEach((name, array) -> expected.put(name, array.getShape()));
    return LoadReport.of(expected, Weights.of(file));
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(Path file) {
    return assertThatThrownBy(() -> Models.load(CONFIG, SmallModels.INPUT, file, manager))
        .isInstanceOf(WeightFileException.class)
        .hasMessageStartingWith(file.toString());
  }

  private Path safetensors(Map<String, NDArray> tensors) {
    Path file = folder.resolve("file.safetensors");
    Safetensors.write(file, tensors, Map.of());
    return file;
  }

  private Path torch(Object root) {
    return TorchFile.write(folder.resolve("file.pth"), root);
  }

  private static Map<String, NDArray> renamed(
      Map<String, NDArray> tensors, UnaryOperator<String> change) {
    Map<String, NDArray> renamed = new LinkedHashMap<>();
    tensors.forEach((name, array) -> renamed.put(change.apply(name), array));
    return renamed;
  }

  private static Map<String, NDArray> merged(Map<String, NDArray> one, Map<String, NDArray> two) {
    Map<String, NDArray> both = new LinkedHashMap<>(one);
    both.putAll(two);
    return both;
  }
}
