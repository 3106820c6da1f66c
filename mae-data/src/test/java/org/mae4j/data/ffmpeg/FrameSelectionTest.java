package org.mae4j.data.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.Goldens;
import org.mae4j.data.ffmpeg.internal.FrameTimes;
import org.mae4j.data.ffmpeg.internal.StreamTiming;

/** Against tables that the reference's own functions computed. */
class FrameSelectionTest {

  @TestFactory
  Stream<DynamicTest> picksTheReferencesFramesOfAWholeVideo() throws IOException {
    return rows("random_clip").map(row -> wholeVideo(row, FrameSampling.PAPER, atFraction(row)));
  }

  @TestFactory
  Stream<DynamicTest> picksTheReferencesFramesAtOtherRates() throws IOException {
    return rows("other_rates")
        .map(
            row ->
                wholeVideo(
                    row,
                    new FrameSampling(
                        row.get("num_frames").getAsInt(), row.get("sampling_rate").getAsInt(), 30),
                    atFraction(row)));
  }

  @TestFactory
  Stream<DynamicTest> picksTheReferencesFramesOfEvenlySpreadClips() throws IOException {
    return rows("uniform_clips")
        .map(
            row -> {
              int index = row.get("clip_idx").getAsInt();
              int count = row.get("num_clips").getAsInt();
              WindowPlacement placement =
                  row.get("use_offset").getAsBoolean()
                      ? new WindowPlacement.Uniform(index, count)
                      : new WindowPlacement.AtFraction((double) index / count);
              return wholeVideo(row, FrameSampling.PAPER, placement);
            });
  }

  @TestFactory
  Stream<DynamicTest> decodesTheReferencesWindowAndPicksItsFrames() throws IOException {
    return rows("selective_decode")
        .map(row -> DynamicTest.dynamicTest(name(row), () -> checkSelectiveDecode(row)));
  }

  @Test
  void giveNoWindowWithoutADuration() {
    assertThat(
            FrameSelection.TRAINING.window(
                timing(30), request(FrameSampling.PAPER, WindowPlacement.centre())))
        .isEmpty();
  }

  @Test
  void windowsStartAtTheStreamsFirstTimestamp() {
    StreamTiming late =
        new StreamTiming(
            1,
            90_000,
            126_000,
            OptionalDouble.of(10),
            OptionalDouble.of(30),
            OptionalDouble.of(30),
            OptionalLong.of(900_000),
            OptionalLong.of(300),
            Optional.empty());
    for (FrameSelection rule : FrameSelection.values()) {
      assertThat(
              rule.window(late, request(FrameSampling.PAPER, new WindowPlacement.AtFraction(0)))
                  .orElseThrow()
                  .first())
          .isEqualTo(126_000);
    }
  }

  @Test
  void theWindowOfASingleFrameSpansOneFrame() {
    StreamTiming timing =
        new StreamTiming(
            1,
            24_000,
            0,
            OptionalDouble.of(10),
            OptionalDouble.of(24),
            OptionalDouble.of(24),
            OptionalLong.of(240_000),
            OptionalLong.of(240),
            Optional.empty());
    FrameSelection.Window window =
        FrameSelection.TRAINING
            .window(
                timing, request(new FrameSampling(1, 1, 30), new WindowPlacement.AtFraction(0.3)))
            .orElseThrow();
    assertThat(window.last() - window.first()).isBetween(1000L, 1001L);
  }

  private static DynamicTest wholeVideo(
      JsonObject row, FrameSampling sampling, WindowPlacement placement) {
    return DynamicTest.dynamicTest(
        name(row),
        () -> {
          StreamTiming timing = timing(row.get("fps").getAsDouble());
          int frames = row.get("frames").getAsInt();
          ClipRequest request = request(sampling, placement);
          double start = FrameSelection.start(frames, true, timing, request);
          assertThat(start).isCloseTo(row.get("start").getAsDouble(), within(1e-9));
          assertThat(start + FrameSelection.reach(timing, sampling))
              .isCloseTo(row.get("end").getAsDouble(), within(1e-9));
          for (FrameSelection rule : List.of(FrameSelection.REFERENCE, FrameSelection.TRAINING)) {
            assertThat(
                    rule.pick(times(frames, timing), FrameSelection.Window.WHOLE, timing, request))
                .as("%s", rule)
                .isEqualTo(ints(row, "indices"));
          }
        });
  }

