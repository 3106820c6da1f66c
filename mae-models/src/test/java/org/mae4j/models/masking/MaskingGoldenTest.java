package org.mae4j.models.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.Seeds;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.models.Golden;
import org.mae4j.models.Goldens;
import org.mae4j.models.Patches;
import org.mae4j.models.VideoMae;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.objective.MaskedError;
import org.mae4j.models.objective.PixelTarget;
import org.mae4j.models.torch.TorchEngine;

/** The reference's masks and what its model makes of them. */
class MaskingGoldenTest {

  private final Kernels kernels = new ScriptedKernels();
  private NDManager manager;

  @BeforeEach
  void openManager() {
    manager = TorchEngine.newManager();
  }

  @AfterEach
  void closeManager() {
    manager.close();
    kernels.close();
  }

  static Stream<Arguments> typesAndRatios() {
    return Stream.of("boundary", "temporal", "random")
        .flatMap(type -> Stream.of(0.25, 0.5, 0.75, 0.9).map(ratio -> Arguments.of(type, ratio)));
  }

  @ParameterizedTest
  @MethodSource("typesAndRatios")
  void visibleTokensAndLossEqualTheReference(String type, double ratio) {
    Golden golden = Golden.of("b_masks");
    String name = "t16." + type + "." + ratio + ".";
    Golden modelGolden = Golden.of("a_video_mae_t16");
    VideoMae model = Goldens.model(modelGolden, kernels, manager);
    NDArray kept = golden.tensor("masks_t16", name + "kept_sorted", manager);
    int[] keptOfFirst = Goldens.rows(kept).get(0);

    TokenMask mask = strategy(type, ratio).mask(model.grid(), Seeds.generator(1));
    if (type.equals("random")) {
      assertThat(mask.visibleCount()).isEqualTo(keptOfFirst.length);
    } else {
      assertThat(mask.visible()).isEqualTo(keptOfFirst);
    }

    List<TokenMask> masks =
        Goldens.rows(kept).stream()
            .map(row -> TokenMask.ofVisible(model.grid().tokens(), row))
            .toList();
    NDArray clips = modelGolden.tensor("input", "clip", manager);
    NDArray loss =
        MaskedError.SQUARED.of(
            model.decode(model.encode(clips, masks), masks),
            PixelTarget.of(model, false).of(clips),
            masks);
    double expected = golden.tensor("masks_t16", name + "loss", manager).getFloat();
    assertThat((double) loss.getFloat()).isCloseTo(expected, within(1e-6));
  }

  @Test
  void visibleCountsEqualTheReferencesTable() {
    for (JsonElement element : Golden.of("").json("a_len_keep_table").getAsJsonArray()) {
      JsonObject row = element.getAsJsonObject();
      int tokens = row.get("num_patches").getAsInt();
      int expected = row.get("len_keep").getAsInt();
      double ratio = row.get("mask_ratio").getAsDouble();
      if (expected > 0) {
        TokenMask mask =
            new RandomMasking(ratio).mask(new TokenGrid(1, 1, tokens), Seeds.generator(1));
        assertThat(mask.visibleCount()).as(row.toString()).isEqualTo(expected);
      }
    }
  }

  private static MaskingStrategy strategy(String type, double ratio) {
    return switch (type) {
      case "boundary" -> new CentreFramesMasking(ratio);
      case "temporal" -> new TemporalMasking(ratio);
      default -> new RandomMasking(ratio);
    };
  }

  @Test
  void centreFramesMaskingHidesTheFourMiddleFramesOfThePaper() {
    TokenGrid grid = new TokenGrid(8, 16, 16);
    TokenMask mask = new CentreFramesMasking(0.25).mask(grid, Seeds.generator(1));

    int[] hiddenSlots = Arrays.stream(mask.masked()).map(grid::slot).distinct().toArray();
    assertThat(hiddenSlots).containsExactly(3, 4);
    assertThat(mask.masked()).hasSize(2 * grid.tokensPerSlot());
  }

  @Test
  void randomMasksAreUniformOverTokens() {
    TokenGrid grid = new TokenGrid(2, 2, 4);
    int[] times = new int[grid.tokens()];
    int masks = 4_000;
    for (int i = 0; i < masks; i++) {
      TokenMask mask = new RandomMasking(0.75).mask(grid, Seeds.generator(1, i));
      for (int token : mask.visible()) {
        times[token]++;
      }
    }
    // Each token is visible with probability 1/4; 6 standard errors of 4000 draws are 0.041.
    for (int count : times) {
      assertThat((double) count / masks).isCloseTo(0.25, within(0.041));
    }
  }

  @Test
  void masksAreAFunctionOfTheSeed() {
    TokenGrid grid = new TokenGrid(4, 4, 4);
    MaskingStrategy masking = new RandomMasking(0.9);

    assertThat(masking.mask(grid, Seeds.generator(5, 6)))
        .isEqualTo(masking.mask(grid, Seeds.generator(5, 6)))
        .isNotEqualTo(masking.mask(grid, Seeds.generator(5, 7)));
  }

  @Test
  void visualizationsEqualTheReference() {
    for (String type : List.of("boundary", "temporal", "random")) {
      Golden golden = Golden.of("b_masks");
      String file = "visualize_t4_" + type;
      Golden modelGolden = Golden.of("a_video_mae_t4");
      VideoMae model = Goldens.model(modelGolden, kernels, manager);
      NDArray clips = modelGolden.tensor("input", "clip", manager).get(":1");
      List<TokenMask> masks =
          Collections.singletonList(Goldens.mask(golden.tensor(file, "mask", manager)));

      NDArray predictions = model.decode(model.encode(clips, masks), masks);
      NDArray loss =
          MaskedError.SQUARED.of(predictions, PixelTarget.of(model, false).of(clips), masks);

      double expected = golden.tensor(file, "loss", manager).getFloat();
      assertThat((double) loss.getFloat()).as(type).isCloseTo(expected, within(1e-5));
      // (1, 3, C, T, H, W): the clip, what is visible of it, and the predictions pasted beside
      // that.
      NDArray comparison = golden.tensor(file, "comparison", manager);
      NDArray masked = golden.tensor(file, "mask", manager).expandDims(2);
      NDArray target = Patches.patchify(clips, model.vit().patch());
      NDArray visible = target.sub(target.mul(masked));
      List<NDArray> rows = List.of(target, visible, visible.add(predictions.mul(masked)));
      for (int row = 0; row < rows.size(); row++) {
        NDArray drawn = Patches.unpatchify(rows.get(row), model.vit().clip(), model.vit().patch());
        assertThat(Golden.distance(drawn, comparison.get(":, " + row)))
            .as(type + ", row " + row)
            .isLessThan(1e-5);
      }
    }
  }
}
