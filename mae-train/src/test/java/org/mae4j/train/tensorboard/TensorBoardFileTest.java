package org.mae4j.train.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.Value;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mae4j.train.TrainingOutcome;
import org.mae4j.train.metrics.SkippedStep;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.ValidationMetrics;
import org.mae4j.train.recipe.FinetuningRecipe;
import org.mae4j.train.recipe.FinetuningRecipes;
import org.mae4j.train.recipe.PretrainingRecipes;
import org.mae4j.train.recipe.TrainingRecipe;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.SessionLog.SessionStatus;
import org.tensorflow.proto.Summary;

/** Event files, read back by TensorFlow's published messages. */
class TensorBoardFileTest {

  private static final String METRICS = "mae4j\\.\\d+";

  @TempDir Path folder;

  @Test
  void beginsWithTheVersion() throws IOException {
    run(0);

    assertThat(events()).hasSize(1);
    assertThat(events().get(0).getFileVersion()).isEqualTo("brain.Event:2");
    assertThat(events().get(0).getWallTime())
        .isCloseTo(System.currentTimeMillis() / 1e3, within(60.0));
  }

  @Test
  void hasTheScalarsOfAStep() throws IOException {
    run(0, file -> file.onStep(new StepMetrics(7, 0.5, 1.25, 0.3, 1e-3, 64, 0.125)));

    Event event = events().get(1);
    assertThat(event.getStep()).isEqualTo(7);
    assertThat(event.getSummary().getValueList())
        .extracting(Summary.Value::getTag, Summary.Value::getSimpleValue)
        .containsExactly(
            tuple("train/loss", 1.25f),
            tuple("train/gradient_norm", 0.3f),
            tuple("train/learning_rate", 1e-3f),
            tuple("train/pass", 0.5f),
            tuple("speed/clips_per_second", 64f),
            tuple("speed/data_wait_share", 0.125f));
  }

  @Test
  void hasValidationsAndSkippedSteps() throws IOException {
    run(
        0,
        file -> file.onSkip(new SkippedStep(3, "loss is NaN", List.of("a"))),
        file -> file.onValidation(new ValidationMetrics(3, 1, Map.of("top-1", 0.5))));

    assertThat(events().get(1).getSummary().getValue(0).getTag()).isEqualTo("train/skipped");
    assertThat(events().get(2).getStep()).isEqualTo(3);
    assertThat(events().get(2).getSummary().getValue(0).getTag()).isEqualTo("validation/top-1");
    assertThat(events().get(2).getSummary().getValue(0).getSimpleValue()).isEqualTo(0.5f);
  }

  @Test
  void hasPicturesWithTheirSize() throws IOException {
    byte[] png = png(5, 3);
    run(4, file -> file.image("reconstruction/0", png));

    Event event = events().get(2);
    Summary.Image image = event.getSummary().getValue(0).getImage();
    assertThat(event.getStep()).isEqualTo(4);
    assertThat(event.getSummary().getValue(0).getTag()).isEqualTo("reconstruction/0");
    assertThat(image.getWidth()).isEqualTo(5);
    assertThat(image.getHeight()).isEqualTo(3);
    assertThat(image.getColorspace()).isEqualTo(4);
    assertThat(image.getEncodedImageString().toByteArray()).isEqualTo(png);
  }

  @Test
  void aResumedRunMakesTensorBoardForgetLaterSteps() throws IOException {
    run(40);

    assertThat(events().get(1).getSessionLog().getStatus()).isEqualTo(SessionStatus.START);
    assertThat(events().get(1).getStep()).isEqualTo(41);
  }

  @Test
  void everyStartHasAFileOfItsOwn() throws IOException, InterruptedException {
    run(0);
    Thread.sleep(2);
    run(5);

    assertThat(files(METRICS)).hasSize(2);
  }

