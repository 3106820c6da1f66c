package org.mae4j.api.masking;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.stream.IntStream;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.internal.Checks;

/**
 * What a {@link ContentMasking} may look at of one clip of a batch: its pixels, and numbers for
 * each of its tokens.
 *
 * <p>Such a number is computed when a clip of the batch is first asked for it, on the device, for
 * all clips of the batch at once and never again. For one thread.
 */
public final class ClipContent {

  private final Batch batch;
  private final int index;

  private ClipContent(Batch batch, int index) {
    this.batch = batch;
    this.index = index;
  }

  /**
   * What can be seen of each clip of a batch.
   *
   * @param clips (N, 3, T, H, W), N at least 1, float32, normalised; stays the caller's, and open
   *     until the result is closed
   * @param grid the tokens of a clip
   * @throws IllegalArgumentException if the clips have another type or shape, or T, H or W is no
   *     multiple of the grid's
   */
  public static Batch of(NDArray clips, TokenGrid grid) {
    Checks.float32(clips, "clips");
    Shape shape = clips.getShape();
    Checks.require(
        shape.dimension() == 5 && shape.get(0) > 0 && shape.get(1) == 3,
        "clips must be (N, 3, T, H, W), N at least 1, but are %s",
        shape);
    Checks.require(
        divides(grid.time(), shape.get(2))
            && divides(grid.rows(), shape.get(3))
            && divides(grid.columns(), shape.get(4)),
        "clips of %sx%sx%s pixels cannot be cut into %s tokens",
        shape.get(2),
        shape.get(3),
        shape.get(4),
        grid);
    return new Batch(clips, grid);
  }

  private static boolean divides(int tokens, long pixels) {
    return pixels > 0 && pixels % tokens == 0;
  }

  /** The tokens of the clip. */
  public TokenGrid grid() {
    return batch.grid;
  }

  /**
   * The clip itself.
   *
   * @return (3, T, H, W), float32, normalised, on the device of the batch; a view, not to be
   *     written to. It and whatever is computed from it are closed with the batch
   * @throws IllegalStateException if the batch is closed
   */
  public NDArray pixels() {
    return batch.pixels(index);
  }

  /**
   * How much each token moves: the mean squared difference of its pixels from those at the same
   * place one frame before, over the token's own frames, rows and columns, and over colours. That
   * of a token's first frame is from the last frame of the token before it in time. The first frame
   * of the clip, which follows none, counts as the second does. An image, of one frame, does not
   * move: all 0.
   *
   * @return a fresh array of L values, in the tokens' order; at least 0, in squared units of the
   *     normalised pixels
   * @throws IllegalStateException if the batch is closed and was not asked before
   */
  public float[] motion() {
    return batch.motion()[index].clone();
  }

  /**
   * How much there is to see in each token: the variance of its pixels around their mean colour,
   * over the token's own frames, rows and columns, as a mean of the three colours. 0 where the
   * token is of one colour.
   *
   * @return a fresh array of L values, in the tokens' order; at least 0, in squared units of the
   *     normalised pixels
   * @throws IllegalStateException if the batch is closed and was not asked before
   */
  public float[] detail() {
    return batch.detail()[index].clone();
  }

  /** The contents of N clips, which share the work. Closing it frees what was computed of them. */
  public static final class Batch implements AutoCloseable {

    private final NDArray clips;
    private final TokenGrid grid;
    private final NDManager scope;
    private final NDArray[] pixels;
    private float[][] motion;
    private float[][] detail;

    private Batch(NDArray clips, TokenGrid grid) {
      this.clips = clips;
      this.grid = grid;
      this.scope = clips.getManager().newSubManager();
      this.pixels = new NDArray[(int) clips.getShape().get(0)];
    }

    /** N. */
    public int size() {
      return pixels.length;
    }

    /**
     * What can be seen of a clip.
     *
     * @param index in [0, N)
     */
    public ClipContent clip(int index) {
      Checks.require(index >= 0 && index < size(), "clip %s is outside [0, %s)", index, size());
      return new ClipContent(this, index);
    }

