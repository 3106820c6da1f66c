package org.mae4j.models.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.torch.TorchArrays;

/** Looks tokens up by the indices of a batch of masks. */
public final class VisibleTokens {

  private VisibleTokens() {}

  /**
   * The masks of a batch as one array.
   *
   * @return (N, V), int64, ascending in each row
   * @throws IllegalArgumentException if there are not N masks over the grid that keep as many
   *     tokens
   */
  public static NDArray indices(
      NDManager manager, TokenGrid grid, List<TokenMask> masks, long clips) {
    Checks.require(
        masks.size() == clips,
        "a batch of %s clips needs as many masks, but got %s",
        clips,
        masks.size());
    int visible = masks.get(0).visibleCount();
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(masks.size() * visible * Long.BYTES)
            .order(ByteOrder.nativeOrder());
    for (TokenMask mask : masks) {
      Checks.require(
          mask.tokens() == grid.tokens() && mask.visibleCount() == visible,
          "the masks of a batch must all keep %s of %s tokens, but one keeps %s of %s",
          visible,
          grid.tokens(),
          mask.visibleCount(),
          mask.tokens());
      for (int token : mask.visible()) {
        buffer.putLong(token);
      }
    }
    return TorchArrays.copyOf(manager, buffer.flip(), new Shape(clips, visible), DataType.INT64);
  }

  /**
   * Rows of a table.
   *
   * @param indices any shape, int64
   * @param table (R, D)
   * @return the shape of {@code indices}, then D; it belongs to the manager of {@code indices}
   */
  static NDArray lookUp(NDArray indices, NDArray table) {
    return indices
        .getNDArrayInternal()
        .embedding(indices, table, SparseFormat.DENSE)
        .singletonOrThrow();
  }

  /**
   * The visible tokens of each clip.
   *
   * @param tokens (N, L, D)
   * @param visible (N, V), int64
   * @return (N, V, D)
   */
  static NDArray select(NDArray tokens, NDArray visible) {
    long clips = tokens.getShape().get(0);
    long length = tokens.getShape().get(1);
    NDArray firstOfClip = rowNumbers(visible.getManager(), clips, 1).mul(length);
    return lookUp(
        visible.add(firstOfClip), tokens.reshape(clips * length, tokens.getShape().get(2)));
  }

  /**
   * Visible tokens in their places, and a stand-in everywhere else.
   *
   * @param tokens (N, V, D)
   * @param visible (N, V), int64
   * @param standIn (1, 1, D)
   * @param length L
   * @return (N, L, D)
   */
  static NDArray restore(NDArray tokens, NDArray visible, NDArray standIn, long length) {
    Shape shape = tokens.getShape();
    long clips = shape.get(0);
    long count = shape.get(1);
    long width = shape.get(2);
    NDArray table = tokens.reshape(clips * count, width).concat(standIn.reshape(1, width), 0);
    NDArray rows =
        visible
            .getManager()
            .zeros(new Shape(clips, length), DataType.INT64)
            .add(clips * count)
            .scatter(visible, rowNumbers(visible.getManager(), clips, count), 1);
    return lookUp(rows, table);
  }

  /** (N, M), int64: 0, 1, 2, ... in row-major order. */
  private static NDArray rowNumbers(NDManager manager, long n, long m) {
    return manager.arange(0, (int) (n * m), 1, DataType.INT64).reshape(n, m);
  }
}
