package org.mae4j.examples.app.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.ClipReadException;
import org.mae4j.data.dataset.ImageNet;
import org.mae4j.data.dataset.OutOfDistributionImageNet;
import org.mae4j.examples.app.ContactSheet;
import picocli.CommandLine;

class CheckImagesTest {

  /** Of the tasks of out-of-distribution ImageNet that have other than 1280. */
  private static final Map<String, Integer> IMAGES =
      Map.of(
          "phase-scrambling", 1120,
          "power-equalisation", 1120,
          "false-colour", 1120,
          "sketch", 800,
          "stylized", 800,
          "edge", 160,
          "silhouette", 160);

  /** Of those that have other than 8. */
  private static final Map<String, Integer> CONDITIONS =
      Map.of(
          "colour", 2,
          "phase-scrambling", 7,
          "power-equalisation", 2,
          "false-colour", 2,
          "rotation", 4,
          "sketch", 1,
          "stylized", 1);

  @TempDir private Path folder;
  private Path images;
  private Path out;

  @BeforeEach
  void choose() {
    images = folder.resolve("images");
    out = folder.resolve("out");
  }

  @Test
  void tellsWhatIsBrokenAndWhatThereIs() throws IOException {
    byte[] photograph = encode("jpeg", 300, 200, BufferedImage.TYPE_INT_RGB);
    write("cats/a.jpg", photograph);
    write("cats/b.JPEG", encode("png", 300, 200, BufferedImage.TYPE_INT_ARGB));
    write("cats/broken.jpg", Arrays.copyOf(photograph, photograph.length / 2));
    write("cats/empty.png");
    write("dogs, big/\u00fc \"quoted\".jpg", encode("jpeg", 40, 50, BufferedImage.TYPE_BYTE_GRAY));
    write("dogs, big/text.png", (byte) 'x');
    write("dogs, big/video.mp4");

    DatasetCheck<?> checkup = check("--dataset", "image_classes", "--threads", "2");

    assertThat(checkup.summary()).isEqualTo("6 images, 3 broken");
    assertThat(checkup.broken())
        .extracting(ClipReadException::file)
        .containsExactly("cats/broken.jpg", "cats/empty.png", "dogs, big/text.png");
    assertThat(checkup.histograms().get("Sizes").header())
        .containsExactly("Size", "Images", "Share");
    assertThat(checkup.histograms().get("Sizes").rows())
        .containsExactly(List.of("300 x 200", "2", "66.7 %"), List.of("40 x 50", "1", "33.3 %"));
    assertThat(checkup.histograms().get("Shorter sides").rows())
        .containsExactly(List.of("128 to 224", "2", "66.7 %"), List.of("32 to 64", "1", "33.3 %"));
    assertThat(checkup.histograms().get("Formats").rows())
        .containsExactly(List.of("JPEG", "2", "66.7 %"), List.of("PNG", "1", "33.3 %"));
    assertThat(checkup.histograms().get("Colours").rows())
        .extracting(row -> row.get(0))
        .containsExactly("RGB and alpha, 8 bits", "YCbCr, 8 bits", "grey, 8 bits");
    List<CSVRecord> rows = rows();
    assertThat(rows.get(0).getParser().getHeaderNames())
        .containsExactly(
            "file",
            "label",
            "status",
            "stage",
            "reason",
            "bytes",
            "format",
            "colours",
            "bits",
            "width",
            "height",
            "turned_by_exif",
            "seconds_to_check");
    assertThat(rows)
        .extracting(row -> row.get("label"))
        .containsExactly("0", "0", "0", "0", "1", "1");
    assertThat(rows)
        .extracting(row -> row.get("status"))
        .containsExactly("ok", "ok", "broken", "broken", "broken", "ok");
    // Its header can be read all the same.
    assertThat(rows.get(2).get("stage")).isEqualTo("DECODE");
    assertThat(rows.get(2).get("width")).isEqualTo("300");
    assertThat(rows.get(3).get("width")).isEmpty();
    String page = Files.readString(out.resolve("report.html"));
    assertThat(page.substring(page.indexOf("</style>")))
        .contains("cats/broken.jpg", "YCbCr", "66.7 %")
        .doesNotContain("Footage", "Frames/s", "Video", "video");
    assertThat(ImageIO.read(out.resolve("contact-sheet.png").toFile()).getWidth())
        .isGreaterThan(3 * ContactSheet.CELL_WIDTH);
    assertThat(out.resolve("probes")).doesNotExist();
  }

