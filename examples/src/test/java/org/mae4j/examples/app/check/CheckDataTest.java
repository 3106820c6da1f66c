package org.mae4j.examples.app.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.ClipReadException;
import org.mae4j.data.ffmpeg.VideoCodec;
import org.mae4j.data.ffmpeg.VideoWriter;
import org.mae4j.data.shards.TarShards;
import org.mae4j.examples.Said;
import org.mae4j.examples.app.ContactSheet;
import org.mae4j.examples.app.WriteShards;
import org.mae4j.examples.support.Examples;
import picocli.CommandLine;

class CheckDataTest {

  @TempDir private Path folder;
  private Path videos;
  private Path out;

  @BeforeEach
  void write() throws IOException {
    videos = folder.resolve("videos");
    out = folder.resolve("out");
    Files.createDirectories(videos.resolve("cats"));
    Files.createDirectories(videos.resolve("dogs, big"));
    write(videos.resolve("cats/a.mp4"), VideoCodec.MPEG4, 64, 48);
    write(videos.resolve("cats/b.avi"), VideoCodec.MJPEG, 32, 32);
    write(videos.resolve("dogs, big/\u00fc \"quoted\".mkv"), VideoCodec.MPEG4, 64, 48);
    Files.writeString(videos.resolve("dogs, big/text.mp4"), "no video, at all");
    Files.createFile(videos.resolve("cats/empty.mp4"));
  }

  @Test
  void partsSayTheSameAsTheWhole() throws IOException {
    Object[] options = {"--root", videos, "--dataset", "CLASSES", "--threads", 1, "--out", out};
    Said whole = Said.by(CheckData::new, options);
    String table = withoutSeconds(out.resolve("files.csv"));
    Files.delete(out.resolve("files.csv"));
    Files.delete(out.resolve("report.html"));

    assertThat(said(options, "--join").complaint()).contains("there are no parts of");
    assertThat(said(options, "--part", "2/2").out()).contains("3 videos", "00002-of-00002.jsonl");
    assertThat(said(options, "--join").complaint()).contains("1 is missing: 1");
    assertThat(said(options, "--part", "1/2").status()).isZero();
    assertThat(said(options, "--part", "1/2").out()).contains("is there already");
    Said joined = said(options, "--join");

    assertThat(joined.status()).as(joined.error()).isZero();
    assertThat(joined.out())
        .isEqualTo(
            whole
                .out()
                .lines()
                .filter(CheckDataTest::isResult)
                .collect(Collectors.joining("\n", "", "\n")));
    assertThat(withoutSeconds(out.resolve("files.csv"))).isEqualTo(table);
    assertThat(out.resolve("report.html")).exists();
    assertThat(out.resolve("contact-sheet.png")).exists();

    Files.delete(videos.resolve("cats/b.avi"));
    assertThat(said(options, "--join").complaint())
        .contains("what is to be joined does not belong with part 00001-of-00002: files 4, list");
  }

  private static boolean isResult(String line) {
    return !line.startsWith("checking ");
  }

  private static Said said(Object[] options, Object... more) {
    return Said.by(CheckData::new, Stream.concat(Stream.of(options), Stream.of(more)).toArray());
  }

