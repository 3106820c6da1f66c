package org.mae4j.models.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Encoder;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.models.ImageMaeConfig;
import org.mae4j.models.MaskedAutoencoderConfig;
import org.mae4j.models.ModelConfig;
import org.mae4j.models.Models;
import org.mae4j.models.SmallModels;
import org.mae4j.models.VideoMae;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.WeightFileException;

/** What decoders predict: in geometries, models, files, and by the names of objectives. */
class ObjectiveTest {

  private static final VideoMaeConfig PIXELS = SmallModels.VIDEO;
  private static final VideoMaeConfig LATENTS = PIXELS.predictingLatents(12);

  @TempDir Path folder;
  private NDManager manager;

  @BeforeEach
  void openManager() {
    manager = TorchEngine.newManager();
  }

  @AfterEach
  void closeManager() {
    manager.close();
  }

  static List<MaskedAutoencoderConfig<?>> geometries() {
    return List.of(SmallModels.VIDEO, SmallModels.IMAGE);
  }

  @ParameterizedTest
  @MethodSource("geometries")
  void aGeometryIsFittedToEachObjectiveAndBack(MaskedAutoencoderConfig<?> pixels) {
    MaskedAutoencoderConfig<?> latents =
        (MaskedAutoencoderConfig<?>) Objective.LATENTS.fitted(pixels);

    assertThat(latents.predictedValues()).isEqualTo(pixels.encoder().width());
    assertThat(Objective.LATENTS.fitted(latents)).isSameAs(latents);
    assertThat(Objective.PIXELS.fitted(latents)).isEqualTo(pixels);
    assertThat(Objective.NORMALIZED_PIXELS.fitted(pixels)).isSameAs(pixels);
    Objective.LATENTS.requireFit(latents);
  }

  @Test
  void aDecoderThatPredictsSomethingElseIsNamedWithTheObjective() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Objective.LATENTS.requireFit(PIXELS))
        .withMessage(
            "the objective LATENTS needs a decoder that predicts latents of the encoder's width 12"
                + " (latentWidth 12), but the model's predicts pixels");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Objective.PIXELS.requireFit(PIXELS.predictingLatents(7)))
        .withMessage(
            "the objective PIXELS needs a decoder that predicts pixels (latentWidth none), but the"
                + " model's predicts latents of width 7");
    try (VideoMae model = Models.create(LATENTS, SmallModels.INPUT, manager, 1)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Objective.NORMALIZED_PIXELS.target(model))
          .withMessage("pixels are no target of a decoder that predicts latents of width 12");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PIXELS.predictingLatents(0))
        .withMessage("width of predicted latents must be at least 1, but was 0");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OWN")
  void targetsHaveTheShapeOfPredictions(Objective objective) {
    VideoMaeConfig config = (VideoMaeConfig) objective.fitted(PIXELS);
    try (VideoMae model = Models.create(config, SmallModels.INPUT, manager, 1);
        PredictionTarget target = objective.target(model)) {
      NDArray clips = manager.ones(new Shape(2, 3, 4, 8, 8));
      TokenMask mask = TokenMask.ofVisible(model.grid().tokens(), 1, 2);
      NDArray predictions =
          model.decode(model.encode(clips, List.of(mask, mask)), List.of(mask, mask));

      assertThat(target.of(clips).getShape()).isEqualTo(predictions.getShape());
      assertThat(target.width()).isEqualTo(model.predictedValues());
      assertThat(model.predictsPixels()).isEqualTo(objective != Objective.LATENTS);
    }
  }

  @Test
  void pixelsOfAnyEncoderAreThoseBehindItsTokens() {
    Encoder other =
        new Encoder() {
          @Override
          public ClipShape clip() {
            return PIXELS.clip();
          }

          @Override
          public TokenGrid grid() {
            return PIXELS.grid();
          }

          @Override
          public int width() {
            return 1;
          }

          @Override
          public NDArray encode(NDArray clips, List<TokenMask> masks) {
            throw new AssertionError("never asked");
          }
        };
    assertThat(PixelTarget.of(other, true))
        .isEqualTo(new PixelTarget(PIXELS.grid(), PIXELS.patch(), true))
        .hasToString("pixels normalised per patch");
  }

  @Test
  void filesSayWhatTheDecoderPredicts() {
    Path file = folder.resolve("latents.safetensors");
    try (VideoMae model = Models.create(LATENTS, SmallModels.INPUT, manager, 1)) {
      Models.save(model, file);
    }
    try (VideoMae model = Models.loadVideoMae(file, manager)) {
      assertThat(model.config()).isEqualTo(LATENTS);
      assertThat(model.weights().get("decoder_pred.weight").getShape()).isEqualTo(new Shape(12, 8));
      assertThatIllegalStateException()
          .isThrownBy(model::predictedPatch)
          .withMessage("the decoder predicts latents of width 12, no pixels");
    }
    assertThatIllegalStateException().isThrownBy(LATENTS::predictedPatch);
    assertThat(LATENTS.toJson()).contains("\"latentWidth\":12");
    assertThat(PIXELS.toJson()).doesNotContain("latentWidth");
    assertThat(ModelConfig.fromJson(PIXELS.toJson(), VideoMaeConfig.class)).isEqualTo(PIXELS);
    ImageMaeConfig image = SmallModels.IMAGE.predictingLatents(5);
    assertThat(ModelConfig.fromJson(image.toJson(), ImageMaeConfig.class)).isEqualTo(image);
  }

  @Test
  void weightsOfTheOtherKindOfDecoderAreRefused() {
    Path file = folder.resolve("pixels.safetensors");
    try (VideoMae model = Models.create(PIXELS, SmallModels.INPUT, manager, 1)) {
      Models.save(model, file);
    }
    assertThatThrownBy(() -> Models.load(LATENTS, SmallModels.INPUT, file, manager))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("decoder_pred.weight")
        .hasMessageEndingWith("; the file's decoder predicts something else");
  }
}
