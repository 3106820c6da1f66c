package org.mae4j.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Seeds;
import org.mae4j.api.WindowPlacement;

class VideoFilesTest {

  @TempDir private Path root;

  @Test
  void takesFilesInTheOrderGiven() {
    new Trees(root).write(root, "b.mp4", "sub/a.mkv");
    ClipDataset files = VideoFiles.of(root.resolve("b.mp4"), root.resolve("sub/a.mkv"));
    assertThat(ids(files)).containsExactly("b.mp4", "a.mkv");
    assertThat(files.path(1)).isEqualTo(root.resolve("sub/a.mkv"));
    assertThat(files.root()).isEqualTo(root.toAbsolutePath().normalize());
    assertThat(files.classes()).isEmpty();
    assertThat(files).hasToString("files (b.mp4, a.mkv): 2 files");
  }

  @Test
  void readsVideosAndImages() {
    new Trees(root).write(root, "a.mp4", "b.png");
    ClipDataset files = VideoFiles.of(root.resolve("a.mp4"), root.resolve("b.png"));
    try (Clip video = clip(files, 0);
        Clip image = clip(files, 1)) {
      assertThat(video.shape().width()).isEqualTo(32);
      assertThat(video.isStill()).isFalse();
      assertThat(video.info().id()).isEqualTo("a.mp4");
      assertThat(image.isStill()).isTrue();
    }
  }

  @Test
  void tellsFilesOfOneNameApartByTheEndOfTheirPaths() {
    assertThat(ids(of("x/1/v.mp4", "y/1/v.mp4", "y/2/v.mp4", "y/2/w.mp4")))
        .containsExactly("x/1/v.mp4", "y/1/v.mp4", "2/v.mp4", "w.mp4");
  }

  @Test
  void tellsAFileFromOneWhosePathEndsAsItsOwnDoes() {
    assertThat(ids(of("v.mp4", "x/v.mp4")))
        .containsExactly(root.toAbsolutePath().getFileName() + "/v.mp4", "x/v.mp4");
  }

  /** A path in an archive may be all of the end of another. */
  @Test
  void takesTheWholePathWhereNoEndIsItsOwn() throws IOException {
    new Trees(root).write(root, "x/v.mp4");
    try (FileSystem zip =
        FileSystems.newFileSystem(root.resolve("a.zip"), Map.of("create", "true"))) {
      Path packed = zip.getPath("/v.mp4");
      Files.copy(root.resolve("x/v.mp4"), packed);
      ClipDataset files = VideoFiles.of(packed, root.resolve("x/v.mp4"));
      assertThat(ids(files)).containsExactly("v.mp4", "x/v.mp4");
      assertThat(files.path(0)).isEqualTo(packed);
    }
  }

  @Test
  void keepsPathsInAPart() {
    ClipDataset part = of("x/v.mp4", "y/v.mp4").subset(1);
    assertThat(part.path(0)).isEqualTo(root.resolve("y/v.mp4"));
  }

  @Test
  void findsTheFilesOfOneFolderAgainByAManifest() {
    ClipDataset files = of("b.mp4", "a.mp4");
    Path list = root.resolve("list.csv");
    Manifest.write(files, list);
    assertThat(Manifest.read(list).listHash()).isEqualTo(files.listHash());
  }

  @Test
  void refusesNone() {
    assertThatThrownBy(() -> VideoFiles.of(List.of()))
        .isInstanceOf(DatasetException.class)
        .hasMessage("files must be at least 1, but none was given");
  }

  @Test
  void refusesAMissingFile() {
    Path missing = root.resolve("none.mp4");
    assertThatThrownBy(() -> VideoFiles.of(missing))
        .isInstanceOf(DatasetException.class)
        .hasMessage(missing + ": no such file");
  }

  @Test
  void refusesAFolder() {
    assertThatThrownBy(() -> VideoFiles.of(root))
        .isInstanceOf(DatasetException.class)
        .hasMessage(root + " must be a file, but is a folder");
  }

  @Test
  void refusesAFileGivenTwice() {
    new Trees(root).write(root, "a.mp4");
    Path again = root.resolve("x/../a.mp4");
    new Trees(root).write(root, "x/b.mp4");
    assertThatThrownBy(() -> VideoFiles.of(root.resolve("a.mp4"), again))
        .isInstanceOf(DatasetException.class)
        .hasMessage(again + " is given twice");
  }

  private ClipDataset of(String... names) {
    new Trees(root).write(root, names);
    return VideoFiles.of(Arrays.stream(names).map(root::resolve).toList());
  }

  private static List<String> ids(ClipDataset files) {
    return files.clips().stream().map(ClipInfo::id).toList();
  }

  private static Clip clip(ClipDataset files, int index) {
    ClipRequest request =
        ClipRequest.one(new FrameSampling(4, 2, 30), WindowPlacement.centre(), Seeds.generator(0));
    return files.clips(index, request).get(0);
  }
}
