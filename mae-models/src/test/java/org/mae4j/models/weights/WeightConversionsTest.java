package org.mae4j.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.mae4j.api.Pooling;
import org.mae4j.api.TokenGrid;
import org.mae4j.models.ClassifierConfig;
import org.mae4j.models.Golden;
import org.mae4j.models.Models;
import org.mae4j.models.VitClassifier;
import org.mae4j.models.VitConfig;
import org.mae4j.models.VitSize;
import org.mae4j.models.kernels.PortableKernels;
import org.mae4j.models.torch.TorchEngine;

class WeightConversionsTest {

  @TempDir private Path folder;
  private NDManager manager;

  @BeforeEach
  void openManager() {
    manager = TorchEngine.newManager();
  }

  @AfterEach
  void closeManager() {
    manager.close();
  }

  /** The paper's code: bicubic by size. */
  @ParameterizedTest
  @CsvSource({"4, 6", "4, 8", "6, 4", "16, 32", "16, 7"})
  void spatialPositionsEqualTheReferences(int from, int to) {
    Golden golden = Golden.of("g_pos_embed");
    String name = from + "to" + to;
    NDArray table = golden.tensor("interpolate", name + ".in", manager);

    NDArray resized =
        resized(
            Map.of("pos_embed_spatial", table),
            new TokenGrid(8, from, from),
            new TokenGrid(8, to, to),
            WeightConversions.PositionRule.BY_SIZE,
            "pos_embed_spatial");

    NDArray expected = golden.tensor("interpolate", name + ".out", manager);
    assertThat(Golden.distance(resized, expected)).isLessThan(1e-5);
  }

  /** eminorhan/mae_st: bicubic by a scale factor. */
  @Test
  void positionsByScaleFactorEqualTheReferences() {
    Golden golden = Golden.of("c_video_vit");

    NDArray resized =
        resized(
            Map.of("pos_embed_spatial", golden.tensor("weights", "pos_embed_spatial", manager)),
            new TokenGrid(8, 4, 4),
            new TokenGrid(8, 6, 6),
            WeightConversions.PositionRule.BY_SCALE_FACTOR,
            "pos_embed_spatial");

    NDArray expected = golden.tensor("any_size_mae_st", "pos_embed_spatial_6x6", manager);
    assertThat(Golden.distance(resized, expected)).isLessThan(1e-5);
  }

  /** facebookresearch/mae: the class token's row stays. */
  @Test
  void imagePositionsEqualTheReferences() {
    Golden golden = Golden.of("f_image_vit");

    NDArray resized =
        resized(
            Map.of("pos_embed", golden.tensor("pos_embed_interpolated", "from_4x4_cls", manager)),
            new TokenGrid(1, 4, 4),
            new TokenGrid(1, 6, 6),
            WeightConversions.PositionRule.BY_SIZE,
            "pos_embed");

    NDArray expected = golden.tensor("pos_embed_interpolated", "to_6x6_cls", manager);
    assertThat(Golden.distance(resized, expected)).isLessThan(1e-5);
  }

  @ParameterizedTest
  @EnumSource(WeightConversions.PositionRule.class)
  void positionsOfTheSameGridStay(WeightConversions.PositionRule rule) {
    NDArray table = manager.randomNormal(new Shape(1, 16, 3));
    TokenGrid grid = new TokenGrid(1, 4, 4);

    NDArray resized =
        resized(Map.of("pos_embed_spatial", table), grid, grid, rule, "pos_embed_spatial");

    assertThat(resized).isEqualTo(table);
  }

  @Test
  void refusesToSplitWhatHasNoThreeParts() {
    Path file = folder.resolve("odd.safetensors");
    Safetensors.write(file, Map.of("a.attn.qkv.bias", manager.zeros(new Shape(7))), Map.of());
    Weights weights = Weights.of(WeightFile.open(file));

    assertThatThrownBy(() -> WeightConversions.splitQkv(weights))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(file + ": a.attn.qkv.bias of (7) has no three parts");
  }

