package org.mae4j.examples.app;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.Seeds;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.examples.nursery.Motion;
import org.mae4j.examples.nursery.Room;
import org.mae4j.examples.nursery.ToyScene;
import org.mae4j.examples.nursery.ToyShape;
import org.mae4j.examples.support.Examples;
import org.mae4j.models.masking.BlockMasking;
import org.mae4j.models.masking.CausalMasking;
import org.mae4j.models.masking.CentreFramesMasking;
import org.mae4j.models.masking.MotionGuidedMasking;
import org.mae4j.models.masking.MotionWeightedMasking;
import org.mae4j.models.masking.PerFrameRandomMasking;
import org.mae4j.models.masking.RandomMasking;
import org.mae4j.models.masking.TemporalMasking;
import org.mae4j.models.masking.TubeMasking;
import org.mae4j.models.masking.WeightedMixture;
import org.mae4j.models.masking.WeightedMixture.Member;
import org.mae4j.models.masking.WholeFramesMasking;
import org.mae4j.models.torch.TorchEngine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Draws what each masking strategy leaves visible of a clip: the pictures of {@code
 * docs/masking.md}.
 *
 * <p>One column for each temporal slot; a row for each of a few masks, or only one where all masks
 * are the same.
 */
@Command(
    name = "MaskingGallery",
    mixinStandardHelpOptions = true,
    description = "Draws what each masking strategy leaves visible of a clip.")
public final class MaskingGallery implements Callable<Integer> {

  /** The paper's grid: 16x224x224 pixels in patches of 2x14x14. */
  private static final TokenGrid GRID = new TokenGrid(8, 16, 16);

