package org.mae4j.examples.nursery;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import javax.imageio.ImageIO;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipShape;

/**
 * An image of a nursery: a scene with one toy from near.
 *
 * @param pictures renders it at a size, the same each time
 */
record StillImage(
    String path, Motion motion, Room room, ToyShape shape, IntFunction<ByteBuffer> pictures)
    implements NurseryFile {

  private static final String FORMAT = "png";

  private static final List<Motion> MOTIONS =
      Arrays.stream(Motion.values()).filter(Motion::showsOneToyAlone).toList();

  /** Draws all but the shape. */
  static StillImage of(String pathWithoutExtension, ToyShape shape, RandomGenerator random) {
    Motion motion = Draw.from(random, MOTIONS);
    Room room = Draw.from(random, Room.values());
    long seed = random.nextLong();
    return new StillImage(
        pathWithoutExtension + "." + FORMAT,
        motion,
        room,
        shape,
        size -> {
          SplittableRandom own = new SplittableRandom(seed);
          return ToyScene.draw(motion, room, shape, own).renderPicture(own, size);
        });
  }

  @Override
  public int frames() {
    return 1;
  }

  @Override
  public String format() {
    return "PNG";
  }

  @Override
  public String rate() {
    return "";
  }

  @Override
  public Clip render(OptionalInt label, int size) {
    ClipShape one = new ClipShape(1, size, size);
    return new Clip(new ClipInfo(path, label), one, pictures.apply(size), new double[] {0});
  }

  @Override
  public void write(Path folder, int size) {
    ByteBuffer pixels = pictures.apply(size);
    BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        int red = pixels.get() & 0xFF;
        int green = pixels.get() & 0xFF;
        int blue = pixels.get() & 0xFF;
        image.setRGB(x, y, red << 16 | green << 8 | blue);
      }
    }
    try {
      if (!ImageIO.write(image, FORMAT, folder.resolve(path).toFile())) {
        throw new IOException("this Java writes no PNG");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + folder.resolve(path) + ": " + e, e);
    }
  }
}
