package org.mae4j.train.tensorboard;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.Normalization;
import org.mae4j.api.internal.Checks;

/**
 * Features of clips for TensorBoard's embedding projector, which shows them as points in a space to
 * turn about, by PCA, t-SNE or UMAP, each with its name and perhaps a picture.
 *
 * <pre>{@code
 * new ProjectorPoints(features.clips(), features.rows()).write(Path.of("projector"));
 * // then: tensorboard --logdir projector
 * }</pre>
 *
 * @param clips n clips, from 1 to {@link #most}
 * @param rows n vectors of as many features each, finite
 * @param pictures one for each clip, of any sizes, or none at all
 * @param classes names of the classes that the clips' labels stand for; empty where they have none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ProjectorPoints(
    List<ClipInfo> clips, float[][] rows, List<BufferedImage> pictures, List<String> classes) {

  /** As many as the projector's t-SNE works on before it leaves some out. */
  private static final int MOST_CLIPS = 10_000;

  /** 40 MB in the browser, and thrice that as text. */
  private static final int MOST_NUMBERS = 10_000_000;

  public ProjectorPoints {
    clips = List.copyOf(clips);
    pictures = List.copyOf(pictures);
    classes = List.copyOf(classes);
    int count = clips.size();
    Checks.atLeast(1, count, "clips");
    Checks.require(
        rows.length == count, "%s clips must have as many rows, but have %s", count, rows.length);
    Checks.require(
        count <= most(rows[0].length),
        "TensorBoard's projector takes at most %s clips of %s features, but there are %s: give it a"
            + " part of them",
        most(rows[0].length),
        rows[0].length,
        count);
    for (int i = 0; i < count; i++) {
      requireRow(clips.get(i), rows[i], rows[0].length);
    }
    Checks.require(
        pictures.isEmpty() || pictures.size() == count,
        "%s clips must have as many pictures, or none, but have %s",
        count,
        pictures.size());
    for (ClipInfo clip : clips) {
      Checks.require(
          classes.isEmpty() || clip.label().orElse(0) < classes.size(),
          "%s has label %s, but there are names of %s classes",
          clip.id(),
          clip.label().orElse(0),
          classes.size());
    }
  }

  /** How many clips of so many features each it takes: at most 10,000, and 10 million numbers. */
  public static int most(int features) {
    return Math.max(
        1, Math.min(MOST_CLIPS, MOST_NUMBERS / Checks.atLeast(1, features, "features")));
  }

  private static void requireRow(ClipInfo clip, float[] row, int width) {
    Checks.require(
        row.length == width && width > 0,
        "rows must be of equal length of at least 1, but are of %s and, of %s, %s",
        width,
        clip.id(),
        row.length);
    for (float value : row) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException(
            clip.id() + ": features must be finite, but one was " + value);
      }
    }
  }

  /** Points without pictures, and classes by their numbers. */
  public ProjectorPoints(List<ClipInfo> clips, float[][] rows) {
    this(clips, rows, List.of(), List.of());
  }

  /** The same with a picture for each clip, such as its middle frame. */
  public ProjectorPoints withPictures(List<BufferedImage> other) {
    return new ProjectorPoints(clips, rows, other, classes);
  }

  /** The same with names for the classes. */
  public ProjectorPoints withClasses(List<String> other) {
    return new ProjectorPoints(clips, rows, pictures, other);
  }

  /**
   * A picture of a clip's middle frame, the later of two, as small as the projector shows it: of at
   * most 64 pixels a side.
   *
   * @param clip (3, T, H, W), float32, normalised
   * @param colours how it was normalised
   */
  public static BufferedImage middleFrame(NDArray clip, Normalization colours) {
    Checks.float32(clip, "a clip");
    Shape shape = clip.getShape();
    Checks.require(
        shape.dimension() == 4 && shape.get(0) == 3,
        "a clip must be (3, T, H, W), but is %s",
        shape);
    int frames = (int) shape.get(1);
    int height = (int) shape.get(2);
    int width = (int) shape.get(3);
    // All of them: a frame alone would leave arrays with the clip's owner.
    float[] pixels = clip.toFloatArray();
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int rgb = 0;
        for (int c = 0; c < 3; c++) {
          int row = (c * frames + frames / 2) * height + y;
          rgb = rgb << 8 | colours.level(c, pixels[row * width + x]);
        }
        picture.setRGB(x, y, rgb);
      }
    }
    return Sprites.small(picture);
  }

  /**
   * Writes a new folder, whole or not at all: the features, a table with each clip's id, the folder
   * that it lies in and its class, where there are any, the pictures as one image of small ones,
   * and the configuration that TensorBoard looks for. The folder counts as a run: {@code --logdir}
   * may be it or one above it.
   *
   * @throws IllegalArgumentException if there is something of that name already
   * @throws UncheckedIOException if it cannot be written; the message names the folder
   */
  public void write(Path folder) {
    try {
      ProjectorFiles.write(folder, rows, ClipTable.of(clips, classes), pictures);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + folder + ": " + e, e);
    }
  }
}
