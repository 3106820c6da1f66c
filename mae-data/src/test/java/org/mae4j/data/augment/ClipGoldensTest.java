package org.mae4j.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mae4j.api.ClipInput.CentreCrop;
import org.mae4j.api.ClipInput.Interpolation;
import org.mae4j.api.Normalization;
import org.mae4j.api.RandomCrop;
import org.mae4j.api.frames.FrameReceiver.Rectangle;
import org.mae4j.data.Goldens;
import org.mae4j.data.augment.FixedSquare.Position;
import org.mae4j.models.weights.Safetensors;

/** Against clips that the paper's code cropped, with the random draws it made. */
class ClipGoldensTest {

  private static final float TOLERANCE = 1e-5f;
  private static final List<Position> POSITIONS =
      List.of(Position.START, Position.CENTRE, Position.END);

  private static final Safetensors SOURCES = Goldens.tensors("i_clips/source.safetensors");
  private static final Safetensors EXPECTED = Goldens.tensors("i_clips/expected.safetensors");

  static Stream<Named<JsonObject>> cases() throws IOException {
    return Goldens.json("i_clips/cases.json").getAsJsonArray().asList().stream()
        .map(JsonElement::getAsJsonObject)
        .map(one -> Named.of(one.get("name").getAsString(), one));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void cropsAsTheReference(JsonObject golden) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray frames = SOURCES.read(golden.get("source").getAsString() + ".u8_thwc", manager);
      NDArray wanted = EXPECTED.read(golden.get("name").getAsString(), manager);
      NDArray found = crop(frames, golden);
      assertThat(found.getShape()).isEqualTo(wanted.getShape());
      assertThat(found.sub(wanted).abs().max().getFloat()).isLessThan(TOLERANCE);
    }
  }

  private static NDArray crop(NDArray frames, JsonObject golden) {
    JsonObject arguments = golden.getAsJsonObject("args");
    boolean resizes = !arguments.get("scale").isJsonNull();
    RecordedDraws draws = new RecordedDraws(golden.getAsJsonArray("draws"), resizes);
    boolean fixed = arguments.get("spatial_idx").getAsInt() >= 0;
    CropRule rule = fixed ? fixed(arguments) : resizes ? part(arguments) : square(arguments);
    CropBox box =
        rule.box(Frames.height(frames), Frames.width(frames), fixed ? CropDraws.NONE : draws);
    if (!fixed) {
      draws.assertAllUsed();
    }
    if (!fixed && resizes) {
      assertRectangle(box.source(), golden.getAsJsonArray("crop_ijhw"));
    }
    assertThat(box.size()).isEqualTo(arguments.get("crop_size").getAsInt());
    return Crop.cut(box, frames, Interpolation.BILINEAR, Normalization.PAPER_VIDEO);
  }

  private static FixedSquare fixed(JsonObject arguments) {
    CentreCrop crop =
        new CentreCrop(
            arguments.get("min_scale").getAsInt(),
            arguments.get("crop_size").getAsInt(),
            CentreCrop.Rounding.SLOWFAST);
    return new FixedSquare(crop, POSITIONS.get(arguments.get("spatial_idx").getAsInt()));
  }

  private static RandomPart part(JsonObject arguments) {
    JsonArray area = arguments.getAsJsonArray("scale");
    JsonArray aspect = arguments.getAsJsonArray("aspect_ratio");
    RandomCrop crop =
        new RandomCrop(
            area.get(0).getAsDouble(),
            area.get(1).getAsDouble(),
            aspect.get(0).getAsDouble(),
            aspect.get(1).getAsDouble(),
            flip(arguments));
    return new RandomPart(crop, arguments.get("crop_size").getAsInt());
  }

  private static RandomSquare square(JsonObject arguments) {
    return new RandomSquare(
        arguments.get("min_scale").getAsDouble(),
        arguments.get("max_scale").getAsDouble(),
        flip(arguments),
        arguments.get("crop_size").getAsInt());
  }

  private static double flip(JsonObject arguments) {
    return arguments.get("random_horizontal_flip").getAsBoolean() ? 0.5 : 0;
  }

  private static void assertRectangle(Rectangle crop, JsonArray topLeftHeightWidth) {
    assertThat(new int[] {crop.top(), crop.left(), crop.height(), crop.width()})
        .containsExactly(
            StreamSupport.stream(topLeftHeightWidth.spliterator(), false)
                .mapToInt(JsonElement::getAsInt)
                .toArray());
  }
}
