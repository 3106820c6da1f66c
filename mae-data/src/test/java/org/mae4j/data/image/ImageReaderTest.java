package org.mae4j.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.djl.ndarray.NDManager;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferUShort;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipShape;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.Goldens;
import org.mae4j.models.weights.Safetensors;

class ImageReaderTest {

  private static final ClipRequest REQUEST =
      ClipRequest.one(new FrameSampling(4, 8, 30), WindowPlacement.random(), new Random(0));

  /** What Pillow 13 reads, as RGB, from files that it wrote. */
  private static final Safetensors PILLOW = Goldens.tensors("pillow/expected.safetensors");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "subsampled.jpg",
        "half.jpg",
        "full.jpg",
        "progressive.jpg",
        "grey.jpg",
        "cmyk.jpg",
        "rgb.jpg",
        "colour.png",
        "palette.png",
        "palette4.png",
        "transparent-palette.png",
        "alpha.png",
        "grey.png",
        "grey-alpha.png",
        "bits.png",
        "named-jpeg.jpg"
      })
  void givesThePixelsThatPillowGives(String file) {
    assertThat(pixels(ImageReader.create(), Goldens.path("pillow/" + file)))
        .isEqualTo(pillow(file));
  }

  @ParameterizedTest
  @CsvSource({
    "subsampled.jpg, JPEG, YCbCr, 8",
    "grey.jpg, JPEG, grey, 8",
    "cmyk.jpg, JPEG, CMYK, 8",
    "rgb.jpg, JPEG, RGB, 8",
    "colour.png, PNG, RGB, 8",
    "palette4.png, PNG, palette, 4",
    "alpha.png, PNG, RGB and alpha, 8",
    "grey-alpha.png, PNG, grey and alpha, 8",
    "bits.png, PNG, grey, 1",
    "grey16.png, PNG, grey, 16"
  })
  void tellsWhatAFileSaysOfItself(String file, String format, String colours, int bits) {
    assertThat(ImageReader.facts(Goldens.path("pillow/" + file), file))
        .isEqualTo(new ImageFacts(format, colours, bits, 46, 35, false));
  }

  @Test
  void tellsHowAPhotographIsTurned() {
    ImageFacts facts = ImageReader.facts(Goldens.path("pillow/turned.jpg"), "turned");
    assertThat(facts.turned()).isTrue();
    assertThat(facts.width()).isEqualTo(46);
  }

  @ParameterizedTest
  @ValueSource(strings = {"subsampled.jpg", "colour.png"})
  void tellsOfAnImageThatBreaksOffButNotOfOneWithoutAHeader(String file) throws IOException {
    byte[] whole = Files.readAllBytes(Goldens.path("pillow/" + file));
    Path damaged = folder.resolve(file);
    Files.write(damaged, Arrays.copyOf(whole, whole.length * 3 / 4));
    assertThat(ImageReader.facts(damaged, file).height()).isEqualTo(35);
    Files.write(damaged, Arrays.copyOf(whole, 20));
    assertThatExceptionOfType(ClipReadException.class)
        .isThrownBy(() -> ImageReader.facts(damaged, file))
        .withMessageStartingWith(file + ": decode: ");
  }

  @Test
  void turnsAPhotographUpright() {
    Path file = Goldens.path("pillow/turned.jpg");
    try (Clip clip = read(ImageReader.create(), file)) {
      assertThat(clip.shape()).isEqualTo(new ClipShape(4, 46, 35));
    }
    assertThat(pixels(ImageReader.create(), file)).isEqualTo(pillow("turned.jpg, upright"));
  }

  @Test
  void leavesAPhotographAsStoredIfAsked() {
    ImageReader reader = ImageReader.builder().optRotate(false).build();
    assertThat(pixels(reader, Goldens.path("pillow/turned.jpg"))).isEqualTo(pillow("turned.jpg"));
  }

  @Test
  void keepsTheHigherHalfOf16Bits() {
    byte[] pixels = pixels(ImageReader.create(), Goldens.path("pillow/grey16.png"));
    for (int y = 0; y < 35; y++) {
      for (int x = 0; x < 46; x++) {
        int level = (x * 1400 + y * 37) % 65536 >> 8;
        assertThat(pixels[3 * (46 * y + x)] & 0xff).isEqualTo(level);
      }
    }
  }

  @Test
  void keepsTheHigherHalfOf16BitsOfAColour() throws IOException {
    WritableRaster raster =
        Raster.createInterleavedRaster(
            new DataBufferUShort(new short[] {(short) 0xff80, 0x1234, 0x00ff}, 3),
            1,
            1,
            3,
            3,
            new int[] {0, 1, 2},
            null);
    BufferedImage image =
        new BufferedImage(
            ImageTypeSpecifier.createInterleaved(
                    java.awt.color.ColorSpace.getInstance(java.awt.color.ColorSpace.CS_sRGB),
                    new int[] {0, 1, 2},
                    java.awt.image.DataBuffer.TYPE_USHORT,
                    false,
                    false)
                .getColorModel(),
            raster,
            false,
            null);
    Path file = folder.resolve("deep.png");
    ImageIO.write(image, "png", file.toFile());
    assertThat(pixels(ImageReader.create(), file)).containsExactly(0xff, 0x12, 0x00);
  }

  /** White, black, and cyan ink alone, which Adobe's programs store inverted. */
  @ParameterizedTest
  @CsvSource({
    "255,128,128,0,  0,0,0",
    "0,128,128,255,  255,255,255",
    "76,85,255,255,  1,255,255",
    "128,128,128,255, 127,127,127"
  })
  void readsInksWrittenAsYcck(int y, int cb, int cr, int k, int red, int green, int blue)
      throws IOException {
    Path file = folder.resolve("ycck.jpg");
    writeFourComponents(file, new int[] {y, cb, cr, k}, 2);
    byte[] pixels = pixels(ImageReader.create(), file);
    assertThat(pixels[0] & 0xff).isBetween(red - 2, red + 2);
    assertThat(pixels[1] & 0xff).isBetween(green - 2, green + 2);
    assertThat(pixels[2] & 0xff).isBetween(blue - 2, blue + 2);
  }

  @Test
  void showsOneFrameManyTimesWithoutACopy() {
    ClipRequest three =
        new ClipRequest(
            new FrameSampling(4, 8, 30), WindowPlacement.random(), 3, false, new Random(0));
    List<Clip> clips =
        ImageReader.create()
            .decode(Goldens.path("pillow/colour.png"), ClipInfo.unlabelled("colour.png"), three);
    assertThat(clips).hasSize(3).allMatch(clip -> clip == clips.get(0));
    try (Clip clip = clips.get(0)) {
      assertThat(clip.isStill()).isTrue();
      assertThat(clip.shape()).isEqualTo(new ClipShape(4, 35, 46));
      assertThat(clip.frame(0)).isEqualTo(clip.frame(3));
      assertThat(clip.pixels().remaining()).isEqualTo(4 * 3 * 35 * 46);
      assertThat(clip.pixels().slice(3 * 3 * 35 * 46, 3 * 35 * 46)).isEqualTo(clip.frame(0));
    }
  }

  @Test
  void refusesAPhotographThatBreaksOff() throws IOException {
    byte[] whole = Files.readAllBytes(Goldens.path("pillow/full.jpg"));
    Path file = Files.write(folder.resolve("half.jpg"), Arrays.copyOf(whole, 1000));
    ClipReadException failure = failure(ImageReader.create(), file);
    assertThat(failure.stage()).isEqualTo(Stage.DECODE);
    assertThat(failure.reason()).startsWith("the image breaks off");
  }

  @Test
  void refusesADrawingThatBreaksOff() throws IOException {
    byte[] whole = Files.readAllBytes(Goldens.path("pillow/colour.png"));
    Path file = Files.write(folder.resolve("half.png"), Arrays.copyOf(whole, 1500));
    assertThat(failure(ImageReader.create(), file).stage()).isEqualTo(Stage.DECODE);
  }

  @Test
  void refusesWhatIsNoImage() throws IOException {
    Path file = Files.writeString(folder.resolve("text.png"), "no image");
    assertThatThrownBy(() -> read(ImageReader.create(), file))
        .isInstanceOf(ClipReadException.class)
        .hasMessage("text.png: probe: neither JPEG nor PNG");
  }

  @Test
  void refusesAnEmptyFile() throws IOException {
    Path file = Files.createFile(folder.resolve("empty.jpg"));
    assertThat(failure(ImageReader.create(), file).reason()).isEqualTo("the file is empty");
  }

  @Test
  void refusesAMissingFile() {
    ClipReadException failure = failure(ImageReader.create(), folder.resolve("missing.jpg"));
    assertThat(failure.stage()).isEqualTo(Stage.OPEN);
    assertThat(failure.reason()).isEqualTo("no such file");
  }

  @Test
  void refusesAnImageWithTooManyPixels() {
    ImageReader reader = ImageReader.builder().optMaxPixels(1000).build();
    assertThat(failure(reader, Goldens.path("pillow/full.jpg")).reason())
        .isEqualTo("46x35 has more than the 1000 pixels allowed");
  }

  @Test
  void survivesAnyDamage() throws IOException {
    Random random = new Random(7);
    Path file = folder.resolve("damaged");
    for (String name :
        List.of(
            "subsampled.jpg",
            "progressive.jpg",
            "cmyk.jpg",
            "turned.jpg",
            "palette.png",
            "alpha.png")) {
      byte[] whole = Files.readAllBytes(Goldens.path("pillow/" + name));
      for (int i = 0; i < 200; i++) {
        byte[] damaged = whole.clone();
        for (int n = 0; n <= i % 8; n++) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        }
        Files.write(file, damaged);
        try (Clip clip = read(ImageReader.builder().optMaxPixels(1 << 20).build(), file)) {
          assertThat(clip.isStill()).isTrue();
        } catch (ClipReadException e) {
          assertThat(e.getMessage()).startsWith("damaged: ").doesNotContain("\n");
        }
      }
    }
  }

  @Test
  void rejectsNoPixels() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageReader.builder().optMaxPixels(0))
        .withMessage("max pixels must be in [1, 715827882], but was 0");
  }

  private static Clip read(ImageReader reader, Path file) {
    return reader.decode(file, ClipInfo.unlabelled(file.getFileName().toString()), REQUEST).get(0);
  }

  private static byte[] pixels(ImageReader reader, Path file) {
    try (Clip clip = read(reader, file)) {
      ByteBuffer frame = clip.frame(0);
      byte[] pixels = new byte[frame.remaining()];
      frame.get(pixels);
      return pixels;
    }
  }

  private static ClipReadException failure(ImageReader reader, Path file) {
    return catchThrowableOfType(ClipReadException.class, () -> read(reader, file));
  }

  private static byte[] pillow(String name) {
    try (NDManager manager = NDManager.newBaseManager()) {
      return PILLOW.read(name, manager).toByteArray();
    }
  }

  /** A JPEG of 16x16 equal pixels whose four components are stored as they are. */
  private static void writeFourComponents(Path file, int[] values, int adobeTransform)
      throws IOException {
    WritableRaster raster = Raster.createInterleavedRaster(0, 16, 16, 4, null);
    for (int i = 0; i < 256; i++) {
      raster.setPixel(i % 16, i / 16, values);
    }
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
      writer.setOutput(out);
      IIOMetadata metadata = fourComponents(adobeTransform);
      writer.write(null, new IIOImage(raster, null, metadata), null);
    } finally {
      writer.dispose();
    }
  }

  /** Of a CMYK file that Pillow wrote, with another transform in its Adobe segment. */
  private static IIOMetadata fourComponents(int adobeTransform) throws IOException {
    javax.imageio.ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
    byte[] cmyk = Files.readAllBytes(Goldens.path("pillow/cmyk.jpg"));
    try (var stream = ImageIO.createImageInputStream(new ByteArrayInputStream(cmyk))) {
      reader.setInput(stream);
      IIOMetadata metadata = reader.getImageMetadata(0);
      String format = metadata.getNativeMetadataFormatName();
      IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(format);
      IIOMetadataNode adobe = (IIOMetadataNode) root.getElementsByTagName("app14Adobe").item(0);
      adobe.setAttribute("transform", String.valueOf(adobeTransform));
      metadata.setFromTree(format, root);
      return metadata;
    } finally {
      reader.dispose();
    }
  }
}