  @Test
  void tellsTheRecipeByNameEachValueAsWhatItIs() throws IOException {
    run(0);

    Summary.Value value = only("session-start");
    assertThat(value.getTag()).isEqualTo("_hparams_/session_start_info");
    assertThat(value.getMetadata().getPluginData().getPluginName()).isEqualTo("hparams");
    assertThat(value.getTensor().getDtype()).isEqualTo(DataType.DT_FLOAT);
    assertThat(value.getTensor().getTensorShape().getDim(0).getSize()).isZero();
    assertThat(recipe())
        .containsEntry("maskRatio", number(0.75))
        .containsEntry("model.vit.transformer.depth", number(4))
        .containsEntry("learningRate.phases.1.length", number(4180))
        .containsEntry("clips.input.normalization.mean.2", number(0.45))
        .containsEntry("model.vit.classToken", Value.newBuilder().setBoolValue(true).build())
        .containsEntry("optimizer.decaysAll", Value.newBuilder().setBoolValue(false).build())
        .containsEntry("model.kind", text("video_mae"))
        .containsEntry("optimizer.maxGradientNorm", text("Infinity"));
    assertThat(Double.longBitsToDouble(start().getField(5).getFixed64List().get(0)))
        .isCloseTo(System.currentTimeMillis() / 1e3, within(60.0));
  }

  @Test
  void keepsWordsOfTheDataAndStoriesToItself() throws IOException {
    List<String> classes = List.of("secret one", "secret two");
    FinetuningRecipe recipe =
        FinetuningRecipes.TOY.withModel(FinetuningRecipes.TOY.model().withClassNames(classes));
    start(recipe, 0);

    assertThat(recipe())
        .containsEntry("model.classes", number(2))
        .allSatisfy((name, value) -> assertThat(value.getStringValue()).doesNotContain("secret"))
        .allSatisfy((name, value) -> assertThat(name).doesNotStartWith("origin"));
  }

  @ParameterizedTest
  @EnumSource(names = {"FINISHED", "STOPPED_EARLY"})
  void aRunThatEndsSaysSoWithItsLastMetrics(TrainingOutcome outcome) throws IOException {
    run(
        0,
        file -> file.onStep(new StepMetrics(1, 0.5, 3, 0.3, 1e-3, 64, 0.125)),
        file -> file.onStep(new StepMetrics(2, 1, 1.25, 0.3, 1e-3, 64, 0.125)),
        file -> file.onValidation(new ValidationMetrics(2, 1, Map.of("loss", 0.5))),
        file -> file.onEnd(outcome));

    Event event = events().get(4);
    assertThat(event.getStep()).isEqualTo(2);
    assertThat(event.getSummary().getValueList())
        .extracting(Summary.Value::getTag, Summary.Value::getSimpleValue)
        .containsExactly(tuple("final/train_loss", 1.25f), tuple("final/validation_loss", 0.5f));
    assertThat(only("session-end").getTag()).isEqualTo("_hparams_/session_end_info");
    assertThat(status()).isEqualTo(1);
  }

  @Test
  void aRunWithoutAStepHasNoLastMetrics() throws IOException {
    run(0, file -> file.onEnd(TrainingOutcome.FINISHED));

    assertThat(events()).hasSize(1);
    assertThat(status()).isEqualTo(1);
  }

  @Test
  void aRunThatFailsSaysSo() throws IOException {
    run(0, file -> file.onFailure(new IllegalStateException("no more")));

    assertThat(status()).isEqualTo(2);
  }