    private NDArray pixels(int index) {
      requireOpen();
      if (pixels[index] == null) {
        pixels[index] = view(index, scope);
      }
      return pixels[index];
    }

    private NDArray view(int index, NDManager owner) {
      NDArray view = clips.get(index);
      view.attach(owner);
      return view;
    }

    private float[][] motion() {
      if (motion == null) {
        motion = frames() == 1 ? new float[size()][grid.tokens()] : computeMotion();
      }
      return motion;
    }

    private float[][] computeMotion() {
      float[] ofFrames = perClip(this::frameMotion);
      int perFrame = grid.tokensPerSlot();
      int perClip = (frames() - 1) * perFrame;
      return IntStream.range(0, size())
          .mapToObj(clip -> tokenMotion(ofFrames, clip * perClip))
          .toArray(float[][]::new);
    }

    /** (T-1, rows, columns) of a clip: sums, frame by frame, from the second on. */
    private NDArray frameMotion(NDArray clip) {
      int later = frames() - 1;
      NDArray difference = clip.get(":, 1:").sub(clip.get(":, :" + later));
      int height = side(3) / grid.rows();
      int width = side(4) / grid.columns();
      return difference
          .muli(difference)
          .reshape(3, later, grid.rows(), height, grid.columns(), width)
          .sum(new int[] {0, 3, 5});
    }

    /** From frames to slots, for the clip whose first value is at {@code start}. */
    private float[] tokenMotion(float[] ofFrames, int start) {
      int perFrame = grid.tokensPerSlot();
      int frames = frames() / grid.time();
      long values = valuesPerToken();
      float[] tokens = new float[grid.tokens()];
      for (int token = 0; token < tokens.length; token++) {
        double sum = 0;
        for (int i = 0; i < frames; i++) {
          int frame = Math.max(1, grid.slot(token) * frames + i);
          sum += ofFrames[start + (frame - 1) * perFrame + token % perFrame];
        }
        tokens[token] = (float) (sum / values);
      }
      return tokens;
    }

    private float[][] detail() {
      if (detail == null) {
        float[] sums = perClip(this::squaredDeviations);
        long values = valuesPerToken();
        float[][] result = new float[size()][grid.tokens()];
        for (int i = 0; i < sums.length; i++) {
          result[i / grid.tokens()][i % grid.tokens()] = (float) (sums[i] / (double) values);
        }
        detail = result;
      }
      return detail;
    }

    /** (time, rows, columns) of a clip: sums of squared differences from the mean colour. */
    private NDArray squaredDeviations(NDArray clip) {
      NDArray tokens =
          clip.reshape(
              3,
              grid.time(),
              frames() / grid.time(),
              grid.rows(),
              side(3) / grid.rows(),
              grid.columns(),
              side(4) / grid.columns());
      NDArray mean = tokens.sum(new int[] {2, 4, 6}, true).div(valuesPerToken() / 3);
      NDArray centred = tokens.sub(mean);
      return centred.muli(centred).sum(new int[] {0, 2, 4, 6});
    }

    /** Of all three colours. */
    private long valuesPerToken() {
      return clips.getShape().size() / size() / grid.tokens();
    }

    private interface Summary {
      NDArray of(NDArray clip);
    }

    /**
     * A summary of all clips, one after the other. One at a time is large, all are fetched at once.
     */
    private float[] perClip(Summary summary) {
      requireOpen();
      try (NDManager all = scope.newSubManager()) {
        NDList summaries = new NDList(size());
        for (int i = 0; i < size(); i++) {
          try (NDManager one = all.newSubManager()) {
            NDArray ofClip = summary.of(view(i, one));
            ofClip.attach(all);
            summaries.add(ofClip);
          }
        }
        return NDArrays.stack(summaries).toFloatArray();
      }
    }

    private int frames() {
      return side(2);
    }

    private int side(int dimension) {
      return (int) clips.getShape().get(dimension);
    }

    private void requireOpen() {
      if (!scope.isOpen()) {
        throw new IllegalStateException(
            "a clip can be looked at only until its mask is drawn; its batch is closed");
      }
    }

    @Override
    public void close() {
      scope.close();
    }
  }
}
