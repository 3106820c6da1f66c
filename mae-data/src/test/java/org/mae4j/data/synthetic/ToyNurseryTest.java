package org.mae4j.data.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.Clip;
import org.mae4j.data.ffmpeg.DecodedVideo;

class ToyNurseryTest {

  private static final int PRETRAINING = 60;
  private static final int FILES = PRETRAINING + 12 * 3 + 10 * 3;

  @TempDir static Path shared;
  @TempDir Path folder;

  private static NurseryFiles files;

  @BeforeAll
  static void write() {
    files = nursery(1).build().write(shared.resolve("nursery"), (done, of) -> {});
  }

  @Test
  void writesOneFolderPerClass() throws IOException {
    assertThat(list(files.unlabelled())).hasSize(PRETRAINING);
    for (ToyTask task : ToyTask.values()) {
      for (String name : task.classes()) {
        assertThat(list(files.train(task).resolve(name))).hasSize(2);
        assertThat(list(files.test(task).resolve(name))).hasSize(1);
      }
    }
  }

  @Test
  void reportsEveryFile() {
    List<Integer> heard = new ArrayList<>();
    ToyNursery.ProgressListener listener =
        (done, of) -> {
          assertThat(of).isEqualTo(5 + 12 * 2 + 10 * 2);
          heard.add(done);
        };
    small().build().write(folder, listener);
    assertThat(heard).hasSize(5 + 12 * 2 + 10 * 2).isSorted().endsWith(5 + 12 * 2 + 10 * 2);
  }

  @Test
  void losslessFilesHoldTheRenderedClip() throws IOException {
    int checked = 0;
    for (int i = 0; i < PRETRAINING; i++) {
      Clip clip = nursery(1).build().renderUnlabelled(i);
      String id = clip.info().id();
      if (id.endsWith(".mkv")) {
        Set<ByteBuffer> inFile = new HashSet<>();
        DecodedVideo.read(files.folder().resolve(id))
            .frames()
            .forEach(frame -> inFile.add(ByteBuffer.wrap(frame)));
        for (int t = 0; t < ToyScene.FRAMES; t++) {
          assertThat(inFile).contains(clip.pixels().slice(t * 3072, 3072));
        }
        checked++;
      }
    }
    assertThat(checked).isPositive();
  }

  @Test
  void labelsAreAlphabetical() {
    ToyNursery nursery = nursery(1).build();
    assertThat(ToyTask.TEMPLATES.classes()).hasSize(12).isSorted();
    assertThat(ToyTask.SCENES.classes()).hasSize(10).isSorted();
    Clip clip = nursery.renderTest(ToyTask.SCENES, 3, 0);
    assertThat(clip.info().label()).hasValue(3);
    assertThat(clip.info().id()).startsWith("scenes/test/" + ToyTask.SCENES.classes().get(3) + "/");
  }

  @Test
  void templatesAreStoredInKeyFramesOnly() throws IOException {
    assertThat(rows(files.folder()).filter(row -> row.startsWith("templates/")))
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row).containsPattern(",(MJPEG|FFV1),"));
  }

  @Test
  void listNamesWhatEachFileShows() throws IOException {
    assertThat(rows(files.folder()).filter(row -> row.startsWith("templates/train/grow/")))
        .hasSize(2)
        .allSatisfy(row -> assertThat(row.split(",", -1)).hasSize(8).contains("grow"));
  }

  @Test
  void noTwoClipsAreAlike() throws IOException {
    List<String> hashes =
        rows(files.folder()).map(row -> row.substring(row.lastIndexOf(',') + 1)).toList();
    assertThat(hashes).hasSize(FILES).doesNotHaveDuplicates();
  }

  @Test
  void anIdenticalNurseryIsReused() {
    NurseryFiles again =
        nursery(1).build().write(files.folder(), (done, of) -> assertThat(done).isZero());
    assertThat(again.reused()).isTrue();
    assertThat(again.hash()).isEqualTo(files.hash());
  }

  @Test
  void hashDoesNotDependOnThreads() {
    NurseryFiles one = small().optThreads(1).build().write(folder.resolve("1"), (d, of) -> {});
    NurseryFiles four = small().optThreads(4).build().write(folder.resolve("4"), (d, of) -> {});
    assertThat(one.hash()).isEqualTo(four.hash());
  }

  @Test
  void aClipDoesNotDependOnHowManyThereAre() {
    Clip few = small().build().renderUnlabelled(4);
    Clip many = small().optPretrainingClips(1000).build().renderUnlabelled(4);
    assertThat(many.pixels()).isEqualTo(few.pixels());
  }

  @Test
  void damagedUnfinishedAndOtherNurseriesAreWrittenAnew() throws IOException {
    NurseryFiles first = small().build().write(folder, (done, of) -> {});
    Path video = list(first.unlabelled()).get(0);
    Files.write(video, new byte[] {1}, StandardOpenOption.APPEND);
    assertThat(small().build().write(folder, (done, of) -> {}))
        .isEqualTo(new NurseryFiles(folder, first.hash(), false));

    Files.delete(video);
    assertThat(small().build().write(folder, (done, of) -> {}).reused()).isFalse();

    Files.move(folder.resolve("nursery.csv"), folder.resolve("nursery.unfinished"));
    assertThat(small().build().write(folder, (done, of) -> {}).reused()).isFalse();
    assertThat(folder.resolve("nursery.unfinished")).doesNotExist();

    NurseryFiles fewer = small().optPretrainingClips(2).build().write(folder, (done, of) -> {});
    assertThat(fewer.reused()).isFalse();
    assertThat(list(fewer.unlabelled())).hasSize(2);
  }

  @Test
  void refusesAFolderOfOtherFiles() throws IOException {
    Path mine = Files.writeString(folder.resolve("thesis.txt"), "precious");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> small().build().write(folder, (done, of) -> {}))
        .withMessage(folder + " must be empty or hold a toy nursery, but holds other files");
    assertThat(mine).hasContent("precious");
  }

  @Test
  void failureOfTheListenerEndsTheWriting() {
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(
            () ->
                small()
                    .build()
                    .write(
                        folder,
                        (done, of) -> {
                          throw new UnsupportedOperationException();
                        }));
    assertThat(folder.resolve("nursery.csv")).doesNotExist();
  }

  @Test
  void namesNumbersOutOfRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> small().optPretrainingClips(0).build())
        .withMessage("pretraining clips must be at least 1, but were 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> small().optSize(8).build())
        .withMessage("size must be even and in [16, 1024], but was 8");
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> small().build().renderUnlabelled(5));
  }

  private static ToyNursery.Builder nursery(long seed) {
    return ToyNursery.builder()
        .setSeed(seed)
        .optPretrainingClips(PRETRAINING)
        .optTrainClipsPerClass(2)
        .optTestClipsPerClass(1);
  }

  private static ToyNursery.Builder small() {
    return nursery(2).optPretrainingClips(5).optTrainClipsPerClass(1);
  }

  private static Stream<String> rows(Path folder) throws IOException {
    return Files.readAllLines(folder.resolve("nursery.csv")).stream().skip(2);
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
