package org.mae4j.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.Videos;

class ManifestTest {

  @TempDir private Path root;

  @Test
  void readsNamesOfClasses() throws IOException {
    write("a.mp4", "b/c.mp4");
    ClipDataset dataset = Manifest.read(list("list.csv", "class,path\nwave,b/c.mp4\njump,a.mp4\n"));
    assertThat(ids(dataset)).containsExactly("b/c.mp4", "a.mp4");
    assertThat(dataset.classes()).containsExactly("jump", "wave");
    assertThat(labels(dataset)).containsExactly(1, 0);
    ClipRequest request =
        ClipRequest.one(new FrameSampling(2, 2, 30), WindowPlacement.centre(), new Random(0));
    dataset.clips(0, request).forEach(Clip::close);
  }

  @Test
  void readsNumbersOfClasses() throws IOException {
    write("a.mp4", "b.mp4");
    ClipDataset dataset = Manifest.read(list("list.csv", "path,label\na.mp4,2\nb.mp4,0\n"));
    assertThat(dataset.classes()).containsExactly("0", "1", "2");
    assertThat(labels(dataset)).containsExactly(2, 0);
  }

  @Test
  void readsNumbersWithTheirNames() throws IOException {
    write("a.mp4", "b.mp4");
    ClipDataset dataset =
        Manifest.read(list("list.csv", "path,label,class\na.mp4,1,alpha\nb.mp4,0,beta\n"));
    assertThat(dataset.classes()).containsExactly("beta", "alpha");
    assertThat(labels(dataset)).containsExactly(1, 0);
  }

  @Test
  void readsPathsAlone() throws IOException {
    write("a.mp4");
    ClipDataset dataset = Manifest.read(list("list.csv", "path\na.mp4\n"));
    assertThat(dataset.classes()).isEmpty();
    assertThat(dataset.info(0).label()).isEmpty();
  }

  @Test
  void readsJsonLines() throws IOException {
    write("a.mp4", "b.png");
    ClipDataset dataset =
        Manifest.read(
            list(
                "list.jsonl",
                """
                {"path":"a.mp4","class":"w\\u00e4ve"}

                {"class":"jump","path":"b.png"}
                """));
    assertThat(dataset.classes()).containsExactly("jump", "w\u00e4ve");
    assertThat(labels(dataset)).containsExactly(1, 0);
  }

  @Test
  void readsQuotesCommasSpacesAndWhatExcelWrites() throws IOException {
    write("a, b.mp4", " c .mp4", "#1.mp4", "it's \"d\".mp4");
    ClipDataset dataset =
        Manifest.read(
            list(
                "list.csv",
                String.join(
                    "\r\n",
                    "\uFEFFpath, class",
                    "\"a, b.mp4\",x",
                    "\" c .mp4\", x",
                    "\"#1.mp4\",\"x, y\"",
                    "# a comment",
                    "",
                    "\"it's \"\"d\"\".mp4\",x",
                    "")));
    assertThat(ids(dataset)).containsExactly("a, b.mp4", " c .mp4", "#1.mp4", "it's \"d\".mp4");
    assertThat(dataset.classes()).containsExactly("x", "x, y");
  }

  @Test
  void readsOtherColumnsBelowAnotherRoot() throws IOException {
    write("videos/a.mp4");
    ClipDataset dataset =
        Manifest.builder()
            .setFile(list("list.csv", "video,seconds,action\na.mp4,3,wave\n"))
            .optRoot(root.resolve("videos"))
            .optPathColumn("video")
            .optClassColumn("action")
            .optClasses(List.of("jump", "wave"))
            .build();
    assertThat(labels(dataset)).containsExactly(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"split.csv", "split.jsonl", "split.txt"})
  void readsWhatItWrote(String name) {
    List<String> paths =
        new ArrayList<>(List.of("a, \"b\".mp4", " c .mp4", "#d.mp4", "sub/e e.mp4", "{.mp4"));
    if (Videos.mayBeNamed("\u00fc\u65e5\uD83D\uDE00")) {
      paths.add("\u00fc\u65e5\uD83D\uDE00.mp4");
    }
    write(paths.toArray(String[]::new));
    List<ClipInfo> clips = new ArrayList<>();
    paths.forEach(path -> clips.add(new ClipInfo(path, OptionalInt.of(clips.size() % 2 + 1))));
    ClipDataset dataset =
        new ClipDataset(
            "mine, \"first\"",
            root,
            clips,
            List.of("none", "wave, \u00fcber", "<jump>\n"),
            ClipReader.create());
    Path file = root.resolve(name);
    Manifest.write(dataset, file);
    ClipDataset read = Manifest.read(file);
    assertThat(read.name()).isEqualTo(dataset.name());
    assertThat(read.clips()).isEqualTo(dataset.clips());
    assertThat(read.classes()).isEqualTo(dataset.classes());
    assertThat(read.listHash()).isEqualTo(dataset.listHash());
    assertThat(root.resolve(name + ".part")).doesNotExist();
  }

