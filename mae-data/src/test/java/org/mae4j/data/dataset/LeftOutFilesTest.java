package org.mae4j.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.ClipInfo;

/** Whatever a folder of people has in it: the search goes on, and names what it left out. */
class LeftOutFilesTest {

  @TempDir private Path root;

  @Test
  void namesWhatIsHiddenOrASystems() throws IOException {
    files("a.mp4", "._a.mp4", ".git/b.mp4", "__MACOSX/a.mp4", "x/@eaDir/a.mp4", "lost+found/c.mp4");
    files(".DS_Store", "a.srt", "a.jpg");
    ClipDataset videos = VideoFolder.of(root);
    assertThat(ids(videos)).containsExactly("a.mp4");
    assertThat(videos.leftOut())
        .containsOnly(
            entry("._a.mp4", "hidden"),
            entry(".git", "hidden folder"),
            entry("__MACOSX", "folder of a system"),
            entry("lost+found", "folder of a system"),
            entry("x/@eaDir", "folder of a system"));
    assertThat(videos.provenance("train"))
        .containsEntry("train data left out", "5 (._a.mp4, .git, __MACOSX, lost+found, ...)");
    assertThat(videos.subset(0).leftOut()).isEmpty();
  }

  @Test
  void namesWhatMayHaveBeenMeant() throws IOException {
    files("a.mp4", "b.mp4.part", "c.tar.gz", "d.swf", "clip", "e.GIF");
    assertThat(VideoFolder.of(root).leftOut())
        .containsOnly(
            entry("b.mp4.part", "packed, or not loaded to its end"),
            entry("c.tar.gz", "packed, or not loaded to its end"),
            entry("d.swf", "no video that can be read"),
            entry("clip", "no ending says what it is"));
    files("a.png");
    assertThat(ImageFolder.of(root).leftOut()).containsEntry("e.GIF", "no image that can be read");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void namesLinksThatLeadNowhereOrInACircle() throws IOException {
    files("sub/a.mp4");
    Files.createSymbolicLink(root.resolve("gone.mp4"), Path.of("no such file.mp4"));
    Files.createSymbolicLink(root.resolve("disk"), Path.of("/no such disk"));
    Files.createSymbolicLink(root.resolve("self.mp4"), Path.of("self.mp4"));
    Files.createSymbolicLink(root.resolve("sub/up"), Path.of(".."));
    Files.createSymbolicLink(root.resolve("good.mp4"), Path.of("sub/a.mp4"));
    ClipDataset videos = VideoFolder.of(root);
    assertThat(ids(videos)).containsExactly("good.mp4", "sub/a.mp4");
    assertThat(videos.leftOut())
        .containsOnly(
            entry("disk", "link that leads nowhere"),
            entry("gone.mp4", "link that leads nowhere"),
            entry("self.mp4", "link that leads nowhere"),
            entry("sub/up", "link to a folder it lies in"));
    assertThat(VideoFolder.of(root.resolve("sub")).leftOut())
        .containsOnly(entry("up", "link to a folder it lies in"));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void namesAFolderThatMayNotBeEntered() throws IOException {
    files("a.mp4", "closed/b.mp4");
    Path closed = root.resolve("closed");
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
    try {
      assumeFalse(Files.isReadable(closed), "root may enter all");
      ClipDataset videos = VideoFolder.of(root);
      assertThat(ids(videos)).containsExactly("a.mp4");
      assertThat(videos.leftOut()).containsOnly(entry("closed", "may not be entered"));
      assertThatThrownBy(() -> VideoFolder.of(closed))
          .isInstanceOf(DatasetException.class)
          .hasMessageStartingWith(closed + " cannot be searched");
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void namesASocket() throws IOException {
    files("a.mp4");
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(root.resolve("s.mp4")));
      assertThat(VideoFolder.of(root).leftOut())
          .containsOnly(entry("s.mp4", "pipe, socket or device"));
    }
  }

  /** Bytes that are no UTF-8 cannot be said in any encoding but the one they were written in. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void namesFilesWhoseNamesAreNoText() throws IOException {
    files("a/a.mp4", "b/b.mp4");
    Path odd = Path.of(URI.create(root.toUri() + "a/caf%E9.mp4"));
    assumeFalse(FileNames.isText(odd), "names are in Latin-1");
    Files.write(odd, new byte[1]);
    Path folder = Path.of(URI.create(root.toUri() + "d%E9"));
    Files.createDirectories(folder);
    Files.write(folder.resolve("c.mp4"), new byte[1]);
    ClipDataset videos = VideoFolder.ofClasses(root);
    assertThat(ids(videos)).containsExactly("a/a.mp4", "b/b.mp4");
    assertThat(videos.classes()).containsExactly("a", "b");
    assertThat(videos.leftOut())
        .containsOnly(
            entry("a/caf%E9.mp4", FileNames.remedy()), entry("d%E9/", FileNames.remedy()));
  }

  /** As in many containers and in cron. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void goesOnAndNamesTheRemedyWhereTheProcessKnowsNoLettersButAsciis() throws Exception {
    files("a/a.mp4");
    Files.write(Path.of(URI.create(root.toUri() + "a/d%C3%A9j%C3%A0.mp4")), new byte[1]);
    Files.writeString(root.resolve("list.csv"), "path\na/a.mp4\na/d\u00e9j\u00e0.mp4\n");
    ProcessBuilder java =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            InAscii.class.getName(),
            root.toString());
    java.environment().put("LC_ALL", "C");
    Process process = java.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said)
        .contains("[a/a.mp4]")
        .contains("{a/d%C3%A9j%C3%A0.mp4=its name cannot be said in ", "LC_ALL=C.UTF-8}")
        .contains("the first in line 3: ")
        .contains("no such path, its name cannot be said in ");
  }

  /** What the process does. */
  static final class InAscii {
    public static void main(String[] arguments) {
      Path folder = Path.of(arguments[0]);
      ClipDataset videos = VideoFolder.of(folder);
      System.out.println(ids(videos) + " " + videos.leftOut());
      try {
        Manifest.read(folder.resolve("list.csv"));
      } catch (DatasetException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void saysThatAFolderHasNothingElse() throws IOException {
    files(".hidden.mp4");
    assertThatThrownBy(() -> VideoFolder.of(root))
        .isInstanceOf(DatasetException.class)
        .hasMessageEndingWith("; left out: hidden: 1 (.hidden.mp4)");
  }

  @Test
  void countsNoClassWithoutAVideoAndNamesIt() throws IOException {
    files("wave/1.mp4", "jump/1.mp4", "papers/a.pdf", ".git/1.mp4", "__MACOSX/1.mp4");
    Files.createDirectories(root.resolve("empty"));
    ClipDataset videos = VideoFolder.ofClasses(root);
    assertThat(videos.classes()).containsExactly("jump", "wave");
    assertThat(videos.leftOut())
        .containsEntry("empty", "folder without a video, no class")
        .containsEntry("papers", "folder without a video, no class")
        .hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"train/wave/1.mp4", "Val/1.mp4"})
  void refusesTheFoldersOfASplitAsClasses(String file) throws IOException {
    files(file, "test/wave/1.mp4");
    assertThatThrownBy(() -> VideoFolder.ofClasses(root))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("where a folder for each class is expected: take one of them")
        .hasMessageNotContaining("\n");
    assertThat(
            VideoFolder.builder()
                .setFolder(root)
                .optClassFolders(List.of("train", "Val", "test"))
                .build()
                .size())
        .isEqualTo(2);
  }

  @Test
  void takesTrainForAClassAmongOthers() throws IOException {
    files("train/1.mp4", "car/1.mp4");
    assertThat(VideoFolder.ofClasses(root).classes()).containsExactly("car", "train");
  }

  private void files(String... paths) throws IOException {
    for (String path : paths) {
      Path file = root.resolve(path);
      Files.createDirectories(file.getParent());
      Files.write(file, new byte[1]);
    }
  }

  private static List<String> ids(ClipDataset dataset) {
    return dataset.clips().stream().map(ClipInfo::id).toList();
  }
}
