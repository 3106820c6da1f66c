package org.mae4j.examples.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.ClipInput;
import org.mae4j.api.FrameSampling;
import org.mae4j.models.ClassifierConfig;
import org.mae4j.models.Models;
import org.mae4j.models.VideoMae;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.Vit;
import org.mae4j.models.VitClassifier;
import org.mae4j.models.VitModelConfig;
import org.mae4j.models.internal.Json;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.models.weights.WeightFileException;
import picocli.CommandLine;

class ImportWeightsTest {

  private static final VideoMaeConfig CONFIG = VideoMaeConfig.TOY;
  private static final ClipInput INPUT = ClipInput.video(new FrameSampling(16, 2, 30), 32);

  @TempDir private Path folder;
  private final NDManager manager = TorchEngine.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void makesAModelFileOfACheckpointOfOthers() throws IOException {
    Map<String, NDArray> weights = weights(CONFIG, 1);
    Path out = imported(under("module.", weights), CONFIG);

    try (VideoMae model = Models.loadVideoMae(out, manager)) {
      assertThat(model.weights()).isEqualTo(weights);
      assertThat(model.input()).isEqualTo(INPUT);
    }
  }

  @Test
  void makesAClassifierOfWhatHasAHeadAndNoDecoder() throws IOException {
    Map<String, NDArray> weights = weights(ClassifierConfig.video(CONFIG.vit(), 3), 1);
    Path names = Files.write(folder.resolve("names.txt"), List.of("left", "right", "up"));
    Path out = imported(under("model.", weights), CONFIG, "--classes", names.toString());

    try (VitClassifier model = Models.loadClassifier(out, manager)) {
      assertThat(model.weights()).isEqualTo(weights);
      assertThat(model.classNames()).containsExactly("left", "right", "up");
    }
  }

  @Test
  void takesThePrefixThatIsAskedFor() throws IOException {
    Map<String, NDArray> trained = weights(CONFIG, 1);
    Map<String, NDArray> average = weights(CONFIG, 2);
    Map<String, NDArray> both = new LinkedHashMap<>(under("model.", trained));
    both.putAll(under("model_ema.", average));

    try (VideoMae model = Models.loadVideoMae(imported(both, CONFIG), manager)) {
      assertThat(model.weights()).isEqualTo(trained);
    }
    Path out = imported(both, CONFIG, "--prefix", "model_ema");
    try (VideoMae model = Models.loadVideoMae(out, manager)) {
      assertThat(model.weights()).isEqualTo(average);
    }
  }

  @Test
  void refusesAGeometryThatIsNotTheFiles() {
    Map<String, NDArray> weights = weights(CONFIG, 1);

    assertThatThrownBy(() -> imported(weights, VideoMaeConfig.SMALL_64))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> imported(weights, CONFIG.withDecoder(CONFIG.encoder())))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("does not fit: ");
  }

  @ParameterizedTest
  @CsvSource({
    "video-huge-224, video_mae, 1280, 16",
    "video-base-112, video_mae, 768, 16",
    "image-large-224, image_mae, 1024, 1",
    "image-tiny-32, image_mae, 192, 1"
  })
  void knowsTheUsualGeometries(String name, String kind, int width, int frames) {
    Geometry geometry = Geometry.of(name);

    assertThat(geometry.config().kind()).isEqualTo(kind);
    assertThat(geometry.config().vit().transformer().width()).isEqualTo(width);
    assertThat(geometry.input().sampling().frames()).isEqualTo(frames);
    geometry.config().vit().requireFit(geometry.input());
  }

  @Test
  void thePapersIsThePapers() {
    assertThat(Geometry.of("video-huge-224"))
        .isEqualTo(new Geometry(VideoMaeConfig.VIT_HUGE_14, ClipInput.PAPER_VIDEO));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "huge", "video-huge-225", "video-giant-224", "audio-base-224"})
  void refusesOtherNames(String name) {
    assertThatThrownBy(() -> Geometry.of(name))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .matches(".*(video-SIZE-SIDE|225).*");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"model\":\"gan\",\"config\":{},\"input\":{}}",
        "{\"model\":\"video_mae\",\"config\":{},\"input\":{}}",
        "{\"model\":[[[[[["
      })
  void refusesDamagedFiles(String json) throws IOException {
    Path file = Files.writeString(folder.resolve("g.json"), json);
    assertThatThrownBy(() -> Geometry.of(file.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(file + ": not a ");
  }

  private <M extends Vit> Map<String, NDArray> weights(VitModelConfig<M> config, long seed) {
    return Models.create(config, INPUT, manager, seed).weights();
  }

  private static Map<String, NDArray> under(String prefix, Map<String, NDArray> weights) {
    Map<String, NDArray> prefixed = new LinkedHashMap<>();
    weights.forEach((name, array) -> prefixed.put(prefix + name, array));
    return prefixed;
  }

  private Path imported(Map<String, NDArray> tensors, VideoMaeConfig config, String... options)
      throws IOException {
    Path weights = folder.resolve("foreign.safetensors");
    Safetensors.write(weights, tensors, Map.of());
    Path geometry =
        Files.writeString(
            folder.resolve("geometry.json"),
            "{\"model\":\"video_mae\",\"config\":"
                + config.toJson()
                + ",\"input\":"
                + Json.write(INPUT)
                + "}");
    Path out = Files.createTempFile(folder, "model", ".safetensors");
    Files.delete(out);
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--weights", weights.toString(),
                "--geometry", geometry.toString(),
                "--out", out.toString()));
    arguments.addAll(List.of(options));
    ImportWeights command = new ImportWeights();
    new CommandLine(command).parseArgs(arguments.toArray(String[]::new));
    assertThat(command.call()).isZero();
    return out;
  }
}
