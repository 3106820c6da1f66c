package org.mae4j.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.data.Videos;

class VideoFolderTest {

  @TempDir private Path root;

  @Test
  void findsVideosAtAnyDepthInOrder() throws IOException {
    files("b.mp4", "a/z.MKV", "a/b/c.webm", "a-1/x.avi", "Z.mov");
    files("notes.txt", "mp4", ".hidden.mp4", ".cache/d.mp4");
    assertThat(ids(VideoFolder.of(root)))
        .containsExactly("Z.mov", "a-1/x.avi", "a/b/c.webm", "a/z.MKV", "b.mp4");
  }

  @Test
  void sortsByCodePointsAndNotByTheirEncoding() throws IOException {
    assumeTrue(Videos.mayBeNamed("\uD83D\uDE00"));
    files("\uD83D\uDE00.mp4", "\uFF21.mp4");
    assertThat(ids(VideoFolder.of(root))).containsExactly("\uFF21.mp4", "\uD83D\uDE00.mp4");
  }

  @Test
  void searchesAFolderThatIsHiddenItself() throws IOException {
    files(".hidden/a.mp4");
    assertThat(ids(VideoFolder.of(root.resolve(".hidden")))).containsExactly("a.mp4");
  }

  @Test
  void labelsByTheFolderAtTheTop() throws IOException {
    files("wave/1.mp4", "jump/deep/2.mp4", "jump/1.mp4");
    ClipDataset folder = VideoFolder.builder().setFolder(root).optClassFolders().build();
    assertThat(folder.classes()).containsExactly("jump", "wave");
    assertThat(labels(folder)).containsExactly(0, 0, 1);
  }

  @Test
  void labelsByGivenClassesWhereSomeHaveNoVideo() throws IOException {
    files("wave/1.mp4");
    ClipDataset folder =
        VideoFolder.builder().setFolder(root).optClassFolders(List.of("jump", "wave")).build();
    assertThat(labels(folder)).containsExactly(1);
  }

  @Test
  void refusesAFolderThatIsNoneOfTheClasses() throws IOException {
    files("wave/1.mp4");
    assertThatThrownBy(
            () ->
                VideoFolder.builder()
                    .setFolder(root)
                    .optClassFolders(List.of("jump", "run"))
                    .build())
        .isInstanceOf(DatasetException.class)
        .hasMessage("wave/1.mp4: its folder is none of the 2 classes");
  }

  @Test
  void refusesAVideoOutsideClassFolders() throws IOException {
    files("wave/1.mp4", "2.mp4");
    assertThatThrownBy(() -> VideoFolder.builder().setFolder(root).optClassFolders().build())
        .isInstanceOf(DatasetException.class)
        .hasMessage("2.mp4 must lie in a folder that names its class");
  }

  @Test
  void readsAListRelativeToItsFolder() throws IOException {
    files("sub/b.mp4", "a.mp4");
    Path list = Files.writeString(root.resolve("list.txt"), "# mine\nsub/b.mp4\n\n a.mp4 \r\n");
    ClipDataset folder = VideoFolder.builder().setList(list).build();
    assertThat(ids(folder)).containsExactly("sub/b.mp4", "a.mp4");
    assertThat(folder.path(0)).isRegularFile();
  }

  @Test
  void keepsLabelsInASubset() throws IOException {
    files("wave/1.mp4", "jump/2.mp4", "jump/1.mp4");
    ClipDataset subset =
        VideoFolder.builder().setFolder(root).optClassFolders().build().subset(2, 0);
    assertThat(ids(subset)).containsExactly("wave/1.mp4", "jump/1.mp4");
    assertThat(labels(subset)).containsExactly(1, 0);
  }

  @Test
  void refusesAMissingFolder() {
    Path missing = root.resolve("missing");
    assertThatThrownBy(() -> VideoFolder.of(missing))
        .isInstanceOf(DatasetException.class)
        .hasMessage(missing + ": no such folder");
  }

  @Test
  void refusesAFileInPlaceOfAFolder() throws IOException {
    files("a.mp4");
    assertThatThrownBy(() -> VideoFolder.of(root.resolve("a.mp4")))
        .isInstanceOf(DatasetException.class)
        .hasMessage(root.resolve("a.mp4") + " is not a folder");
  }

  @Test
  void refusesAFolderWithoutVideos() throws IOException {
    files("notes.txt");
    assertThatThrownBy(() -> VideoFolder.of(root))
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith(root + ": no video in it")
        .hasMessageContaining(".mp4")
        .hasMessageNotContaining("\n");
  }

  @Test
  void refusesAListThatNamesNothing() throws IOException {
    Path list = Files.writeString(root.resolve("list.txt"), "# nothing\n");
    assertThatThrownBy(() -> VideoFolder.builder().setList(list).build())
        .isInstanceOf(DatasetException.class)
        .hasMessage(list + ": names no file, but must name at least 1");
  }

  @Test
  void wantsEitherAFolderOrAList() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VideoFolder.builder().build())
        .withMessage("exactly one of folder and list must be set");
  }

  private void files(String... names) throws IOException {
    for (String name : names) {
      Path file = root.resolve(name);
      Files.createDirectories(file.getParent());
      Files.createFile(file);
    }
  }

  private static List<String> ids(ClipDataset folder) {
    return IntStream.range(0, folder.size()).mapToObj(i -> folder.info(i).id()).toList();
  }

  private static List<Integer> labels(ClipDataset folder) {
    return IntStream.range(0, folder.size())
        .mapToObj(i -> folder.info(i).label().getAsInt())
        .toList();
  }
}
