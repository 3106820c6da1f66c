package org.mae4j.examples.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Normalization;
import org.mae4j.api.Pooling;
import org.mae4j.data.TooManyBrokenFilesException;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.examples.Said;
import org.mae4j.examples.nursery.ToyNursery;
import org.mae4j.examples.support.ProjectorSample;
import org.mae4j.models.Models;
import org.mae4j.models.VideoMae;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.models.weights.WeightFile;
import picocli.CommandLine;

class EmbedVideosTest {

  private static final int READABLE = 5;
  private static final VideoMaeConfig CONFIG = VideoMaeConfig.TOY;

  /** Unlike that of any recipe. */
  private static final ClipInput INPUT =
      ClipInput.video(new FrameSampling(16, 2, 30), 32)
          .withNormalization(new Normalization(List.of(0f, 0f, 0f), List.of(1f, 1f, 1f)));

  @TempDir static Path folder;
  private static Path videos;
  private static Path model;

  /** Features of each video by its path, as the autoencoder itself embeds them. */
  private static final Map<String, float[]> perSlot = new LinkedHashMap<>();

  @BeforeAll
  static void makeVideosAndModel() throws IOException {
    ToyNursery nursery =
        ToyNursery.builder()
            .setSeed(6)
            .optPretrainingClips(READABLE)
            .optTrainClipsPerClass(1)
            .optTestClipsPerClass(1)
            .optSize(48)
            .build();
    videos = nursery.write(folder.resolve("nursery"), (done, total) -> {}).unlabelled();
    model = folder.resolve("model.safetensors");
    try (NDManager manager = TorchEngine.newManager();
        Kernels kernels = new ScriptedKernels();
        BatchSource batches = VideoBatches.evaluation(VideoFolder.of(videos), INPUT)) {
      VideoMae autoencoder = Models.create(CONFIG, INPUT, kernels, manager, 3);
      Models.save(autoencoder, model);
      ClipBatch batch = batches.batch(0, manager);
      float[] all = autoencoder.embed(batch.clips(), Pooling.PER_SLOT).toFloatArray();
      int width = all.length / batch.size();
      for (int i = 0; i < batch.size(); i++) {
        float[] row = new float[width];
        System.arraycopy(all, i * width, row, 0, width);
        perSlot.put(batch.sources().get(i).id(), row);
      }
    }
    Files.writeString(videos.resolve("a \"broken\", one.mp4"), "no video");
  }