  @Test
  void temporalPositionsAreStretchedLinearly() {
    NDArray table = manager.create(new float[] {0, 1, 2, 3}, new Shape(1, 4, 1));

    NDArray resized =
        resized(
            Map.of("pos_embed_temporal", table),
            new TokenGrid(4, 1, 1),
            new TokenGrid(8, 1, 1),
            WeightConversions.PositionRule.BY_SIZE,
            "pos_embed_temporal");

    assertThat(resized.toFloatArray())
        .containsExactly(0, 0.25f, 0.75f, 1.25f, 1.75f, 2.25f, 2.75f, 3);
  }

  @Test
  void refusesATableOfAnotherGrid() {
    NDArray table = manager.zeros(new Shape(1, 9, 2));

    assertThatThrownBy(
            () ->
                resized(
                    Map.of("pos_embed_spatial", table),
                    new TokenGrid(1, 4, 4),
                    new TokenGrid(1, 6, 6),
                    WeightConversions.PositionRule.BY_SIZE,
                    "pos_embed_spatial"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(1, 9, 2) has not the 16 rows");
  }

  @Test
  void splittingAndFusingGivesBackTheSame() {
    Weights image = Weights.of(Golden.of("f_image_vit").tensors("weights_cls"));

    Weights split = WeightConversions.splitQkv(image);
    Weights fused = WeightConversions.fuseQkv(split);

    assertThat(split.tensors()).containsKey("blocks.1.attn.k.bias");
    assertThat(split.tensors()).doesNotContainKey("blocks.1.attn.qkv.bias");
    assertThat(fused.tensors().keySet())
        .containsExactlyInAnyOrderElementsOf(image.tensors().keySet());
    image
        .tensors()
        .forEach(
            (name, tensor) ->
                assertThat(fused.tensors().get(name).read(manager))
                    .as(name)
                    .isEqualTo(tensor.read(manager)));
  }

  @Test
  void inflatedModelSeesEverySlotOfAStaticClipAlike() {
    VitConfig image = VitConfig.image(VitSize.TINY, 32);
    PortableKernels kernels = new PortableKernels();
    VitClassifier imageModel =
        Models.create(new ClassifierConfig(image, 0, Pooling.CLASS_TOKEN), kernels, manager, 1);
    VitConfig video = VitConfig.video(VitSize.TINY, 32);

    VitClassifier videoModel =
        Models.load(
            new ClassifierConfig(video, 0, Pooling.CLASS_TOKEN),
            WeightConversions.inflate(Weights.of("image model", imageModel.weights()), 2, 8),
            kernels,
            manager);

    NDArray picture = manager.randomNormal(new Shape(1, 3, 1, 32, 32));
    NDArray clip = picture.broadcast(1, 3, 16, 32, 32);
    assertThat(
            Golden.distance(
                videoModel.attention(clip, 0, 1).get(":, :, :, 1:5"),
                videoModel.attention(clip, 0, 1).get(":, :, :, 5:9")))
        .isLessThan(1e-6);
    NDArray patches = imageModel.weights().get("patch_embed.proj.weight");
    NDArray inflated = videoModel.weights().get("patch_embed.proj.weight");
    assertThat(Golden.distance(inflated.sum(new int[] {2}), patches)).isLessThan(1e-6);
  }

  private NDArray resized(
      Map<String, NDArray> tables,
      TokenGrid from,
      TokenGrid to,
      WeightConversions.PositionRule rule,
      String name) {
    Path file = folder.resolve("tables.safetensors");
    Safetensors.write(file, new LinkedHashMap<>(tables), Map.of());
    Weights weights =
        WeightConversions.resizePositions(Weights.of(WeightFile.open(file)), from, to, rule);
    NDArray read = weights.tensors().get(name).read(manager);
    assertThat(read.getShape()).isEqualTo(weights.tensors().get(name).shape());
    return read;
  }
}