  @Test
  void countsTheRareSizesTogether() throws IOException {
    for (int i = 0; i < 30; i++) {
      byte[] image = encode("png", 10 + i, 10, BufferedImage.TYPE_BYTE_GRAY);
      write(i + ".png", image);
      write(i + " again.png", i < 19 ? image : encode("png", 5, 5, BufferedImage.TYPE_BYTE_GRAY));
    }
    List<List<String>> rows = check("--dataset", "IMAGES").histograms().get("Sizes").rows();
    assertThat(rows).hasSize(21);
    assertThat(rows.get(0)).containsExactly("5 x 5", "11", "18.3 %");
    assertThat(rows.get(20)).containsExactly("11 others", "11", "18.3 %");
  }

  @Test
  void checksImageNet() throws IOException {
    byte[] image = encode("jpeg", 20, 16, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < ImageNet.CLASSES; i++) {
      write(String.format(Locale.ROOT, "val/n%08d/%d.JPEG", i, i), image);
    }
    assertThat(check("--dataset", "IMAGENET", "--split", "val").summary())
        .isEqualTo("1000 images, 0 broken");
    Files.delete(images.resolve("val/n00000007/7.JPEG"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> check("--dataset", "IMAGENET", "--split", "val"))
        .withMessageContaining("no image in 1 folders")
        .withMessageContaining("<wnid>/<file>.JPEG");
  }

  @Test
  void checksAllTasksOfOutOfDistributionImageNet() throws IOException {
    byte[] image = encode("png", 3, 2, BufferedImage.TYPE_INT_RGB);
    for (String task : OutOfDistributionImageNet.taskNames()) {
      boolean inFolders = Set.of("cue-conflict", "edge", "silhouette").contains(task);
      int conditions = CONDITIONS.getOrDefault(task, 8);
      for (int i = 0; i < IMAGES.getOrDefault(task, 1280); i++) {
        String className = OutOfDistributionImageNet.CLASSES.get(i % 16);
        write(
            inFolders
                ? String.format(Locale.ROOT, "%s/%s/%d.png", task, className, i)
                : String.format(
                    Locale.ROOT,
                    "%s/dnn/session-1/%04d_x_dnn_c%d_%s_10_n.png",
                    task,
                    i,
                    i / 16 % conditions,
                    className),
            image);
      }
    }
    write("edge/truck/159.png", Arrays.copyOf(image, image.length / 2));
    assertThat(check("--dataset", "OOD_IMAGENET").summary()).isEqualTo("18080 images, 1 broken");
  }

  @Test
  void refusesProcessesForImages() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> check("--dataset", "IMAGES", "--isolate"))
        .withMessage(
            "--isolate is for videos, but IMAGES has images, which no native code decodes");
  }

  private DatasetCheck<?> check(String... options) {
    CheckData check = new CheckData();
    new CommandLine(check)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .parseArgs(
            concat(new String[] {"--root", images.toString(), "--out", out.toString()}, options));
    return check.run();
  }

  private static String[] concat(String[] first, String[] second) {
    String[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  private void write(String id, byte... content) throws IOException {
    Path file = images.resolve(id);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  private static byte[] encode(String format, int width, int height, int type) throws IOException {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, 0xff000000 | ((x * 7) << 16) | ((y * 5) << 8) | ((x * y) & 0xff));
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, bytes)).isTrue();
    return bytes.toByteArray();
  }

  private List<CSVRecord> rows() throws IOException {
    CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
    try (Reader reader = Files.newBufferedReader(out.resolve("files.csv"))) {
      return format.parse(reader).getRecords();
    }
  }
}