  @Test
  void aRunThatCouldNotStartSaysNothing() throws IOException {
    try (TensorBoardFile file = new TensorBoardFile(folder)) {
      file.onFailure(new IllegalStateException("no disk"));
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aRunThatWasStoppedHasNoEnd() throws IOException {
    run(0, file -> file.onEnd(TrainingOutcome.STOPPED_ON_REQUEST));

    assertThat(files("session-end")).isEmpty();
  }

  @Test
  void aRunThatGoesOnTakesBackItsRecipeAndItsEndAndNothingElse()
      throws IOException, InterruptedException {
    Path other = folder.resolve("events.out.tfevents.12.host.34.session-end");
    Files.writeString(other, "not ours");
    run(0, file -> file.onFailure(new IllegalStateException("no more")));
    Thread.sleep(2);
    start(PretrainingRecipes.TOY.withMaskRatio(0.5), 5);

    assertThat(files("mae4j\\.\\d+\\.session-end")).isEmpty();
    assertThat(recipe()).containsEntry("maskRatio", number(0.5));
    assertThat(files(METRICS)).hasSize(2);
    assertThat(other).hasContent("not ours");
  }

  @Test
  void refusesPicturesBeforeTheRun() throws IOException {
    try (TensorBoardFile file = new TensorBoardFile(folder)) {
      assertThatThrownBy(() -> file.image("a", png(1, 1)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the run has not started");
    }
  }

  /** Test vector: RFC 3720, B.4; the mask is TensorFlow's. */
  @Test
  void checksumsAreThoseOfTheFormat() {
    int checksum = 0x8a9136aa;
    int masked = Integer.rotateRight(checksum, 15) + 0xa282ead8;
    assertThat(Records.maskedChecksum(new byte[32], 32)).isEqualTo(masked);
  }

  private interface Call {
    void on(TensorBoardFile file);
  }

  private void run(long stepsDone, Call... calls) throws IOException {
    start(PretrainingRecipes.TOY, stepsDone, calls);
  }

  private void start(TrainingRecipe<?> recipe, long stepsDone, Call... calls) throws IOException {
    try (TensorBoardFile file = new TensorBoardFile(folder)) {
      file.onStart(recipe, stepsDone);
      for (Call call : calls) {
        call.on(file);
      }
    }
  }

  /** Those whose names end in that. */
  private List<Path> files(String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches(".*tfevents.*" + ending))
          .sorted()
          .toList();
    }
  }

  /** The events of all files of metrics; checks the framing. */
  private List<Event> events() throws IOException {
    List<Event> events = new ArrayList<>();
    for (Path file : files(METRICS)) {
      events.addAll(events(file));
    }
    return events;
  }

  private static List<Event> events(Path file) throws IOException {
    List<Event> events = new ArrayList<>();
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      byte[] length = new byte[Long.BYTES];
      bytes.get(length);
      assertThat(bytes.getInt()).isEqualTo(Records.maskedChecksum(length, length.length));
      byte[] data =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      bytes.get(data);
      assertThat(bytes.getInt()).isEqualTo(Records.maskedChecksum(data, data.length));
      events.add(Event.parseFrom(data));
    }
    return events;
  }

  /** What the one file of that ending says after the version. */
  private Summary.Value only(String ending) throws IOException {
    assertThat(files(ending)).hasSize(1);
    List<Event> events = events(files(ending).get(0));
    assertThat(events).hasSize(2);
    assertThat(events.get(0).getFileVersion()).isEqualTo("brain.Event:2");
    return events.get(1).getSummary().getValue(0);
  }

  /** HParamsPluginData of TensorBoard, whose messages nobody publishes for Java. */
  private UnknownFieldSet plugin(String ending, int field) throws IOException {
    ByteString content = only(ending).getMetadata().getPluginData().getContent();
    UnknownFieldSet data = UnknownFieldSet.parseFrom(content);
    assertThat(data.asMap()).containsOnlyKeys(field);
    return UnknownFieldSet.parseFrom(data.getField(field).getLengthDelimitedList().get(0));
  }

  /** SessionStartInfo. */
  private UnknownFieldSet start() throws IOException {
    return plugin("session-start", 3);
  }

  private Map<String, Value> recipe() throws IOException {
    Map<String, Value> values = new LinkedHashMap<>();
    for (ByteString entry : start().getField(1).getLengthDelimitedList()) {
      UnknownFieldSet pair = UnknownFieldSet.parseFrom(entry);
      values.put(
          pair.getField(1).getLengthDelimitedList().get(0).toStringUtf8(),
          Value.parseFrom(pair.getField(2).getLengthDelimitedList().get(0)));
    }
    return values;
  }

  /** Of SessionEndInfo: 1 for success, 2 for failure. */
  private long status() throws IOException {
    return plugin("session-end", 4).getField(1).getVarintList().get(0);
  }

  private static Value number(double value) {
    return Value.newBuilder().setNumberValue(value).build();
  }

  private static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }

  private static byte[] png(int width, int height) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB), "png", bytes);
    return bytes.toByteArray();
  }
}
