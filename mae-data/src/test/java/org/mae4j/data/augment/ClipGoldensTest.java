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
import org.mae4j.data.Goldens;
import org.mae4j.data.augment.UniformCrop.Position;
import org.mae4j.models.weights.Safetensors;

/** Against clips that the paper's code cropped, with the random draws it made. */
class ClipGoldensTest {

  private static final float TOLERANCE = 1e-5f;
  private static final Normalization PAPER = Normalization.PAPER_VIDEO;
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
    int size = arguments.get("crop_size").getAsInt();
    int height = Frames.height(frames);
    int width = Frames.width(frames);
    boolean resizes = !arguments.get("scale").isJsonNull();
    RecordedDraws draws = new RecordedDraws(golden.getAsJsonArray("draws"), resizes);
    if (arguments.get("spatial_idx").getAsInt() >= 0) {
      return uniform(arguments).crop(height, width).apply(frames, size, PAPER);
    }
    if (resizes) {
      CropBox crop = resized(arguments).draw(height, width, draws);
      assertRectangle(crop, golden.getAsJsonArray("crop_ijhw"));
      draws.assertAllUsed();
      return crop.apply(frames, size, PAPER);
    }
    ScaledCrop crop = scaled(arguments).draw(height, width, draws);
    draws.assertAllUsed();
    return crop.apply(frames, size, PAPER);
  }

  private static UniformCrop uniform(JsonObject arguments) {
    return UniformCrop.builder()
        .setSize(arguments.get("crop_size").getAsInt())
        .optShortSide(arguments.get("min_scale").getAsInt())
        .optPosition(POSITIONS.get(arguments.get("spatial_idx").getAsInt()))
        .build();
  }

  private static RandomResizedCrop resized(JsonObject arguments) {
    JsonArray area = arguments.getAsJsonArray("scale");
    JsonArray aspect = arguments.getAsJsonArray("aspect_ratio");
    return RandomResizedCrop.builder()
        .setSize(arguments.get("crop_size").getAsInt())
        .optArea(area.get(0).getAsDouble(), area.get(1).getAsDouble())
        .optAspect(aspect.get(0).getAsDouble(), aspect.get(1).getAsDouble())
        .optFlip(flip(arguments))
        .build();
  }

  private static RandomShortSideCrop scaled(JsonObject arguments) {
    return RandomShortSideCrop.builder()
        .setSize(arguments.get("crop_size").getAsInt())
        .setShortSide(
            arguments.get("min_scale").getAsDouble(), arguments.get("max_scale").getAsDouble())
        .optFlip(flip(arguments))
        .build();
  }

  private static double flip(JsonObject arguments) {
    return arguments.get("random_horizontal_flip").getAsBoolean() ? 0.5 : 0;
  }

  private static void assertRectangle(CropBox crop, JsonArray topLeftHeightWidth) {
    assertThat(new int[] {crop.top(), crop.left(), crop.height(), crop.width()})
        .containsExactly(
            StreamSupport.stream(topLeftHeightWidth.spliterator(), false)
                .mapToInt(JsonElement::getAsInt)
                .toArray());
  }
}
