package org.mae4j.train.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.Normalization;
import org.mae4j.models.torch.TorchEngine;

class ProjectorPointsTest {

  @TempDir Path folder;

  @Test
  void writesFeaturesThatReadBackAsTheyAre() throws IOException {
    float[][] rows = {{1 / 3f, -0f}, {Float.MIN_VALUE, -1e30f}};

    Path out = write(new ProjectorPoints(clips("a", "b"), rows));

    List<String> lines = Files.readAllLines(out.resolve("features.tsv"));
    assertThat(lines).hasSize(2);
    for (int i = 0; i < 2; i++) {
      String[] cells = lines.get(i).split("\t");
      assertThat(cells).hasSize(2);
      assertThat(new float[] {Float.parseFloat(cells[0]), Float.parseFloat(cells[1])})
          .isEqualTo(rows[i]);
    }
  }

  @Test
  void namesItsFilesToTensorBoardAndIsARun() throws IOException {
    Path out = write(new ProjectorPoints(clips("a", "b"), new float[2][3]));

    assertThat(out.resolve("projector_config.pbtxt"))
        .hasContent(
            """
            embeddings {
              tensor_name: "features"
              tensor_path: "features.tsv"
              metadata_path: "clips.tsv"
            }
            """);
    assertThat(names(out)).hasSize(4).anyMatch(name -> name.startsWith("events.out.tfevents."));
    assertThat(names(folder)).containsExactly("new");
  }

  @Test
  void aTableOfNamesAloneHasNoHeader() {
    assertThat(ClipTable.of(clips("a", "b"), List.of())).isEqualTo("a\nb\n");
  }

  @Test
  void tellsFoldersAndClasses() {
    List<ClipInfo> clips =
        List.of(new ClipInfo("cats/grey/1.mp4", OptionalInt.of(1)), ClipInfo.unlabelled("2.mp4"));

    assertThat(ClipTable.of(clips, List.of()))
        .isEqualTo("id\tfolder\tclass\ncats/grey/1.mp4\tcats/grey\t1\n2.mp4\t\t\n");
    assertThat(ClipTable.of(clips, List.of("dog", "c\tat")))
        .isEqualTo("id\tfolder\tclass\ncats/grey/1.mp4\tcats/grey\tc\\tat\n2.mp4\t\t\n");
  }

  @Test
  void namesStayWithinTheirCell() {
    assertThat(ClipTable.of(clips("a\tb", "c\r\nd", "e\\nf", "ü"), List.of()))
        .isEqualTo("a\\tb\nc\\r\\nd\ne\\\\nf\nü\n");
  }

  @Test
  void picturesLieInTheOrderOfTheClips() throws IOException {
    List<Color> colours = List.of(Color.RED, Color.GREEN, Color.BLUE, Color.YELLOW, Color.CYAN);
    List<BufferedImage> pictures =
        colours.stream().map(colour -> picture(colour, 200, 200)).toList();

    Path out =
        write(
            new ProjectorPoints(clips("a", "b", "c", "d", "e"), new float[5][1])
                .withPictures(pictures));

    BufferedImage sheet = ImageIO.read(out.resolve("sprites.png").toFile());
    assertThat(sheet.getWidth()).isEqualTo(3 * 64);
    assertThat(sheet.getHeight()).isEqualTo(2 * 64);
    for (int i = 0; i < 5; i++) {
      assertThat(sheet.getRGB(i % 3 * 64 + 1, i / 3 * 64 + 62)).isEqualTo(colours.get(i).getRGB());
    }
    assertThat(sheet.getRGB(2 * 64 + 32, 64 + 32)).as("the place left").isZero();
    assertThat(out.resolve("projector_config.pbtxt"))
        .content()
        .contains(
            """
              sprite {
                image_path: "sprites.png"
                single_image_dim: 64
                single_image_dim: 64
              }
            }
            """);
  }

  @Test
  void aPictureThatIsNoSquareKeepsItsShape() {
    BufferedImage sheet =
        Sprites.of(List.of(picture(Color.RED, 400, 100), picture(Color.BLUE, 8, 16))).sheet();

    assertThat(sheet.getRGB(32, 26)).isEqualTo(Color.RED.getRGB());
    assertThat(sheet.getRGB(32, 22)).isZero();
    assertThat(sheet.getRGB(64 + 32, 1)).isEqualTo(Color.BLUE.getRGB());
    assertThat(sheet.getRGB(64 + 14, 32)).isZero();
  }

  @Test
  void aSheetOfManyPicturesFitsAGraphicsCard() {
    Sprites sprites = Sprites.of(Collections.nCopies(4161, picture(Color.RED, 4, 4)));

    assertThat(sprites.side()).isEqualTo(63);
    assertThat(sprites.sheet().getWidth()).isEqualTo(65 * 63);
    assertThat(sprites.sheet().getHeight()).isEqualTo(65 * 63);
  }

