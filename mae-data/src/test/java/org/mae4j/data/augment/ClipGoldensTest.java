package org.mae4j.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mae4j.data.augment.UniformCrop.Position;

/** Against clips that the paper's code cropped, with the random draws it made. */
class ClipGoldensTest {

  private static final float TOLERANCE = 1e-5f;
  private static final Normalization PAPER = Normalization.PAPER_VIDEO;
  private static final List<Position> POSITIONS =
      List.of(Position.START, Position.CENTRE, Position.END);

  private static NDManager manager;
  private static Map<String, NDArray> sources;
  private static Map<String, NDArray> expected;

  @BeforeAll
  static void read() throws IOException {
    manager = NDManager.newBaseManager();
    sources = Safetensors.read("/i_clips/source.safetensors", manager);
    expected = Safetensors.read("/i_clips/expected.safetensors", manager);
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  static Stream<Named<JsonObject>> cases() throws IOException {
    try (Reader reader =
        new InputStreamReader(
            Objects.requireNonNull(
                ClipGoldensTest.class.getResourceAsStream("/i_clips/cases.json")),
            StandardCharsets.UTF_8)) {
      JsonArray all = JsonParser.parseReader(reader).getAsJsonArray();
      return StreamSupport.stream(all.spliterator(), false)
          .map(JsonElement::getAsJsonObject)
          .map(one -> Named.of(one.get("name").getAsString(), one));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void cropsAsTheReference(JsonObject golden) {
    JsonObject arguments = golden.getAsJsonObject("args");
    int size = arguments.get("crop_size").getAsInt();
    NDArray frames = sources.get(golden.get("source").getAsString() + ".u8_thwc");
    int height = Frames.height(frames);
    int width = Frames.width(frames);
    boolean resizes = !arguments.get("scale").isJsonNull();
    RecordedDraws draws = new RecordedDraws(golden.getAsJsonArray("draws"), resizes);
    NDArray found;
    if (arguments.get("spatial_idx").getAsInt() >= 0) {
      found = uniform(arguments).crop(height, width).apply(frames, size, PAPER);
    } else if (resizes) {
      ResizedCrop crop = resized(arguments).draw(height, width, draws);
      assertRectangle(crop, golden.getAsJsonArray("crop_ijhw"));
      draws.assertAllUsed();
      found = crop.apply(frames, size, PAPER);
    } else {
      ScaledCrop crop = scaled(arguments).draw(height, width, draws);
      draws.assertAllUsed();
      found = crop.apply(frames, size, PAPER);
    }
    try (found) {
      NDArray wanted = expected.get(golden.get("name").getAsString());
      assertThat(found.getShape()).isEqualTo(wanted.getShape());
      try (NDArray difference = found.sub(wanted);
          NDArray magnitude = difference.abs();
          NDArray worst = magnitude.max()) {
        assertThat(worst.getFloat()).isLessThan(TOLERANCE);
      }
    }
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

  private static RandomScaledCrop scaled(JsonObject arguments) {
    return RandomScaledCrop.builder()
        .setSize(arguments.get("crop_size").getAsInt())
        .setShortSide(
            arguments.get("min_scale").getAsDouble(), arguments.get("max_scale").getAsDouble())
        .optFlip(flip(arguments))
        .build();
  }

  private static double flip(JsonObject arguments) {
    return arguments.get("random_horizontal_flip").getAsBoolean() ? 0.5 : 0;
  }

  private static void assertRectangle(ResizedCrop crop, JsonArray topLeftHeightWidth) {
    assertThat(new int[] {crop.top(), crop.left(), crop.height(), crop.width()})
        .containsExactly(
            StreamSupport.stream(topLeftHeightWidth.spliterator(), false)
                .mapToInt(JsonElement::getAsInt)
                .toArray());
  }
}