  private static final int PIXELS_PER_TOKEN = 6;
  private static final int FRAME = GRID.rows() * PIXELS_PER_TOKEN;
  private static final int CELL = FRAME + 6;
  private static final int MASKS = 2;
  private static final int HIDDEN = 0xffc3c9d0;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "a folder for the pictures")
  private Path out;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "2",
      description = "decides the clip and the masks; default ${DEFAULT-VALUE}")
  private long seed;

  public static void main(String[] arguments) {
    System.exit(Examples.execute(new MaskingGallery(), arguments));
  }

  @Override
  public Integer call() {
    run().forEach(System.out::println);
    return 0;
  }

  /** Writes a picture for each strategy and returns the files. */
  List<Path> run() {
    List<Path> files = new ArrayList<>();
    try (NDManager manager = TorchEngine.newManager()) {
      Files.createDirectories(out);
      files.addAll(draw(strategies(), clip(Motion.PART, Room.CHECKS), manager));
      files.addAll(draw(strategiesThatSee(), clip(Motion.SLIDE_RIGHT, Room.SMOOTH_NOISE), manager));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write pictures to " + out + ": " + e, e);
    }
    return files;
  }

  private ByteBuffer clip(Motion motion, Room room) {
    return ToyScene.draw(motion, room, ToyShape.DISC, Seeds.generator(seed, 0))
        .render(ToyScene.FRAMES, FRAME);
  }

  private List<Path> draw(
      Map<String, MaskingStrategy> strategies, ByteBuffer clip, NDManager manager)
      throws IOException {
    List<Path> files = new ArrayList<>();
    NDArray pixels = pixels(clip, manager);
    for (Map.Entry<String, MaskingStrategy> entry : strategies.entrySet()) {
      File file = out.resolve(entry.getKey() + ".png").toFile();
      ImageIO.write(draw(clip, masks(entry.getValue(), pixels)), "png", file);
      files.add(file.toPath());
    }
    return files;
  }

  /** By the name of the picture; a quarter visible, but where the paper sets another ratio. */
  private static Map<String, MaskingStrategy> strategies() {
    Map<String, MaskingStrategy> all = new LinkedHashMap<>();
    all.put("random", new RandomMasking(0.9));
    all.put("temporal", new TemporalMasking(0.75));
    all.put("centre-frames", new CentreFramesMasking(0.25));
    all.put("per-frame-random", new PerFrameRandomMasking(0.75));
    all.put("tube", new TubeMasking(0.75));
    all.put("whole-frames", new WholeFramesMasking(0.75));
    all.put("blocks-short-range", new BlockMasking(0.75, BlockMasking.SHORT_RANGE));
    all.put("blocks-long-range", new BlockMasking(0.75, BlockMasking.LONG_RANGE));
    all.put("causal", new CausalMasking(0.75));
    all.put(
        "mixture",
        new WeightedMixture(
            new Member(new RandomMasking(0.75), 1),
            new Member(new BlockMasking(0.75, BlockMasking.SHORT_RANGE), 1)));
    return all;
  }

  private static Map<String, MaskingStrategy> strategiesThatSee() {
    Map<String, MaskingStrategy> all = new LinkedHashMap<>();
    all.put("motion-weighted", new MotionWeightedMasking(0.75, 1));
    all.put("motion-weighted-kept", new MotionWeightedMasking(0.75, -1));
    all.put("motion-guided", new MotionGuidedMasking(0.5));
    return all;
  }

  /** Masks of the same clip. */
  private List<TokenMask> masks(MaskingStrategy masking, NDArray clips) {
    List<RandomGenerator> random =
        LongStream.rangeClosed(1, MASKS).mapToObj(i -> Seeds.generator(seed, i)).toList();
    return masking.masks(clips, GRID, random).stream().distinct().toList();
  }

  /** The clip as often as masks are drawn of it, (N, 3, T, H, W). */
  private static NDArray pixels(ByteBuffer clip, NDManager manager) {
    float[] values = new float[clip.remaining()];
    int perColour = values.length / 3;
    for (int i = 0; i < values.length; i++) {
      values[i % 3 * perColour + i / 3] = (clip.get(i) & 0xff) / 255f;
    }
    return manager.create(values, new Shape(1, 3, ToyScene.FRAMES, FRAME, FRAME)).repeat(0, MASKS);
  }

  /** Hidden tokens are flat; the gaps are transparent, so that it fits on any background. */
  private static BufferedImage draw(ByteBuffer clip, List<TokenMask> masks) {
    int gap = CELL - FRAME;
    BufferedImage image =
        new BufferedImage(
            GRID.time() * CELL - gap, masks.size() * CELL - gap, BufferedImage.TYPE_INT_ARGB);
    for (int row = 0; row < masks.size(); row++) {
      for (int token : masks.get(row).masked()) {
        paint(image, row, token, null);
      }
      for (int token : masks.get(row).visible()) {
        paint(image, row, token, clip);
      }
    }
    return image;
  }

  /** Paints a token's pixels of the first frame of its slot, or without a clip, none. */
  private static void paint(BufferedImage image, int row, int token, ByteBuffer clip) {
    int slot = GRID.slot(token);
    int position = token % GRID.tokensPerSlot();
    int top = position / GRID.columns() * PIXELS_PER_TOKEN;
    int left = position % GRID.columns() * PIXELS_PER_TOKEN;
    int frame = slot * (ToyScene.FRAMES / GRID.time());
    for (int y = top; y < top + PIXELS_PER_TOKEN; y++) {
      for (int x = left; x < left + PIXELS_PER_TOKEN; x++) {
        int rgb = clip == null ? HIDDEN : rgb(clip, (frame * FRAME + y) * FRAME + x);
        image.setRGB(slot * CELL + x, row * CELL + y, rgb);
      }
    }
  }

  private static int rgb(ByteBuffer clip, int pixel) {
    int red = clip.get(3 * pixel) & 0xff;
    int green = clip.get(3 * pixel + 1) & 0xff;
    int blue = clip.get(3 * pixel + 2) & 0xff;
    return (0xff << 24) | (red << 16) | (green << 8) | blue;
  }
}
