package org.mae4j.models.masking;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.mae4j.api.Seeds;
import org.mae4j.api.TokenGrid;

/** Clips of a textured square, a token large, that goes one token to the right in every slot. */
final class MovingSquares {

  static final TokenGrid GRID = new TokenGrid(6, 8, 8);
  private static final int FRAMES_PER_SLOT = 2;
  private static final int SIDE = 4;
  private static final int FRAMES = GRID.time() * FRAMES_PER_SLOT;
  private static final int PIXELS = 8 * SIDE;

  private MovingSquares() {}

  /**
   * (N, 3, T, H, W): in clip i the square is in row i of the tokens; the background has a texture.
   */
  static NDArray clips(int count, NDManager manager) {
    return clips(count, 1, manager);
  }

  /** The same without the square: nothing moves. */
  static NDArray still(int count, NDManager manager) {
    return clips(count, 0, manager);
  }

  private static NDArray clips(int count, int squares, NDManager manager) {
    float[] values = new float[count * 3 * FRAMES * PIXELS * PIXELS];
    for (int i = 0; i < values.length; i++) {
      int x = i % PIXELS;
      int y = i / PIXELS % PIXELS;
      int frame = i / PIXELS / PIXELS % FRAMES;
      int clip = i / PIXELS / PIXELS / FRAMES / 3;
      float texture = (x * 73 + y * 151 + clip * 31) % 97 / 97f;
      boolean square =
          squares > 0 && y / SIDE == clip && x >= left(frame) && x < left(frame) + SIDE;
      values[i] = square ? 4 : texture;
    }
    return manager.create(values, new Shape(count, 3, FRAMES, PIXELS, PIXELS));
  }

  private static int left(int frame) {
    return frame * SIDE / FRAMES_PER_SLOT;
  }

  /** The tokens of a clip in which something changes, worked out from where the square is. */
  static Set<Integer> moving(int clip) {
    Set<Integer> moving = new TreeSet<>();
    for (int frame = 1; frame < FRAMES; frame++) {
      for (int x = left(frame - 1); x < left(frame) + SIDE; x++) {
        moving.add(GRID.index(frame / FRAMES_PER_SLOT, clip, x / SIDE));
      }
    }
    // The first frame counts as the second does, and is in the same slot.
    return moving;
  }

  static List<RandomGenerator> generators(int count, long seed) {
    return IntStream.range(0, count).mapToObj(i -> Seeds.generator(seed, i)).toList();
  }
}