  @Test
  void writesWhatTheModelMakesOfEachVideoAsCsv() throws IOException {
    Path out = folder.resolve("new/rows.csv");

    EmbedVideosResult result = run(out, "--batch", "2");

    assertThat(result.embedded()).isEqualTo(READABLE);
    assertThat(result.features()).isEqualTo(8 * CONFIG.encoder().width());
    assertThat(result.broken())
        .extracting(ClipReadException::file)
        .containsExactly("a \"broken\", one.mp4");
    Map<String, float[]> rows = csv(out);
    assertThat(rows.keySet()).containsExactlyElementsOf(perSlot.keySet());
    rows.forEach(
        (path, features) -> assertThat(features).containsExactly(perSlot.get(path), within(1e-4f)));
    assertThat(out.getParent()).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void writesJsonLines() throws IOException {
    Path out = folder.resolve("rows.jsonl");

    EmbedVideosResult result = run(out);

    assertThat(result.embedded()).isEqualTo(READABLE);
    List<String> paths = new ArrayList<>();
    for (String line : Files.readAllLines(out)) {
      JsonObject row = JsonParser.parseString(line).getAsJsonObject();
      String path = row.get("path").getAsString();
      paths.add(path);
      float[] features = new float[row.getAsJsonArray("features").size()];
      for (int i = 0; i < features.length; i++) {
        features[i] = row.getAsJsonArray("features").get(i).getAsFloat();
      }
      assertThat(features).containsExactly(perSlot.get(path), within(1e-4f));
    }
    assertThat(paths).containsExactlyElementsOf(perSlot.keySet());
  }

  @Test
  void poolsAsAsked() throws IOException {
    Path classToken = folder.resolve("class-token.csv");
    Path mean = folder.resolve("mean.csv");

    assertThat(run(classToken, "--pooling", "class-token").features()).isEqualTo(128);
    assertThat(run(mean, "--pooling", "mean").features()).isEqualTo(128);

    String first = perSlot.keySet().iterator().next();
    assertThat(csv(classToken).get(first)).isNotEqualTo(csv(mean).get(first));
  }

  @Test
  void anotherStrideShowsOtherFrames() throws IOException {
    Path out = folder.resolve("stride.csv");

    run(out, "--stride", "1");

    String first = perSlot.keySet().iterator().next();
    assertThat(csv(out).get(first)).isNotEqualTo(perSlot.get(first));
  }

  @Test
  void refusesToOverwrite() throws IOException {
    Path out = Files.writeString(folder.resolve("taken.csv"), "precious");

    assertRefused(out + " exists already", out);

    assertThat(out).hasContent("precious");
  }

  @Test
  void writesTheSameForTensorBoardsProjectorWithPictures() throws IOException {
    Path projector = folder.resolve("projector");
    Path out = folder.resolve("projected.csv");

    EmbedVideosResult result = run(out, "--projector", projector.toString(), "--batch", "2");

    assertThat(result.projected()).hasValue(READABLE);
    assertThat(Files.readAllLines(projector.resolve("clips.tsv")))
        .containsExactlyElementsOf(perSlot.keySet());
    List<String> lines = Files.readAllLines(projector.resolve("features.tsv"));
    List<float[]> rows = List.copyOf(csv(out).values());
    assertThat(lines).hasSize(READABLE);
    for (int i = 0; i < READABLE; i++) {
      double[] row =
          Arrays.stream(lines.get(i).split("\t")).mapToDouble(Float::parseFloat).toArray();
      assertThat(row).containsExactly(toDoubles(rows.get(i)));
    }
    BufferedImage pictures = ImageIO.read(projector.resolve("sprites.png").toFile());
    assertThat(pictures.getWidth()).isEqualTo(3 * 64);
    assertThat(pictures.getRGB(10, 10)).isNotZero();
  }

  private static double[] toDoubles(float... values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  @Test
  void refusesAProjectorThatIsThere() {
    Path out = folder.resolve("unwritten.csv");

    assertRefused(videos + " exists already", out, "--projector", videos.toString());

    assertThat(out).doesNotExist();
  }

  @Test
  void withoutAProjectorNothingIsKeptForIt() {
    assertThat(run(folder.resolve("rows-alone.csv")).projected()).isEmpty();
  }

  @Test
  void ofMoreVideosThanTheProjectorTakesEveryFewthIsChosen() {
    ProjectorSample sample = new ProjectorSample(5, 4_000_000);
    try (NDManager manager = TorchEngine.newManager()) {
      NDArray clip = manager.zeros(new Shape(3, 1, 4, 4));
      for (int i = 0; i < 5; i++) {
        sample.offer(ClipInfo.unlabelled("" + i), new float[1], clip, Normalization.IMAGENET);
      }
    }
    assertThat(sample.size()).isEqualTo(2);
  }

  /** The same model as others would leave it: a prefix, no word on what it is. */
  @Test
  void embedsByACheckpointOfOthersWhoseGeometryIsSaid() throws IOException {
    Path foreign = folder.resolve("foreign.safetensors");
    Map<String, NDArray> prefixed = new LinkedHashMap<>();
    try (NDManager manager = TorchEngine.newManager();
        VideoMae own = Models.loadVideoMae(model, manager)) {
      own.weights().forEach((name, array) -> prefixed.put("module.encoder." + name, array));
      Safetensors.write(foreign, prefixed, Map.of());
    }
    Map<String, String> said = WeightFile.open(model).metadata();
    Path geometry =
        Files.writeString(
            folder.resolve("geometry.json"),
            String.format(
                Locale.ROOT,
                "{\"model\":\"video_mae\",\"config\":%s,\"input\":%s}",
                said.get("mae4j.config"),
                said.get("mae4j.input")));
    Path out = folder.resolve("foreign.csv");

    assertThatThrownBy(() -> parsed("--videos", videos, "--model", foreign, "--out", out).run())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(foreign + " does not say its geometry")
        .hasMessageContaining("say it by --geometry");
    parsed("--videos", videos, "--model", foreign, "--geometry", geometry, "--out", out).run();

    csv(out)
        .forEach(
            (path, features) ->
                assertThat(features).containsExactly(perSlot.get(path), within(1e-4f)));
  }

  @Test
  void partsMakeTheWholeOnceAllAreThere() throws IOException {
    Path whole = folder.resolve("whole.csv");
    run(whole);
    Path out = folder.resolve("parted.csv");

    // Three parts of six files: in the last is the one that cannot be read.
    assertThat(run(out, "--part", "3/3").embedded()).isEqualTo(1);
    assertThat(run(out, "--part", "1/3").embedded()).isEqualTo(2);
    Said early = Said.by(EmbedVideos::new, "--join", out);
    assertThat(early.complaint()).endsWith("of the 3 parts in " + out + ".parts, 1 is missing: 2");
    assertThat(out).doesNotExist();
    Object[] last = {"--videos", videos, "--model", model, "--out", out, "--part", "2/3"};
    assertThat(Said.by(EmbedVideos::new, last).status()).isZero();
    Said again = Said.by(EmbedVideos::new, last);
    assertThat(again.out()).contains("00002-of-00003.csv is there already");
    assertThat(Said.by(EmbedVideos::new, "--join", out).status()).isZero();

    Map<String, float[]> expected = csv(whole);
    Map<String, float[]> rows = csv(out);
    assertThat(rows.keySet()).containsExactlyElementsOf(expected.keySet());
    rows.forEach((path, row) -> assertThat(row).containsExactly(expected.get(path), within(1e-4f)));
    assertThat(Said.by(EmbedVideos::new, "--join", out).complaint())
        .endsWith(out + " exists already");
  }

  @Test
  void aPartWithoutAReadableVideoIsAPart() throws IOException {
    Path out = folder.resolve("six.jsonl");
    for (int part = 1; part <= READABLE + 1; part++) {
      EmbedVideosResult result = run(out, "--part", part + "/" + (READABLE + 1));
      assertThat(result.embedded() + result.broken().size()).isEqualTo(1);
    }
    assertThat(Said.by(EmbedVideos::new, "--join", out).status()).isZero();
    assertThat(Files.readAllLines(out)).hasSize(READABLE);
  }

  @Test
  void partsOfDifferentWorkAreRefusedAtTheirStart() {
    Path out = folder.resolve("different.csv");
    run(out, "--part", "1/3");

    assertThatThrownBy(() -> run(out, "--part", "2/3", "--pooling", "mean"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("pooling MEAN instead of PER_SLOT");
    assertThatThrownBy(() -> run(out, "--part", "2/4"))
        .hasMessageContaining("would be of another number of parts");
    assertThatThrownBy(() -> run(out, "--part", "2/30")).hasMessageContaining("too few for 30");
    assertRefused("--projector is of all videos", out, "--part", "2/3", "--projector", "p");
  }

  @Test
  void leavesNothingBehindWhereNoVideoCanBeRead() throws IOException {
    Path bad = Files.createDirectories(folder.resolve("bad"));
    Files.writeString(bad.resolve("a.mp4"), "no video");
    Path out = Files.createDirectories(folder.resolve("empty")).resolve("rows.csv");

    assertThatThrownBy(() -> parsed("--videos", bad, "--model", model, "--out", out).run())
        .isInstanceOf(TooManyBrokenFilesException.class)
        .hasMessageStartingWith("1 of 1 videos cannot be read, and so none is left; one is a.mp4");

    assertThat(out.getParent()).isEmptyDirectory();
  }

  @Test
  void refusesNumbersOutOfRange() {
    Path out = folder.resolve("none.csv");
    assertRefused("--batch must be at least 1, but was 0", out, "--batch", "0");
    assertRefused("--threads must be at least 1, but was 0", out, "--threads", "0");
    assertRefused("--stride must be positive, but was -1.0", out, "--stride", "-1");
  }

  @Test
  void refusesUnknownNames() {
    Path out = folder.resolve("none.csv");
    assertThatThrownBy(() -> run(out, "--pooling", "max"))
        .hasMessageContaining("must be class-token, mean or per-slot, but was max");
    assertThatThrownBy(() -> run(folder.resolve("rows.xml"))).hasMessageContaining("rows.xml");
  }

  private static void assertRefused(String message, Path out, String... options) {
    assertThatThrownBy(() -> run(out, options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  private static EmbedVideosResult run(Path out, String... options) {
    List<Object> arguments = new ArrayList<>(List.of("--videos", videos, "--model", model));
    arguments.addAll(List.of("--out", out));
    arguments.addAll(List.of(options));
    return parsed(arguments.toArray()).run();
  }

  private static EmbedVideos parsed(Object... arguments) {
    EmbedVideos command = new EmbedVideos();
    String[] strings = new String[arguments.length];
    for (int i = 0; i < strings.length; i++) {
      strings[i] = arguments[i].toString();
    }
    new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(strings);
    return command;
  }

  private static Map<String, float[]> csv(Path file) throws IOException {
    Map<String, float[]> rows = new LinkedHashMap<>();
    CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
    try (Reader reader = Files.newBufferedReader(file)) {
      for (CSVRecord row : format.parse(reader)) {
        float[] features = new float[row.size() - 1];
        for (int i = 0; i < features.length; i++) {
          features[i] = Float.parseFloat(row.get("feature_" + i));
        }
        rows.put(row.get("path"), features);
      }
    }
    return rows;
  }
}
