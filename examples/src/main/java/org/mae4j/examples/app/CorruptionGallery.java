package org.mae4j.examples.app;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import org.mae4j.api.Seeds;
import org.mae4j.data.corruption.Corruption;
import org.mae4j.data.corruption.Corruptions;
import org.mae4j.examples.nursery.Motion;
import org.mae4j.examples.nursery.Room;
import org.mae4j.examples.nursery.ToyScene;
import org.mae4j.examples.nursery.ToyShape;
import org.mae4j.examples.support.Examples;
import org.mae4j.models.torch.TorchEngine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Draws a toy in every distortion: the picture of {@code docs/corruptions.md}. */
@Command(
    name = "CorruptionGallery",
    mixinStandardHelpOptions = true,
    description = "Draws a toy in every distortion.")
public final class CorruptionGallery implements Callable<Integer> {

  private static final int COLUMNS = 7;

  /** As many pixels as the distortions' strengths are made for, twice over. */
  private static final int SIZE = 64;

  private static final int SCALE = 2;
  private static final int CELL = SIZE * SCALE;
  private static final int GAP = 8;
  private static final int LABEL = 20;
  private static final int MIDDLE_FRAME = ToyScene.FRAMES / 2;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "the picture, a PNG file")
  private Path out;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "7",
      description = "decides the toy and the distortions; default ${DEFAULT-VALUE}")
  private long seed;

  /** Runs the example with command line options. */
  public static void main(String[] arguments) {
    System.exit(Examples.execute(new CorruptionGallery(), arguments));
  }

  @Override
  public Integer call() {
    run();
    System.out.println(out);
    return 0;
  }

  /** Writes the picture and returns it. */
  BufferedImage run() {
    Map<String, Corruption> all = new LinkedHashMap<>();
    all.put("as it is", (frames, random) -> frames.duplicate());
    all.putAll(Corruptions.suite());
    int rows = (all.size() + COLUMNS - 1) / COLUMNS;
    BufferedImage image =
        new BufferedImage(
            COLUMNS * (CELL + GAP) - GAP, rows * (CELL + LABEL + GAP), BufferedImage.TYPE_INT_ARGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    try (NDManager manager = TorchEngine.newManager()) {
      NDArray toy = toy(manager);
      int cell = 0;
      for (Map.Entry<String, Corruption> entry : all.entrySet()) {
        int left = cell % COLUMNS * (CELL + GAP);
        int top = cell / COLUMNS * (CELL + LABEL + GAP);
        byte[] pixels = entry.getValue().apply(toy, Seeds.generator(seed, 1)).toByteArray();
        paint(graphics, pixels, left, top);
        graphics.setColor(Color.GRAY);
        PictureLabel.write(graphics, entry.getKey(), 13, left, top + CELL + LABEL - 5, CELL);
        cell++;
      }
    }
    graphics.dispose();
    write(image);
    return image;
  }

  /** (1, S, S, 3), uint8. */
  private NDArray toy(NDManager manager) {
    ByteBuffer clip =
        ToyScene.draw(Motion.SLIDE_RIGHT, Room.CHECKS, ToyShape.STAR, Seeds.generator(seed, 0))
            .render(ToyScene.FRAMES, SIZE);
    int frame = SIZE * SIZE * 3;
    ByteBuffer pixels = ByteBuffer.allocateDirect(frame);
    for (int i = 0; i < frame; i++) {
      pixels.put(clip.get(MIDDLE_FRAME * frame + i));
    }
    return manager.create(pixels.flip(), new Shape(1, SIZE, SIZE, 3), DataType.UINT8);
  }

  private static void paint(Graphics2D graphics, byte[] pixels, int left, int top) {
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        int at = 3 * (y * SIZE + x);
        graphics.setColor(
            new Color(pixels[at] & 0xff, pixels[at + 1] & 0xff, pixels[at + 2] & 0xff));
        graphics.fillRect(left + x * SCALE, top + y * SCALE, SCALE, SCALE);
      }
    }
  }

  private void write(BufferedImage image) {
    try {
      Files.createDirectories(out.toAbsolutePath().getParent());
      ImageIO.write(image, "png", out.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + out + ": " + e, e);
    }
  }
}
