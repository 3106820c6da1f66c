package org.mae4j.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.Pooling;
import org.mae4j.api.Seeds;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.models.objective.MaskedError;
import org.mae4j.models.objective.PixelTarget;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.Weights;

/** Arrays that do not fit are refused in one line, before libtorch sees them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusedArraysTest {

  private NDManager manager;
  private VideoMae mae;
  private VitClassifier classifier;
  private VitClassifier images;
  private PixelTarget pixels;

  @BeforeAll
  void makeModels() {
    manager = TorchEngine.newManager();
    mae = Models.create(SmallModels.VIDEO, SmallModels.INPUT, manager, 1);
    classifier = Models.create(SmallModels.CLASSIFIER, SmallModels.INPUT, manager, 1);
    images = Models.create(SmallModels.IMAGE_CLASSIFIER, SmallModels.IMAGE_INPUT, manager, 1);
    pixels = PixelTarget.of(mae, false);
  }

  @AfterAll
  void closeManager() {
    manager.close();
  }

  /** What takes clips (1, 3, 4, 8, 8), float32. */
  Map<String, Consumer<NDArray>> ofClips() {
    Map<String, Consumer<NDArray>> calls = new LinkedHashMap<>();
    calls.put("encode", clips -> mae.encode(clips, masks(1)));
    calls.put("embed", clips -> mae.embed(clips, Pooling.MEAN));
    calls.put("logits", classifier::logits);
    calls.put("features", classifier::features);
    calls.put("clipLogits", classifier::clipLogits);
    calls.put("clipFeatures", classifier::clipFeatures);
    calls.put("trainingLogits", clips -> classifier.trainingLogits(clips, Seeds.generator(1)));
    calls.put(
        "headTrainingLogits",
        clips -> classifier.headTrainingLogits(clips, List.of(Seeds.generator(1))));
    calls.put("attention", clips -> mae.attention(clips, 0, 1));
    calls.put("classAttention", clips -> mae.classAttention(clips, 0));
    calls.put("clipLogits of images", images::clipLogits);
    calls.put("clipFeatures of images", images::clipFeatures);
    calls.put("pixels", pixels::of);
    calls.put(
        "block",
        clips -> classifier.forward(new ParameterStore(manager, false), new NDList(clips), false));
    return calls;
  }

  Stream<String> namesOfCallsOfClips() {
    return ofClips().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("namesOfCallsOfClips")
  void clipsOfAnotherTypeOrShapeAreRefused(String name) {
    Consumer<NDArray> call = ofClips().get(name);
    call.accept(manager.ones(new Shape(1, 3, 4, 8, 8)));
    for (DataType type : List.of(DataType.FLOAT64, DataType.UINT8, DataType.INT64)) {
      assertRefused(() -> call.accept(manager.zeros(new Shape(1, 3, 4, 8, 8), type)))
          .isEqualTo("clips must be float32, but are " + type);
    }
    for (Shape shape :
        List.of(
            new Shape(),
            new Shape(0),
            new Shape(3, 4, 8, 8),
            new Shape(1, 3, 4, 8, 8, 1),
            new Shape(1, 3, 4, 8, 9),
            new Shape(1, 3, 4, 4, 8),
            new Shape(1, 1, 4, 8, 8),
            new Shape(1, 3, 0, 8, 8),
            new Shape(0, 3, 4, 8, 8))) {
      assertRefused(() -> call.accept(manager.zeros(shape)))
          .startsWith("clips must be (N, 3, ")
          .endsWith("but are " + shape);
    }
  }

  @Test
  void masksThatDoNotFitAreRefused() {
    NDArray clips = manager.ones(new Shape(1, 3, 4, 8, 8));
    NDArray predictions = manager.ones(new Shape(1, 8, 96));
    NDArray targets = pixels.of(clips);
    NDArray latents = manager.ones(new Shape(1, 9, 12));
    TokenMask of9 = TokenMask.ofVisible(9, 1);
    for (List<TokenMask> masks : List.of(List.<TokenMask>of(), List.of(of9), masks(2))) {
      assertRefused(() -> mae.encode(clips, masks)).contains("masks");
      assertRefused(() -> mae.decode(latents, masks)).contains("masks");
      assertRefused(() -> MaskedError.SQUARED.of(predictions, targets, masks)).contains("masks");
    }
  }

  @Test
  void latentsThatDoNotFitAreRefused() {
    List<TokenMask> all = List.of(TokenMask.allVisible(mae.grid()));
    assertRefused(() -> mae.decode(manager.zeros(new Shape(1, 9, 12), DataType.FLOAT64), all))
        .isEqualTo("latents must be float32, but are float64");
    for (Shape shape :
        List.of(
            new Shape(),
            new Shape(1, 9),
            new Shape(1, 8, 12),
            new Shape(1, 9, 11),
            new Shape(0, 9, 12))) {
      assertRefused(() -> mae.decode(manager.zeros(shape), all))
          .startsWith("latents ")
          .endsWith("but are " + shape);
    }
    assertRefused(() -> mae.decode(manager.zeros(new Shape(0, 9, 12)), List.of()))
        .contains("N at least 1");
  }

  @Test
  void predictionsThatDoNotFitAreRefused() {
    NDArray targets = pixels.of(manager.ones(new Shape(1, 3, 4, 8, 8)));
    assertRefused(
            () ->
                MaskedError.SQUARED.of(
                    manager.zeros(new Shape(1, 8, 96), DataType.FLOAT16), targets, masks(1)))
        .isEqualTo("predictions must be float32, but are float16");
    for (Shape shape :
        List.of(new Shape(), new Shape(1, 8), new Shape(1, 8, 95), new Shape(2, 8, 96))) {
      assertRefused(() -> MaskedError.SQUARED.of(manager.zeros(shape), targets, masks(1)))
          .isEqualTo("predictions must be (1, 8, 96), but are " + shape);
    }
  }

  @Test
  void patchesThatDoNotFitAreRefused() {
    for (Shape shape :
        List.of(
            new Shape(),
            new Shape(1, 3, 4, 8),
            new Shape(1, 4, 4, 8, 8),
            new Shape(0, 3, 4, 8, 8))) {
      assertRefused(() -> Patches.patchify(manager.zeros(shape), SmallModels.VIDEO.patch()))
          .endsWith("but are " + shape);
    }
    assertRefused(
            () ->
                Patches.patchify(
                    manager.zeros(new Shape(1, 3, 4, 8, 9)), SmallModels.VIDEO.patch()))
        .isEqualTo("clip width 9 is not a multiple of patch width 4");
    for (Shape shape :
        List.of(
            new Shape(),
            new Shape(1, 8),
            new Shape(1, 7, 96),
            new Shape(1, 8, 97),
            new Shape(0, 8, 96))) {
      assertRefused(
              () ->
                  Patches.unpatchify(
                      manager.zeros(shape), SmallModels.VIDEO.clip(), SmallModels.VIDEO.patch()))
          .isEqualTo("patches must be (N, 8, 96), N at least 1, but are " + shape);
    }
  }

  @Test
  void latentsToPoolThatDoNotFitAreRefused() {
    TokenGrid grid = mae.grid();
    for (Pooling pooling : Pooling.values()) {
      assertRefused(() -> pooling.pool(manager.zeros(new Shape(1, 9, 12), DataType.INT64), grid, 1))
          .isEqualTo("latents must be float32, but are int64");
      for (Shape shape :
          List.of(new Shape(), new Shape(9, 12), new Shape(1, 8, 12), new Shape(0, 9, 12))) {
        assertRefused(() -> pooling.pool(manager.zeros(shape), grid, 1))
            .isEqualTo("latents to pool must be (N, 9, D), N at least 1, but are " + shape);
      }
    }
    assertRefused(() -> Pooling.MEAN.pool(manager.zeros(new Shape(1, 9, 12)), grid, -1))
        .isEqualTo("prefix must be at least 0, but was -1");
  }

  @Test
  void aWrongNumberOfGeneratorsIsRefused() {
    NDArray clips = manager.ones(new Shape(2, 3, 4, 8, 8));
    assertRefused(() -> classifier.trainingLogits(clips, List.of(Seeds.generator(1))))
        .isEqualTo("a batch of 2 clips needs as many generators, but got 1");
    assertRefused(() -> classifier.headTrainingLogits(clips, new ArrayList<>()))
        .isEqualTo("a batch of 2 clips needs as many generators, but got 0");
  }

  @Test
  void visibleTokensOfABlockThatDoNotFitAreRefused() {
    NDArray clips = manager.ones(new Shape(1, 3, 4, 8, 8));
    for (NDArray visible :
        List.of(
            manager.zeros(new Shape(1, 2)),
            manager.zeros(new Shape(2, 2), DataType.INT64),
            manager.zeros(new Shape(2), DataType.INT64))) {
      assertRefused(
              () ->
                  mae.forward(
                      new ParameterStore(manager, false), new NDList(clips, visible), false))
          .startsWith("visible tokens must be (1, V), int64, but are " + visible.getShape());
    }
  }

  @Test
  void aBatchThatIsNoneIsRefused() {
    List<ClipInfo> one = List.of(ClipInfo.unlabelled("a"));
    for (Shape shape : List.of(new Shape(), new Shape(2, 3, 4, 8, 8))) {
      assertRefused(() -> new ClipBatch(manager.zeros(shape), one, 0))
          .isEqualTo("a batch of " + shape + " must have as many sources, but has 1");
    }
  }

  @Test
  void weightsOfAnotherTypeAreRefused() {
    Map<String, NDArray> arrays = Map.of("norm.bias", manager.zeros(new Shape(3), DataType.INT32));
    assertRefused(() -> Weights.of("memory", arrays))
        .isEqualTo("values of norm.bias must be float32, but are int32");
  }

  @Test
  void nothingIsLeftOfARefusal() {
    NDArray clips = manager.ones(new Shape(1, 3, 4, 8, 8));
    int before = manager.getManagedArrays().size();

    assertRefused(() -> mae.encode(clips, masks(2))).contains("masks");
    assertRefused(() -> classifier.trainingLogits(clips, List.of())).contains("generators");

    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  private List<TokenMask> masks(int count) {
    return Collections.nCopies(count, TokenMask.ofVisible(mae.grid().tokens(), 1, 4, 6));
  }

  private static AbstractStringAssert<?> assertRefused(Runnable call) {
    Throwable refusal = catchThrowable(call::run);
    return assertThat(refusal).isInstanceOf(IllegalArgumentException.class).message().matches(".*");
  }
}
