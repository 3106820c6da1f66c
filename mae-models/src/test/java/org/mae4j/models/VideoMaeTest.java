package org.mae4j.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipShape;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.PatchShape;
import org.mae4j.api.Seeds;
import org.mae4j.api.TokenMask;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.PortableKernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.masking.RandomMasking;
import org.mae4j.models.objective.MaskedError;
import org.mae4j.models.objective.PixelTarget;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.models.weights.WeightFile;
import org.mae4j.models.weights.WeightFileException;
import org.mae4j.models.weights.Weights;
import org.mae4j.models.weights.Weights.LoadReport;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VideoMaeTest {

  /** A geometry in which no two sides are equal. */
  private static final VideoMaeConfig ODD =
      new VideoMaeConfig(
          VitConfig.video(
              new ClipShape(6, 20, 12), new PatchShape(3, 5, 4), new TransformerShape(12, 1, 3)),
          new TransformerShape(8, 1, 2));

  /** One of a square, as inputs are. */
  private static final VideoMaeConfig SQUARE =
      ODD.withVit(ODD.vit().withClip(new ClipShape(6, 20, 20)));

  private static final ClipInput INPUT = ClipInput.video(new FrameSampling(6, 1, 30), 20);

  @TempDir Path folder;
  private final Kernels kernels = new ScriptedKernels();
  private NDManager manager;

  @BeforeEach
  void openManager() {
    manager = TorchEngine.newManager();
  }

  @AfterEach
  void closeManager() {
    manager.close();
  }

  @AfterAll
  void closeKernels() {
    kernels.close();
  }

  @Test
  void predictsEveryPatchOfAnyGeometry() {
    VideoMae model = Models.create(ODD, kernels, manager, 1);
    List<TokenMask> masks = masks(model, 2);

    NDArray latents = model.encode(clips(2), masks);
    NDArray predictions = model.decode(latents, masks);

    assertThat(model.grid().tokens()).isEqualTo(2 * 4 * 3);
    assertThat(latents.getShape()).isEqualTo(new Shape(2, 1 + masks.get(0).visibleCount(), 12));
    assertThat(predictions.getShape()).isEqualTo(new Shape(2, 24, 3 * 5 * 4 * 3));
  }

  @Test
  void sameSeedGivesSameWeights() {
    Map<String, NDArray> first = Models.create(ODD, kernels, manager, 9).weights();
    Map<String, NDArray> second = Models.create(ODD, kernels, manager, 9).weights();
    Map<String, NDArray> other = Models.create(ODD, kernels, manager, 10).weights();

    first.forEach((name, weight) -> assertThat(second.get(name)).isEqualTo(weight));
    assertThat(other.get("patch_embed.proj.weight"))
        .isNotEqualTo(first.get("patch_embed.proj.weight"));
  }

  @Test
  void weightsOfNeighbouringSeedsHaveNothingInCommon() {
    float[] first = patchProjection(1);
    float[] next = patchProjection(2);

    // Nor may one be the other, shifted: streams of one generator can overlap.
    assertThat(first).doesNotContain(Arrays.copyOf(next, 50));
  }

  private float[] patchProjection(long seed) {
    return Models.create(ODD, kernels, manager, seed)
        .weights()
        .get("patch_embed.proj.weight")
        .toFloatArray();
  }

  @Test
  void startsAsThePaperDoes() {
    VideoMaeConfig config =
        new VideoMaeConfig(
            VitConfig.video(
                new ClipShape(16, 112, 112),
                new PatchShape(2, 14, 14),
                new TransformerShape(96, 1, 3)),
            new TransformerShape(64, 1, 2));
    Map<String, NDArray> weights = Models.create(config, kernels, manager, 1).weights();

    // xavier uniform: +-sqrt(6 / (fan in + fan out)), whose standard deviation is that / sqrt(3).
    double bound = Math.sqrt(6.0 / (1176 + 96));
    NDArray projection = weights.get("patch_embed.proj.weight");
    assertThat(Golden.largest(projection)).isBetween(0.99 * bound, bound);
    assertThat(deviation(projection))
        .isBetween(0.98 * bound / Math.sqrt(3), 1.02 * bound / Math.sqrt(3));
    assertThat(deviation(weights.get("pos_embed_spatial"))).isBetween(0.019, 0.021);
    assertThat(Golden.largest(weights.get("decoder_cls_token"))).isZero();
    assertThat(Golden.largest(weights.get("blocks.0.attn.q.bias"))).isZero();
    assertThat(weights.get("norm.weight").min().getFloat()).isEqualTo(1);
  }

  private static double deviation(NDArray array) {
    return Math.sqrt(array.sub(array.mean()).square().mean().getFloat());
  }

  @Test
  void savedModelLoadsWithItsGeometryAndPredictsTheSame() {
    VideoMae model = Models.create(SQUARE, INPUT, kernels, manager, 1);
    Path file = folder.resolve("model.safetensors");
    Models.save(model, file, Map.of("note", "test"));

    VideoMae loaded = Models.loadVideoMae(file, manager);

    List<TokenMask> masks = masks(model, 1);
    assertThat(loaded.config()).isEqualTo(SQUARE);
    assertThat(loaded.encode(clips(1, SQUARE.clip()), masks))
        .isEqualTo(model.encode(clips(1, SQUARE.clip()), masks));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "null", "", "{\"encoder\":{\"width\":8,\"heads\":3}}"})
  void refusesAFileWhoseGeometryCannotBeRead(String geometry) {
    Path file = folder.resolve("model.safetensors");
    Safetensors.write(file, Map.of(), Map.of("mae4j.model", "video_mae", "mae4j.config", geometry));

    assertThatThrownBy(() -> Models.loadVideoMae(file, manager))
        .isInstanceOf(WeightFileException.class)
        .hasMessageStartingWith(file + ": of kind video_mae: not a model geometry: ");
  }

  @Test
  void loadsWeightsOfHalfPrecisionAsFloat32() {
    VideoMae model = Models.create(ODD, kernels, manager, 1);
    Map<String, NDArray> weights = new HashMap<>(model.weights());
    weights.computeIfPresent(
        "mask_token", (name, value) -> value.stopGradient().toType(DataType.FLOAT16, true));
    Path file = folder.resolve("half.safetensors");
    Safetensors.write(file, weights, Map.of());

    NDArray loaded =
        Models.load(ODD, Weights.of(WeightFile.open(file)), kernels, manager)
            .weights()
            .get("mask_token");

    assertThat(loaded.getDataType()).isEqualTo(DataType.FLOAT32);
    assertThat(Golden.distance(loaded, model.weights().get("mask_token"))).isBetween(1e-9, 1e-4);
  }

  @Test
  void refusesWeightsOfAnotherGeometryByName() {
    Path file = folder.resolve("model.safetensors");
    Models.save(Models.create(SQUARE, INPUT, kernels, manager, 1), file, Map.of());

    assertThatThrownBy(
            () ->
                Models.load(
                    VideoMaeConfig.TOY, Weights.of(WeightFile.open(file)), kernels, manager))
        .isInstanceOf(WeightFileException.class)
        .hasMessageStartingWith(
            file + ": does not fit: 0 tensors match; 64 missing (blocks.1.norm1")
        .hasMessageContaining("blocks.0.attn.k.bias: expected (128), found (12)");
  }

  @Test
  void refusesToReconstructFromAFileWithoutADecoder() {
    Path file = folder.resolve("encoder.safetensors");
    Map<String, NDArray> weights = new HashMap<>(Models.create(ODD, kernels, manager, 1).weights());
    weights.keySet().removeIf(name -> name.startsWith("decoder_") || name.equals("mask_token"));
    Safetensors.write(file, weights, Map.of());

    assertThatThrownBy(() -> Models.load(ODD, Weights.of(WeightFile.open(file)), kernels, manager))
        .isInstanceOf(WeightFileException.class)
        .hasMessageStartingWith(file + ": has no decoder, so it can reconstruct nothing: ");
  }

  @Test
  void replacesWeightsInPlaceAndReportsTheRest() {
    VideoMae model = Models.create(SQUARE, INPUT, kernels, manager, 1);
    VideoMae other = Models.create(SQUARE, INPUT, kernels, manager, 2);
    Path file = folder.resolve("other.safetensors");
    Models.save(other, file, Map.of());
    Weights weights = Weights.of(WeightFile.open(file));
    NDArray kept = model.weights().get("decoder_pred.weight").duplicate();
    NDArray array = model.weights().get("norm.weight");

    LoadReport report =
        Models.replaceWeights(model, weights.without(name -> name.startsWith("decoder")), false);

    assertThat(report.missing()).contains("decoder_pred.weight").hasSizeGreaterThan(10);
    assertThat(report.unexpected()).isEmpty();
    assertThat(model.weights().get("norm.weight")).isSameAs(array);
    assertThat(model.weights().get("mask_token")).isEqualTo(other.weights().get("mask_token"));
    assertThat(model.weights().get("decoder_pred.weight")).isEqualTo(kept);
  }

  @Test
  void aTruncatedFileLeavesTheOldWeights() throws IOException {
    VideoMae model = Models.create(SQUARE, INPUT, kernels, manager, 1);
    Path file = folder.resolve("other.safetensors");
    Models.save(Models.create(SQUARE, INPUT, kernels, manager, 2), file, Map.of());
    Weights weights = Weights.of(WeightFile.open(file));
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 100));
    Map<String, NDArray> before = new HashMap<>();
    model.weights().forEach((name, weight) -> before.put(name, weight.duplicate()));

    assertThatThrownBy(() -> Models.replaceWeights(model, weights, true))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("cut short");

    model.weights().forEach((name, weight) -> assertThat(weight).isEqualTo(before.get(name)));
  }

  @Test
  void worksAsABlockOfDjl() {
    VideoMae model = Models.create(ODD, kernels, manager, 1);
    List<TokenMask> masks = masks(model, 1);
    NDArray visible =
        manager.create(masks.get(0).visible()).toType(DataType.INT64, false).expandDims(0);

    NDArray predictions =
        model
            .forward(new ParameterStore(manager, false), new NDList(clips(1), visible), false)
            .singletonOrThrow();

    assertThat(predictions).isEqualTo(model.decode(model.encode(clips(1), masks), masks));
  }

  @Test
  void keepsNoArraysBesideTheResult() {
    VideoMae model = Models.create(ODD, kernels, manager, 1);
    List<TokenMask> masks = masks(model, 2);
    NDArray clips = clips(2);
    int before = manager.getManagedArrays().size();

    model.decode(model.encode(clips, masks), masks);

    assertThat(manager.getManagedArrays().size() - before).isEqualTo(2);
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("allKernels")
  void gradientsSurviveGarbageCollectionBetweenForwardAndBackward(Kernels either) {
    VideoMae model = Models.create(ODD, either, manager, 1);
    List<TokenMask> masks = masks(model, 8);

    List<float[]> undisturbed = gradients(model, masks, () -> {});
    model.weights().values().forEach(weight -> weight.getGradient().subi(weight.getGradient()));
    List<float[]> disturbed = gradients(model, masks, VideoMaeTest::collectGarbage);

    for (int i = 0; i < undisturbed.size(); i++) {
      assertThat(disturbed.get(i)).isEqualTo(undisturbed.get(i));
    }
  }

  Stream<Kernels> allKernels() {
    return Stream.of(kernels, new PortableKernels());
  }

  private List<float[]> gradients(VideoMae model, List<TokenMask> masks, Runnable between) {
    try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
      NDArray clips = clips(masks.size());
      NDArray predictions = model.decode(model.encode(clips, masks), masks);
      NDArray loss =
          MaskedError.SQUARED.of(predictions, PixelTarget.of(model, false).of(clips), masks);
      between.run();
      collector.backward(loss);
    }
    return model.weights().values().stream().map(w -> w.getGradient().toFloatArray()).toList();
  }

  /** Frees what Java no longer holds and overwrites it. */
  private static void collectGarbage() {
    for (int round = 0; round < 5; round++) {
      System.gc();
      for (int i = 0; i < 2_000; i++) {
        ByteBuffer junk = ByteBuffer.allocateDirect(64 << (i % 8));
        while (junk.hasRemaining()) {
          junk.put((byte) 1);
        }
      }
    }
  }

  @Test
  void refusesClipsOfAnotherShape() {
    VideoMae model = Models.create(ODD, kernels, manager, 1);
    NDArray clips = manager.zeros(new Shape(1, 3, 6, 20, 20));

    assertThatThrownBy(() -> model.encode(clips, masks(model, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("clips must be (N, 3, 6, 20, 12), N at least 1, but are (1, 3, 6, 20, 20)");
  }

  @Test
  void refusesMasksThatKeepDifferentNumbersOfTokens() {
    VideoMae model = Models.create(ODD, kernels, manager, 1);
    List<TokenMask> masks =
        List.of(TokenMask.ofVisible(24, 1, 2, 3), TokenMask.ofVisible(24, 1, 2));

    assertThatThrownBy(() -> model.encode(clips(2), masks))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the masks of a batch must all keep 3 of 24 tokens, but one keeps 2 of 24");
  }

  @Test
  void refusesLatentsOfOtherMasks() {
    VideoMae model = Models.create(ODD, kernels, manager, 1);
    int visible = masks(model, 1).get(0).visibleCount();
    NDArray latents = manager.zeros(new Shape(1, visible + 2, 12));

    assertThatThrownBy(() -> model.decode(latents, masks(model, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "latents of these masks must be (1, %s, 12), but are (1, %s, 12)",
            visible + 1, visible + 2);
  }

  @Test
  void refusesAWrongNumberOfMasks() {
    VideoMae model = Models.create(ODD, kernels, manager, 1);

    assertThatThrownBy(() -> model.encode(clips(2), masks(model, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a batch of 2 clips needs as many masks, but got 1");
  }

  @Test
  void refusesAGeometryThatDoesNotDivide() {
    assertThatThrownBy(
            () ->
                VitConfig.video(
                    new ClipShape(16, 224, 224),
                    new PatchShape(2, 15, 15),
                    new TransformerShape(12, 1, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("clip height 224 is not a multiple of patch height 15");
  }

  @Test
  void refusesALossOverNothing() {
    VideoMae model = Models.create(ODD, kernels, manager, 1);
    List<TokenMask> all = Collections.singletonList(TokenMask.allVisible(model.grid()));
    NDArray predictions = model.decode(model.encode(clips(1), all), all);

    assertThatThrownBy(
            () ->
                MaskedError.SQUARED.of(predictions, PixelTarget.of(model, false).of(clips(1)), all))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no loss over masks that hide no token");
  }

  @Test
  void unpatchifyUndoesPatchify() {
    NDArray clips = clips(2);
    NDArray patches = Patches.patchify(clips, ODD.patch());

    assertThat(Patches.unpatchify(patches, ODD.clip(), ODD.patch())).isEqualTo(clips);
  }

  private NDArray clips(int count) {
    return clips(count, ODD.clip());
  }

  private NDArray clips(int count, ClipShape clip) {
    Shape shape = new Shape(count, 3, clip.frames(), clip.height(), clip.width());
    return manager.arange(0f, (float) shape.size()).mul(0.37f).sin().reshape(shape);
  }

  private static List<TokenMask> masks(VideoMae model, int count) {
    return Collections.nCopies(
        count, new RandomMasking(0.7).mask(model.grid(), Seeds.generator(4)));
  }
}