  @Test
  void readsAnUnlabelledOneThatItWrote() {
    write("a.mp4");
    ClipDataset dataset = VideoFolder.of(root);
    Manifest.write(dataset, root.resolve("all.csv"));
    assertThat(Manifest.read(root.resolve("all.csv")).listHash()).isEqualTo(dataset.listHash());
  }

  @Test
  void refusesRowsThatWereChangedSince() throws IOException {
    write("a.mp4", "b.mp4");
    Path file = root.resolve("all.csv");
    Manifest.write(VideoFolder.of(root), file);
    Files.writeString(file, Files.readString(file).replace("b.mp4\n", ""));
    assertThatThrownBy(() -> Manifest.read(file))
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith(file + ": its rows were changed since it was written");
  }

  @Test
  void refusesOtherClassesThanItsOwn() {
    write("x/a.mp4", "y/b.mp4");
    Path file = root.resolve("all.csv");
    Manifest.write(VideoFolder.builder().setFolder(root).optClassFolders().build(), file);
    assertThatThrownBy(() -> Manifest.builder().setFile(file).optClasses(List.of("y", "x")).build())
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith(file + ": says itself which classes there are");
  }

  @Test
  void namesTheFirstFileThatIsMissing() throws IOException {
    write("a.mp4");
    Path file = list("list.csv", "path\na.mp4\nb.mp4\nc.mp4\n");
    assertThatThrownBy(() -> Manifest.read(file))
        .isInstanceOf(DatasetException.class)
        .hasMessage(
            file
                + ": 2 of the 3 files it names are not below "
                + root
                + ", the first in line 3: b.mp4");
  }

  @Test
  void namesTheColumnsThereAre() throws IOException {
    Path file = list("list.csv", "video,label\na.mp4,0\n");
    assertThatThrownBy(() -> Manifest.read(file))
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith(file + ": must have a column path, but has [video, label]");
  }

  @Test
  void namesTheLineOfALabelThatIsNoNumber() throws IOException {
    Path file = list("list.csv", "path,label\na.mp4,0\nb.mp4,wave\n");
    assertThatThrownBy(() -> Manifest.read(file))
        .isInstanceOf(DatasetException.class)
        .hasMessage(file + " line 3: label must be a whole number in [0, 1000000], but was wave");
  }

  @Test
  void namesTheLineOfARowThatIsTooShort() throws IOException {
    Path file = list("list.csv", "path,label\na.mp4,0\nb.mp4\n");
    assertThatThrownBy(() -> Manifest.read(file))
        .isInstanceOf(DatasetException.class)
        .hasMessage(file + " line 3: must have 2 values, but has 1");
  }

  @Test
  void namesTheLineOfAnUnknownClass() throws IOException {
    Path file = list("list.csv", "path,class\na.mp4,wave\n");
    assertThatThrownBy(() -> Manifest.builder().setFile(file).optClasses(List.of("jump")).build())
        .isInstanceOf(DatasetException.class)
        .hasMessage(file + " line 2: wave is none of the 1 classes");
  }

  @Test
  void namesTheLineOfAnObjectWithoutAPath() throws IOException {
    Path file = list("list.jsonl", "{\"path\":\"a.mp4\"}\n{\"file\":\"b.mp4\"}\n");
    assertThatThrownBy(() -> Manifest.read(file))
        .isInstanceOf(DatasetException.class)
        .hasMessage(
            file
                + " line 2: must be an object with a value for path, but was"
                + " {\"file\":\"b.mp4\"}");
  }

  @Test
  void refusesALineThatIsNoJson() throws IOException {
    Path file = list("list.jsonl", "{\"path\":\"a.mp4\"}\n\n{\"path\":\n");
    assertThatThrownBy(() -> Manifest.read(file))
        .isInstanceOf(DatasetException.class)
        .hasMessage(file + " line 3: must be JSON, but was {\"path\":");
  }

  @Test
  void refusesWhatIsNotInUtf8() throws IOException {
    Path file =
        Files.write(
            root.resolve("list.csv"), "path\n\u00e4.mp4".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Manifest.read(file))
        .isInstanceOf(DatasetException.class)
        .hasMessage(file + " is not in UTF-8");
  }