  private static void checkSelectiveDecode(JsonObject row) {
    double rate = fraction(row.get("fps").getAsString());
    String[] timeBase = row.get("time_base").getAsString().split("/", -1);
    int numerator = Integer.parseInt(timeBase[0]);
    int denominator = Integer.parseInt(timeBase[1]);
    int frames = row.get("frames").getAsInt();
    StreamTiming timing =
        new StreamTiming(
            numerator,
            denominator,
            0,
            OptionalDouble.of(frames / rate),
            OptionalDouble.of(rate),
            OptionalDouble.of(rate),
            OptionalLong.empty(),
            OptionalLong.empty(),
            Optional.empty());
    ClipRequest request = request(FrameSampling.PAPER, atFraction(row));
    checkSelectiveDecode(row, FrameSelection.REFERENCE, timing, request);
    if (numerator == 1) {
      checkSelectiveDecode(row, FrameSelection.TRAINING, timing, request);
    }
  }

  private static void checkSelectiveDecode(
      JsonObject row, FrameSelection rule, StreamTiming timing, ClipRequest request) {
    FrameSelection.Window window = rule.window(timing, request).orElseThrow();
    JsonArray expected = row.getAsJsonArray("pts_window").get(0).getAsJsonArray();
    assertThat(window)
        .isEqualTo(
            new FrameSelection.Window(
                expected.get(0).getAsLong(), expected.get(1).getAsLong(), false));

    FrameTimes all = times(row.get("frames").getAsInt(), timing);
    int[] decoded =
        IntStream.range(0, all.size())
            .filter(i -> all.get(i) >= window.first() && all.get(i) <= window.last())
            .toArray();
    boolean whole = decoded.length == 0;
    assertThat(whole).isEqualTo(row.get("fell_back_to_whole_video").getAsBoolean());
    int[] available = whole ? IntStream.range(0, all.size()).toArray() : decoded;
    assertThat(available).hasSize(row.get("decoded").getAsInt());
    FrameTimes times = FrameTimes.of(Arrays.stream(available).mapToLong(all::get).toArray());
    int[] picks = rule.pick(times, whole ? FrameSelection.Window.WHOLE : window, timing, request);
    assertThat(Arrays.stream(picks).map(i -> available[i]).toArray())
        .isEqualTo(ints(row, "frame_numbers"));
  }

  /** Of frames that come at the declared rate. */
  private static FrameTimes times(int frames, StreamTiming timing) {
    double interval = timing.pts(1 / timing.rate().orElseThrow());
    return FrameTimes.of(
        IntStream.range(0, frames).mapToLong(i -> (long) Math.rint(i * interval)).toArray());
  }

  private static StreamTiming timing(double rate) {
    return new StreamTiming(
        1,
        1000,
        0,
        OptionalDouble.empty(),
        OptionalDouble.of(rate),
        OptionalDouble.of(rate),
        OptionalLong.empty(),
        OptionalLong.empty(),
        Optional.empty());
  }

  /** For placements that draw nothing. */
  private static ClipRequest request(FrameSampling sampling, WindowPlacement placement) {
    return ClipRequest.one(sampling, placement, new Random(0));
  }

  private static WindowPlacement atFraction(JsonObject row) {
    return new WindowPlacement.AtFraction(row.get("fraction").getAsDouble());
  }

  private static double fraction(String text) {
    String[] parts = text.split("/", -1);
    return Double.parseDouble(parts[0]) / (parts.length == 1 ? 1 : Double.parseDouble(parts[1]));
  }

  private static int[] ints(JsonObject row, String name) {
    return row.getAsJsonArray(name).asList().stream().mapToInt(JsonElement::getAsInt).toArray();
  }

  private static String name(JsonObject row) {
    return row.entrySet().stream()
        .filter(entry -> entry.getValue().isJsonPrimitive())
        .map(entry -> entry.getKey() + " " + entry.getValue().getAsString())
        .limit(6)
        .toList()
        .toString();
  }

  private static Stream<JsonObject> rows(String table) throws IOException {
    JsonElement root = Goldens.json("j_temporal/" + table + ".json");
    JsonArray rows =
        root.isJsonArray() ? root.getAsJsonArray() : root.getAsJsonObject().getAsJsonArray("rows");
    return rows.asList().stream().map(JsonElement::getAsJsonObject);
  }
}
