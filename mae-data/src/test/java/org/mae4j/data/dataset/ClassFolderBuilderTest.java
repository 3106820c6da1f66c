package org.mae4j.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.WindowPlacement;

/** Kinetics-700, ImageNet and Something-Something-V2 sorted into folders. */
class ClassFolderBuilderTest {

  private static final ClipRequest REQUEST =
      ClipRequest.one(new FrameSampling(2, 2, 30), WindowPlacement.centre(), new Random(0));

  @TempDir private Path root;
  private Trees trees;

  @BeforeEach
  void makeTrees() {
    trees = new Trees(root);
  }

  @Test
  void readsKineticsWithItsClassesInOrder() {
    for (int i = 0; i < 700; i++) {
      trees.write(root, String.format(Locale.ROOT, "val/class (%03d)/b.mp4", 699 - i));
    }
    trees.write(root, "val/class (003)/a.mp4");
    ClipDataset val = Kinetics700.of(root, "val");
    assertThat(val.name()).isEqualTo("Kinetics-700 val");
    assertThat(val.size()).isEqualTo(701);
    assertThat(val.classes()).hasSize(700).startsWith("class (000)").endsWith("class (699)");
    assertThat(val.info(3).id()).isEqualTo("val/class (003)/a.mp4");
    assertThat(val.info(4).label()).hasValue(3);
    try (Clip clip = val.clips(4, REQUEST).get(0)) {
      assertThat(clip.info()).isEqualTo(val.info(4));
      assertThat(clip.isStill()).isFalse();
    }
  }

  @Test
  void readsImageNetWhateverItsFilesHold() throws IOException {
    for (int i = 0; i < 1000; i++) {
      trees.write(root, String.format(Locale.ROOT, "train/n%08d/n%08d_1.JPEG", i, i));
    }
    // As one file of the published set does.
    trees.write(root, "png.png");
    Files.move(root.resolve("png.png"), root.resolve("train/n00000007/n00000007_2.JPEG"));
    ClipDataset train = ImageNet.of(root, "train");
    assertThat(train.size()).isEqualTo(1001);
    assertThat(train.classes()).hasSize(1000).startsWith("n00000000");
    for (int i = 7; i < 9; i++) {
      try (Clip clip = train.clips(i, REQUEST).get(0)) {
        assertThat(clip.isStill()).isTrue();
        assertThat(clip.info().label()).hasValue(7);
        assertThat(clip.shape().frames()).isEqualTo(2);
      }
    }
  }

  @Test
  void readsSomethingSomethingInFolders() {
    trees.write(root, "train/Dropping something/9.webm", "train/Holding something/7.webm");
    ClipDataset train =
        SomethingSomethingV2.classFolders().setRoot(root).setSplit("train").optPartial().build();
    assertThat(train.classes()).containsExactly("Dropping something", "Holding something");
    train.clips(1, REQUEST).forEach(Clip::close);
  }

  @Test
  void saysWhichSplitsThereAre() {
    trees.write(root, "val/a/1.mp4", "train.tar.gz");
    assertThatThrownBy(() -> Kinetics700.of(root, "train"))
        .isInstanceOf(DatasetException.class)
        .hasMessage(
            root
                + ": Kinetics-700 is expected as train/<class name>/<id>.mp4 with 700 classes, but"
                + " found 1 folder (val), 1 archive not unpacked (train.tar.gz)");
  }

  @Test
  void refusesFewerClassesThanWerePublished() {
    trees.write(root, "train/a/1.mp4", "train/b/1.mp4", "train/c.tar");
    assertThatThrownBy(() -> Kinetics700.of(root, "train"))
        .isInstanceOf(DatasetException.class)
        .hasMessageEndingWith("but found 2 folders (a, b), 1 archive not unpacked (c.tar)");
  }

  @Test
  void refusesClassFoldersThatAreEmpty() throws IOException {
    trees.write(root, "train/a/1.mp4", "train/b/readme.txt");
    Files.createDirectories(root.resolve("train/c"));
    assertThatThrownBy(() -> Kinetics700.of(root, "train"))
        .isInstanceOf(DatasetException.class)
        .hasMessageEndingWith("but found no video in 2 folders (b, c)");
  }

  @Test
  void refusesImagesThatWereNotSorted() {
    trees.write(root, "val/ILSVRC2012_val_00000001.jpeg", "val/ILSVRC2012_val_00000002.jpeg");
    assertThatThrownBy(() -> ImageNet.of(root, "val"))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("val/<wnid>/<file>.JPEG with 1000 classes")
        .hasMessageEndingWith("but found 2 images that lie in no class folder");
  }

  @Test
  void refusesAMissingRoot() {
    Path missing = root.resolve("missing");
    assertThatThrownBy(() -> ImageNet.of(missing, "val"))
        .isInstanceOf(DatasetException.class)
        .hasMessage(missing + ": no such folder");
  }

  @Test
  void numbersAPartByTheClassesOfAnotherSplit() {
    trees.write(root, "train/a/1.mp4", "train/b/1.mp4", "val/b/2.mp4");
    ClipDataset train = Kinetics700.builder().setRoot(root).setSplit("train").optPartial().build();
    ClipDataset val =
        Kinetics700.builder().setRoot(root).setSplit("val").optPartial(train.classes()).build();
    assertThat(val.clips()).extracting(ClipInfo::id).containsExactly("val/b/2.mp4");
    assertThat(val.info(0).label()).hasValue(1);
  }

  @Test
  void readsFromAnyFileSystem() throws IOException {
    Path folder = Files.createDirectory(root.resolve("made"));
    trees.write(folder, "train/a/1.mp4", "train/b/2.mp4");
    Path archive = root.resolve("kinetics.zip");
    try (FileSystem zip = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
      for (String file : List.of("train/a/1.mp4", "train/b/2.mp4")) {
        Files.createDirectories(zip.getPath(file).getParent());
        Files.copy(folder.resolve(file), zip.getPath(file));
      }
    }
    try (FileSystem zip = FileSystems.newFileSystem(archive)) {
      ClipDataset train =
          Kinetics700.builder().setRoot(zip.getPath("/")).setSplit("train").optPartial().build();
      assertThat(train.clips())
          .extracting(ClipInfo::id)
          .containsExactly("train/a/1.mp4", "train/b/2.mp4");
      train.clips(1, REQUEST).forEach(Clip::close);
    }
  }
}