  /** As mae_st, SlowFast and others list videos, and what spreadsheets make of that. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b.mp4 1\nsub/c, d.mp4 0\n",
        "\uFEFFa b.mp4 1\r\nsub/c, d.mp4 0\r\n\r\n  \r\n",
        "# made by hand\n\na b.mp4\t1\nsub/c, d.mp4\t0",
        "a b.mp4,1\nsub/c, d.mp4,0\n",
        "a b.mp4, 1\n\"sub/c, d.mp4\" , 0\n",
        "\"a b.mp4\" 1\n\"sub/c, d.mp4\" 0\n",
      })
  void readsPathsWithNumbersThatHaveNoNamesOfColumns(String text) throws IOException {
    write("a b.mp4", "sub/c, d.mp4");
    for (String name : List.of("list.csv", "list.txt")) {
      ClipDataset dataset = Manifest.read(list(name, text));
      assertThat(ids(dataset)).containsExactly("a b.mp4", "sub/c, d.mp4");
      assertThat(labels(dataset)).containsExactly(1, 0);
      assertThat(dataset.classes()).containsExactly("0", "1");
    }
  }

  @Test
  void readsAbsolutePathsWithSpaces() throws IOException {
    write("my videos/a.mp4");
    Path video = root.resolve("my videos/a.mp4");
    ClipDataset dataset = Manifest.read(list("train.csv", video + " 0\n"));
    assertThat(dataset.path(0)).isEqualTo(video);
  }

  @Test
  void readsPathsOutsideItsFolder() throws IOException {
    write("videos/a.mp4");
    Files.createDirectories(root.resolve("lists"));
    Path file = list("lists/train.csv", "path\n../videos/a.mp4\n../videos/a.mp4\n");
    assertThat(Manifest.read(file).path(1)).isRegularFile();
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-8"})
  void readsWhatAByteOrderMarkSays(String charset) throws IOException {
    write("a.mp4");
    String text = "\uFEFFpath,class\r\na.mp4,wave\r\n";
    Path file = Files.write(root.resolve("list.csv"), text.getBytes(Charset.forName(charset)));
    assertThat(ids(Manifest.read(file))).containsExactly("a.mp4");
  }

  @ParameterizedTest
  @CsvSource({
    "a.mp4 3 10, ' line 1: a.mp4 3'",
    "a.mp4 wave, ' line 1: a.mp4 wave'",
    "'a.mp4 0|a.mp4', ' line 2: must have a class or a label just as line 1 has'",
    "a.mp4 -1, ' line 1: label must be a whole number in [0, 1000000], but was -1'",
    "sub 0, ' line 1: sub, which is no regular file'",
    "a^.mp4, '.mp4: no such path, Nul character not allowed'",
  })
  void refusesWhenBuiltAndNamesTheLine(String text, String message) throws IOException {
    write("a.mp4", "sub/a.mp4");
    Path file = list("list.txt", text.replace('|', '\n').replace('^', '\0'));
    assertThatThrownBy(() -> Manifest.read(file))
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageEndingWith(message);
  }

  @ParameterizedTest
  @CsvSource({
    "'path,path|a.mp4,a.mp4', list.csv cannot be read as a list: The header contains a dup",
    "'path|a.mp4|\"b\"c.mp4', 'list.csv cannot be read as a list: Invalid'",
    "'path;label|a.mp4;0', 'list.csv: must have a column path, but has [path;label]; without'",
  })
  void refusesBadCsv(String text, String message) throws IOException {
    write("a.mp4");
    Path file = list("list.csv", text.replace('|', '\n'));
    assertThatThrownBy(() -> Manifest.read(file))
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith(root + "/" + message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void refusesAQuoteThatIsNotClosed() throws IOException {
    Path file = list("list.csv", "path\n\"a.mp4\n");
    assertThatThrownBy(() -> Manifest.read(file))
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith(file + " cannot be read as a list");
  }

  @Test
  void refusesAListOfNothing() throws IOException {
    Path file = list("list.csv", "path\n");
    assertThatThrownBy(() -> Manifest.read(file))
        .isInstanceOf(DatasetException.class)
        .hasMessage(file + ": names no file, but must name at least 1");
  }

  @Test
  void rejectsAnotherFormat() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Manifest.read(Path.of("list.tsv")))
        .withMessage("list.tsv must end in .csv, .jsonl or .txt");
  }

  private void write(String... paths) {
    for (String path : paths) {
      assumeTrue(Videos.mayBeNamed(path));
    }
    new Trees(root).write(root, paths);
  }

  private Path list(String name, String text) throws IOException {
    return Files.writeString(root.resolve(name), text);
  }

  private static List<String> ids(ClipDataset dataset) {
    return dataset.clips().stream().map(ClipInfo::id).toList();
  }

  private static List<Integer> labels(ClipDataset dataset) {
    return dataset.clips().stream().map(clip -> clip.label().getAsInt()).toList();
  }
}