  @Test
  void drawsTheMiddleFrame() {
    try (NDManager manager = TorchEngine.newManager()) {
      float[] pixels = new float[3 * 4 * 2 * 5];
      // The third of four frames: red everywhere, blue in its last pixel.
      Arrays.fill(pixels, 2 * 10, 3 * 10, 1);
      pixels[2 * 40 + 3 * 10 - 1] = 1;
      NDArray clip = manager.create(pixels, new Shape(3, 4, 2, 5));
      Normalization plain = new Normalization(List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));
      int arrays = manager.getManagedArrays().size();

      BufferedImage picture = ProjectorPoints.middleFrame(clip, plain);

      assertThat(picture.getWidth()).isEqualTo(5);
      assertThat(picture.getHeight()).isEqualTo(2);
      assertThat(picture.getRGB(0, 0)).isEqualTo(0xffff0000);
      assertThat(picture.getRGB(4, 1)).isEqualTo(0xffff00ff);
      assertThat(manager.getManagedArrays()).hasSize(arrays);
    }
  }

  @Test
  void aMiddleFrameIsSmall() {
    try (NDManager manager = TorchEngine.newManager()) {
      BufferedImage picture =
          ProjectorPoints.middleFrame(
              manager.zeros(new Shape(3, 1, 100, 200)), Normalization.PAPER_VIDEO);

      assertThat(picture.getWidth()).isEqualTo(64);
      assertThat(picture.getHeight()).isEqualTo(32);
      assertThat(picture.getRGB(30, 10)).isEqualTo(0xff737373);
    }
  }

  @Test
  void refusesWhatIsNoClip() {
    try (NDManager manager = TorchEngine.newManager()) {
      NDArray frame = manager.zeros(new Shape(3, 8, 8));
      assertThatThrownBy(() -> ProjectorPoints.middleFrame(frame, Normalization.IMAGENET))
          .hasMessage("a clip must be (3, T, H, W), but is (3, 8, 8)");
      NDArray bytes = manager.zeros(new Shape(3, 1, 8, 8), DataType.UINT8);
      assertThatThrownBy(() -> ProjectorPoints.middleFrame(bytes, Normalization.IMAGENET))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("float32");
    }
  }

  @Test
  void leavesAloneWhatIsThere() throws IOException {
    ProjectorPoints points = new ProjectorPoints(clips("a"), new float[1][1]);
    Path taken = Files.createDirectory(folder.resolve("taken"));
    Path file = Files.writeString(folder.resolve("file"), "mine");
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));

    for (Path there : List.of(taken, file, link)) {
      assertThatThrownBy(() -> points.write(there))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(there + " exists already");
    }
    assertThat(taken).isEmptyDirectory();
    assertThat(file).hasContent("mine");
    assertThat(names(folder)).containsExactlyInAnyOrder("taken", "file", "link");
  }

  @Test
  void leavesNothingBehindWhereItCannotWrite() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    ProjectorPoints points = new ProjectorPoints(clips("a"), new float[1][1]);

    assertThatThrownBy(() -> points.write(file.resolve("new")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("cannot write " + file.resolve("new"));
    assertThat(names(folder)).containsExactly("file");
  }

  @Test
  void leavesNothingBehindWhereAPictureCannotBeDrawn() throws IOException {
    BufferedImage broken =
        new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB) {
          @Override
          public int getWidth() {
            throw new IllegalStateException("no picture");
          }
        };
    ProjectorPoints points =
        new ProjectorPoints(clips("a"), new float[1][1]).withPictures(List.of(broken));

    assertThatThrownBy(() -> points.write(folder.resolve("new"))).hasMessage("no picture");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void refusesWhatIsNotAsItSays() {
    assertThatThrownBy(() -> new ProjectorPoints(List.of(), new float[0][]))
        .hasMessage("clips must be at least 1, but was 0");
    assertThatThrownBy(() -> new ProjectorPoints(clips("a", "b"), new float[1][2]))
        .hasMessage("2 clips must have as many rows, but have 1");
    assertThatThrownBy(() -> new ProjectorPoints(clips("a", "b"), new float[][] {{1}, {1, 2}}))
        .hasMessage("rows must be of equal length of at least 1, but are of 1 and, of b, 2");
    assertThatThrownBy(() -> new ProjectorPoints(clips("a"), new float[][] {{Float.NaN}}))
        .hasMessage("a: features must be finite, but one was NaN");
    ProjectorPoints points = new ProjectorPoints(clips("a", "b"), new float[2][1]);
    assertThatThrownBy(() -> points.withPictures(List.of(picture(Color.RED, 1, 1))))
        .hasMessage("2 clips must have as many pictures, or none, but have 1");
    List<ClipInfo> labelled = List.of(new ClipInfo("a", OptionalInt.of(2)));
    assertThatThrownBy(
            () -> new ProjectorPoints(labelled, new float[1][1]).withClasses(List.of("x", "y")))
        .hasMessage("a has label 2, but there are names of 2 classes");
  }

  @Test
  void saysHowManyClipsItTakes() {
    assertThat(ProjectorPoints.most(1)).isEqualTo(10_000);
    assertThat(ProjectorPoints.most(10_240)).isEqualTo(976);
    assertThat(ProjectorPoints.most(20_000_000)).isEqualTo(1);
    String[] names = IntStream.range(0, 10_001).mapToObj(Integer::toString).toArray(String[]::new);
    assertThatThrownBy(() -> new ProjectorPoints(clips(names), new float[10_001][1]))
        .hasMessage(
            "TensorBoard's projector takes at most 10000 clips of 1 features, but there are 10001:"
                + " give it a part of them");
  }

  private Path write(ProjectorPoints points) {
    Path out = folder.resolve("new");
    points.write(out);
    return out;
  }

  private static List<ClipInfo> clips(String... ids) {
    return Arrays.stream(ids).map(ClipInfo::unlabelled).toList();
  }

  private static BufferedImage picture(Color colour, int width, int height) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.setColor(colour);
    graphics.fillRect(0, 0, width, height);
    graphics.dispose();
    return picture;
  }

  private static List<String> names(Path of) throws IOException {
    try (Stream<Path> files = Files.list(of)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
