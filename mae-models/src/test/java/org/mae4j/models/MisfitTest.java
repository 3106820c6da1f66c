package org.mae4j.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.ClipInput.CentreCrop;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Pooling;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.models.weights.WeightFileException;
import org.mae4j.models.weights.Weights;

/** Files whose tensors are not those of the model that is asked for, or that they say they are. */
class MisfitTest {

  private static final VideoMaeConfig CONFIG = SmallModels.VIDEO;

  @TempDir private Path folder;
  private final NDManager manager = TorchEngine.newManager();
  private final Map<String, NDArray> weights = weightsOf(CONFIG);

  private Map<String, NDArray> weightsOf(VideoMaeConfig config) {
    return new LinkedHashMap<>(Models.create(config, SmallModels.INPUT, manager, 1).weights());
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** Sizes that would take all memory, or that other models have. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"depth\":2|\"depth\":2147483647",
        "\"depth\":2|\"depth\":100000",
        "\"depth\":2|\"depth\":5",
        "\"depth\":2|\"depth\":1",
        "\"depth\":2|\"depth\":0",
        "\"depth\":1|\"depth\":2147483647",
        "\"depth\":1|\"depth\":2",
        "\"width\":12|\"width\":2147483646",
        "\"width\":12|\"width\":3000000",
        "\"width\":12|\"width\":6",
        "\"width\":8,\"depth\"|\"width\":2147483646,\"depth\"",
        "\"height\":8|\"height\":1073741824",
        "\"frames\":4,|\"frames\":1073741824,",
        "\"frames\":2|\"frames\":1",
        "\"height\":4|\"height\":0",
        "\"mlpRatio\":4.0|\"mlpRatio\":1e300",
        "\"mlpRatio\":4.0|\"mlpRatio\":NaN",
        "\"predictedFrames\":4|\"predictedFrames\":2",
        "\"classToken\":true|\"classToken\":false",
        "\"qkvBias\":true|\"qkvBias\":false",
        "\"SEPARABLE\"|\"JOINT\"",
        "\"SIN_COS\"|\"EVIL\""
      })
  void aGeometryThatIsNotThatOfTheTensorsIsRefusedAtOnce(String from, String to) {
    String geometry = CONFIG.toJson();
    assertThat(geometry).contains(from);
    Path file = save(weights, Map.of("mae4j.config", geometry.replace(from, to)));

    Assertions.assertTimeout(
        Duration.ofSeconds(5),
        () -> {
          assertRefused(file, () -> Models.loadVideoMae(file, manager)).contains("geometry");
          assertRefused(file, () -> Models.vit(file)).contains("geometry");
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"mae4j.config", "mae4j.input"})
  void deepJsonIsRefused(String key) {
    for (String bomb : new String[] {"[", "{\"x\":", "{\"vit\":{\"clip\":[", "{\"sampling\":["}) {
      Path file = save(weights, Map.of(key, bomb.repeat(200_000)));
      assertRefused(file, () -> Models.loadVideoMae(file, manager)).hasSizeLessThan(3000);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void weightsThatAreNoNumbersAreRefused(float value) {
    weights.computeIfPresent("norm.bias", (name, bias) -> bias.mul(0).add(value));
    Path file = save(weights, Map.of());

    assertRefused(file, () -> Models.loadVideoMae(file, manager))
        .endsWith("tensor norm.bias has values that are infinite or no numbers");
  }

  @Test
  void largeWeightsAreNumbers() {
    weights.computeIfPresent("norm.bias", (name, bias) -> bias.mul(0).add(3e38f));
    Path file = save(weights, Map.of());

    assertThat(Models.loadVideoMae(file, manager).weights().get("norm.bias").getFloat(0))
        .isEqualTo(3e38f);
  }

  @Test
  void wordsFromTheFileCannotForgeALine() {
    Path file = save(weights, Map.of("mae4j.model", "\u001b[31mevil\n" + "x".repeat(1 << 20)));

    assertRefused(file, () -> Models.loadVideoMae(file, manager))
        .startsWith(file + ": is of kind \\u001b[31mevil\\n")
        .hasSizeLessThan(3000);
  }

  @Test
  void tellsAnotherDepthAndWidthFromNoDecoder() {
    VideoMaeConfig other =
        CONFIG.withVit(
            VitConfig.video(CONFIG.clip(), CONFIG.patch(), new TransformerShape(24, 3, 3)));

    assertMisfit(other, weights)
        .startsWith("does not fit: ")
        .endsWith(
            "; the file's encoder has 2 blocks of width 12, patches of 2x4x4, q, k and v apart;"
                + " asked for are 3 blocks of width 24, patches of 2x4x4, q, k and v apart");
    weights.keySet().removeIf(name -> name.startsWith("decoder_") || name.equals("mask_token"));
    assertMisfit(CONFIG, weights).startsWith("has no decoder, so it can reconstruct nothing: ");
    assertMisfit(other, weights).startsWith("does not fit: ").contains("2 blocks of width 12");
  }

  @Test
  void ofMoreBlocksNoneIsLeftOut() {
    VideoMaeConfig shallow =
        CONFIG.withVit(
            VitConfig.video(CONFIG.clip(), CONFIG.patch(), new TransformerShape(12, 1, 3)));
    VitClassifier classifier =
        Models.create(
            new ClassifierConfig(shallow.vit(), 0, Pooling.MEAN), SmallModels.INPUT, manager, 1);

    assertMisfit(shallow, weights).contains("has 2 blocks of width 12").contains("are 1 block of");
    assertThat(
            catchThrowable(
                () -> Models.replaceEncoder(classifier, Weights.of("a deeper one", weights))))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("does not fit the classifier's encoder: ");
  }

  @Test
  void tellsAnImageModelAndJoinedProjections() {
    Map<String, NDArray> image =
        Models.create(SmallModels.IMAGE, SmallModels.IMAGE_INPUT, manager, 1).weights();

    assertMisfit(CONFIG, image)
        .contains("patches of 4x4, q, k and v in one; asked for are 2 blocks of width 12")
        .endsWith("(WeightConversions.inflate makes a video model's weights of an image model's)");
    weights.put("blocks.0.attn.qkv.weight", weights.get("blocks.0.attn.q.weight"));
    weights.remove("blocks.0.attn.q.weight");
    assertMisfit(CONFIG, weights).endsWith("(WeightConversions.splitQkv cuts them apart)");
  }

  @Test
  void tellsPositionsOfAnotherGrid() {
    VideoMaeConfig larger = CONFIG.withVit(CONFIG.vit().withClip(new ClipShape(4, 16, 16)));

    assertThat(
            catchThrowable(
                () ->
                    Models.load(
                        larger,
                        SmallModels.INPUT.withCrop(CentreCrop.ofVideo(16)),
                        save(weights, Map.of()),
                        manager)))
        .hasMessageContaining(
            "its positions are of another grid or kind: WeightConversions.resize");
  }

  @ParameterizedTest
  @CsvSource({
    "videomae.encoder.layer.0.attention.attention.query.weight, Hugging Face's transformers",
    "encoder.layers.encoder_layer_0.ln_1.weight, no patch_embed",
    "encoder.blocks.0.attn.q_bias, VideoMAE repository",
    "conv1.weight, there is no patch_embed.proj.weight"
  })
  void tellsTheLayoutsOfOthers(String name, String whose) {
    assertMisfit(CONFIG, Map.of(name, manager.ones(new Shape(2)))).contains(whose);
  }

  @Test
  void tellsAHeadForOtherClasses() {
    VitClassifier classifier = Models.create(SmallModels.CLASSIFIER, SmallModels.INPUT, manager, 1);

    assertMisfit(SmallModels.CLASSIFIER.withClasses(7), classifier.weights())
        .endsWith("; the head is for another number of classes, or there is none");
    assertMisfit(SmallModels.CLASSIFIER, weights).contains("or there is none");
  }

  private AbstractStringAssert<?> assertMisfit(
      VitModelConfig<? extends Vit> config, Map<String, NDArray> tensors) {
    Path file = folder.resolve("foreign.safetensors");
    Safetensors.write(file, tensors, Map.of());
    String message =
        assertRefused(file, () -> Models.load(config, SmallModels.INPUT, file, manager)).actual();
    return assertThat(message.substring((file + ": ").length()));
  }

  private static AbstractStringAssert<?> assertRefused(Path file, ThrowingCallable loading) {
    return assertThat(catchThrowable(loading))
        .isInstanceOf(WeightFileException.class)
        .message()
        .startsWith(file + ": ")
        .matches(".*");
  }

  private Path save(Map<String, NDArray> tensors, Map<String, String> changes) {
    VideoMae model = Models.create(CONFIG, SmallModels.INPUT, manager, 1);
    Map<String, String> metadata =
        new HashMap<>(Models.metadata(model.config(), model.input(), Map.of()));
    metadata.putAll(changes);
    Path file = folder.resolve("file.safetensors");
    Safetensors.write(file, tensors, metadata);
    return file;
  }
}
