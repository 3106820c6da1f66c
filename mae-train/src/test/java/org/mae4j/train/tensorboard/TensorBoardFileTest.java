package org.mae4j.train.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.train.metrics.SkippedStep;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.ValidationMetrics;
import org.mae4j.train.recipe.PretrainingRecipes;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.SessionLog.SessionStatus;
import org.tensorflow.proto.Summary;

/** Event files, read back by TensorFlow's published messages. */
class TensorBoardFileTest {

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

    assertThat(files()).hasSize(2);
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
    try (TensorBoardFile file = new TensorBoardFile(folder)) {
      file.onStart(PretrainingRecipes.TOY, stepsDone);
      for (Call call : calls) {
        call.on(file);
      }
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  /** The events of all files; checks the framing. */
  private List<Event> events() throws IOException {
    List<Event> events = new ArrayList<>();
    for (Path file : files()) {
      assertThat(file.getFileName().toString()).contains("tfevents");
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
    }
    return events;
  }

  private static byte[] png(int width, int height) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB), "png", bytes);
    return bytes.toByteArray();
  }
}