  private static String withoutSeconds(Path file) throws IOException {
    return Files.readString(file).replaceAll("[0-9.]+(\r?\n)", "$1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--isolate"})
  void tellsWhatIsBrokenAndWhatThereIs(String option) throws IOException {
    CheckData check = new CheckData();
    new CommandLine(check)
        .parseArgs(
            ("--root " + videos + " --out " + out + " --dataset CLASSES --threads 2 " + option)
                .strip()
                .split(" "));

    DatasetCheck<?> checkup = check.run();

    assertThat(checkup.broken())
        .extracting(ClipReadException::file)
        .containsExactly("cats/empty.mp4", "dogs, big/text.mp4");
    // Three videos of two seconds.
    assertThat(checkup.summary()).isEqualTo("5 videos, 6.0 s, 2 broken");
    assertThat(checkup.histograms())
        .containsOnlyKeys("Resolutions", "Frame rates", "Codecs", "Lengths");
    assertThat(checkup.histograms().get("Resolutions").rows())
        .containsExactly(
            List.of("64 x 48", "2", "66.7 %", "4.0 s"), List.of("32 x 32", "1", "33.3 %", "2.0 s"));
    assertThat(checkup.histograms().get("Codecs").rows())
        .extracting(row -> row.get(0))
        .containsExactly("mpeg4", "mjpeg");
    List<CSVRecord> rows = rows();
    assertThat(rows)
        .extracting(row -> row.get("file"))
        .containsExactly(
            "cats/a.mp4",
            "cats/b.avi",
            "cats/empty.mp4",
            "dogs, big/text.mp4",
            "dogs, big/\u00fc \"quoted\".mkv");
    assertThat(rows).extracting(row -> row.get("label")).containsExactly("0", "0", "0", "1", "1");
    assertThat(rows)
        .extracting(row -> row.get("status"))
        .containsExactly("ok", "ok", "broken", "broken", "ok");
    assertThat(rows.get(3).get("stage")).isEqualTo("OPEN");
    assertThat(rows.get(0).get("frames")).isEqualTo("60");
    assertThat(Files.readString(out.resolve("report.html")))
        .contains("cats/empty.mp4", "dogs, big/text.mp4", "66.7 %");
    assertThat(ImageIO.read(out.resolve("contact-sheet.png").toFile()).getWidth())
        .isGreaterThan(3 * ContactSheet.CELL_WIDTH);
  }

  @Test
  void namesWhatIsLeftOut() throws IOException {
    Files.delete(videos.resolve("cats/b.avi"));
    Files.writeString(videos.resolve("cats/c.mp4.part"), "half");
    Files.createDirectory(videos.resolve("empty"));
    CheckData check = new CheckData();
    new CommandLine(check)
        .parseArgs("--root", "" + videos, "--out", "" + out, "--dataset", "CLASSES");
    check.run();
    assertThat(rows().subList(4, 6))
        .extracting(row -> row.get("file") + ": " + row.get("status") + ": " + row.get("reason"))
        .containsExactly(
            "cats/c.mp4.part: left out: packed, or not loaded to its end",
            "empty: left out: folder without a video, no class");
    assertThat(Files.readString(out.resolve("report.html")))
        .contains("cats/c.mp4.part", "folder without a video, no class");
  }

  @Test
  void namesAFolderThatIsNotThere() {
    assertThat(
            Examples.execute(
                new CheckData(), "--root", folder.resolve("none").toString(), "--out", "" + out))
        .isEqualTo(Examples.BAD_INPUT);
  }

  @Test
  void packsAFolderIntoShards() throws IOException {
    Files.delete(videos.resolve("dogs, big/text.mp4"));
    WriteShards pack = new WriteShards();
    new CommandLine(pack)
        .parseArgs("--videos", videos.toString(), "--out", out.toString(), "--classes");
    assertThat(pack.run()).containsExactly(out.resolve("shard-000000.tar"));
    try (TarShards shards = TarShards.of(out)) {
      assertThat(shards.size()).isEqualTo(4);
      assertThat(shards.info(3).id()).isEqualTo("dogs, big/\u00fc \"quoted\".mkv");
      assertThat(shards.info(3).label()).hasValue(1);
    }
  }

  private List<CSVRecord> rows() throws IOException {
    CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
    try (Reader reader = Files.newBufferedReader(out.resolve("files.csv"))) {
      return format.parse(reader).getRecords();
    }
  }

  private static void write(Path file, VideoCodec codec, int width, int height) {
    VideoWriter.Builder builder =
        VideoWriter.builder()
            .setFile(file)
            .setCodec(codec)
            .setSize(width, height)
            .setFrameRate(30, 1);
    try (VideoWriter writer = builder.build()) {
      ByteBuffer frame = ByteBuffer.allocate(3 * width * height);
      for (int i = 0; i < 60; i++) {
        for (int p = 0; p < frame.capacity(); p++) {
          frame.put(p, (byte) (p / 7 + 4 * i));
        }
        writer.write(frame);
      }
      writer.finish();
    }
  }
}
