package org.mae4j.examples.nursery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Seeds;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.ClipReader;
import org.mae4j.data.dataset.ImageFolder;
import org.mae4j.train.RunLock;

class ToyNurseryTest {

  private static final int PRETRAINING = 60;
  private static final int CHILD = 40;
  private static final int FILES = PRETRAINING + CHILD + 12 * 3 + 10 * 3 + 10 * 3;

  private static final ClipRequest REQUEST =
      ClipRequest.one(new FrameSampling(1, 1, 30), WindowPlacement.centre(), Seeds.generator(1));

  @TempDir static Path shared;
  @TempDir Path folder;

  private static NurseryFiles files;

  @BeforeAll
  static void write() {
    files = everything().build().write(shared.resolve("nursery"), (done, of) -> {});
  }

  @Test
  void writesOneFolderPerClass() throws IOException {
    assertThat(list(files.unlabelled())).hasSize(PRETRAINING);
    assertThat(list(files.child())).hasSize(CHILD);
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
        // Closer together than the frames of any file, from its first to its last.
        FrameSampling all = new FrameSampling(400, 0.25, 30);
        ClipRequest request =
            ClipRequest.one(all, new WindowPlacement.AtFraction(0), Seeds.generator(1));
        Clip read =
            ClipReader.create().read(files.folder().resolve(id), clip.info(), request).get(0);
        for (int t = 0; t < all.frames(); t++) {
          inFile.add(read.frame(t));
        }
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
    assertThat(ToyTask.OBJECTS.classes()).hasSize(10).isSorted();
    Clip clip = nursery.renderTest(ToyTask.SCENES, 3, 0);
    assertThat(clip.info().label()).hasValue(3);
    assertThat(clip.info().id()).startsWith("scenes/test/" + ToyTask.SCENES.classes().get(3) + "/");
  }

  /** What the list said, files' bytes aside, before a nursery could have more parts. */
  @Test
  void withoutAHomeAndImagesItIsTheSameAsEver() throws IOException {
    small().build().write(folder, (done, of) -> {});
    String drawn =
        Files.readAllLines(folder.resolve("nursery.csv")).stream()
            .map(row -> row.replaceFirst(",[^,]*$", "") + "\n")
            .collect(Collectors.joining());
    assertThat(Hashing.sha256().hashString(drawn, StandardCharsets.UTF_8))
        .hasToString("d901dd0ac5bd95e36d652ef7dd40659a8dcb5e9bfb892c2512ebe2521305f7fa");
    assertThat(list(folder))
        .extracting(file -> file.getFileName().toString())
        .containsExactly("nursery.csv", "run.lock", "scenes", "templates", "unlabelled");
  }

  @Test
  void childLivesInOneHome() throws IOException {
    List<String[]> child =
        rows(files.folder())
            .filter(row -> row.startsWith("child/"))
            .map(row -> row.split(",", -1))
            .toList();
    assertThat(child.stream().map(row -> row[2]).distinct()).hasSizeLessThanOrEqualTo(10);
    assertThat(child.stream().map(row -> row[1]).distinct()).hasSizeGreaterThan(6);
    assertThat(rows(files.folder()).filter(row -> row.startsWith("unlabelled/")))
        .extracting(row -> row.split(",", -1)[2])
        .contains(Arrays.stream(Room.values()).map(Room::className).toArray(String[]::new));
  }

  @Test
  void homeStaysHoweverManyVideosThereAre() throws IOException {
    ToyNursery more = nursery(1).optChildClips(1000).build();
    ToyNursery fewer = everything().build();
    assertThat(more.renderChild(7).pixels()).isEqualTo(fewer.renderChild(7).pixels());
    assertThat(nursery(3).optChildClips(8).build().renderChild(7).pixels())
        .isNotEqualTo(fewer.renderChild(7).pixels());
    assertThat(list(files.child())).isSorted().first().asString().contains("000000.");
  }

  @Test
  void imagesHoldTheRenderedFrame() {
    ToyNursery nursery = everything().build();
    try (ClipDataset images =
        ImageFolder.builder()
            .setFolder(files.train(ToyTask.OBJECTS))
            .optClassFolders(ToyTask.OBJECTS.classes())
            .build()) {
      assertThat(images.size()).isEqualTo(20);
      for (int i = 0; i < images.size(); i++) {
        int label = images.info(i).label().orElseThrow();
        Clip rendered = nursery.renderTrain(ToyTask.OBJECTS, label, i % 2);
        Clip read = images.clips(i, REQUEST).get(0);
        assertThat(rendered.info().id()).endsWith(images.info(i).id());
        assertThat(read.pixels()).isEqualTo(rendered.pixels());
        read.close();
      }
    }
  }

  @Test
  void listNamesTheToyOfAnImage() throws IOException {
    for (String name : ToyTask.OBJECTS.classes()) {
      assertThat(rows(files.folder()).filter(row -> row.startsWith("objects/train/" + name + "/")))
          .hasSize(2)
          .allSatisfy(row -> assertThat(row).contains("," + name + ",1,PNG,,"));
    }
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
        everything().build().write(files.folder(), (done, of) -> assertThat(done).isZero());
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
  void twoThatStartInOneFolderShareOneNursery() throws Exception {
    CompletableFuture<NurseryFiles> other =
        CompletableFuture.supplyAsync(() -> small().build().write(folder, (done, of) -> {}));
    NurseryFiles own = small().build().write(folder, (done, of) -> {});

    assertThat(other.get().hash()).isEqualTo(own.hash());
    assertThat(List.of(own.reused(), other.get().reused())).containsExactlyInAnyOrder(true, false);
  }

  @Test
  void waitsForAnotherProcessThatWrites() throws Exception {
    RunLock lock = RunLock.acquire(folder);
    CompletableFuture<NurseryFiles> waiting =
        CompletableFuture.supplyAsync(() -> small().build().write(folder, (done, of) -> {}));
    TimeUnit.MILLISECONDS.sleep(300);
    assertThat(waiting).isNotDone();
    lock.close();

    assertThat(waiting.get().reused()).isFalse();
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
        .isThrownBy(() -> small().optChildClips(-1).build())
        .withMessage("child clips must be at least 0, but were -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> small().optObjects(3, 0))
        .withMessage("test images per class must be at least 1, but were 0");
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> small().build().renderTrain(ToyTask.OBJECTS, 0, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> small().optSize(8).build())
        .withMessage("size must be even and in [16, 1024], but was 8");
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> small().build().renderUnlabelled(5));
  }

  private static ToyNursery.Builder everything() {
    return nursery(1).optChildClips(CHILD).optObjects(2, 1);
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
