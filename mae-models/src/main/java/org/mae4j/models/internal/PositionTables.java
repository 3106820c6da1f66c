package org.mae4j.models.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.function.Supplier;
import org.mae4j.api.TokenGrid;
import org.mae4j.models.PositionStart;
import org.mae4j.models.Positions;
import org.mae4j.models.VitConfig;

/** The positions of tokens and class token, in one joint table or in two separable ones. */
final class PositionTables {

  private final TokenGrid grid;
  private final int width;
  private final boolean classToken;
  private final Parameter spatial;
  private final Parameter temporal;
  private final Parameter classPosition;
  private final Parameter joint;

  /**
   * Registers the tables.
   *
   * @param prefix what the names begin with: empty or {@code decoder_}
   */
  PositionTables(ParameterRegistry registry, String prefix, int width, VitConfig config) {
    this.grid = config.grid();
    this.width = width;
    this.classToken = config.classToken();
    boolean sinCos = config.positionStart() == PositionStart.SIN_COS;
    String name = prefix + "pos_embed";
    if (config.positions() == Positions.SEPARABLE) {
      spatial =
          table(
              registry,
              name + "_spatial",
              grid.tokensPerSlot(),
              sinCos,
              () -> Initialization.spatialSinCos(grid));
      temporal =
          table(registry, name + "_temporal", grid.time(), sinCos, Initialization::temporalSinCos);
      classPosition =
          classToken ? registry.addSmall(name + "_class", new Shape(1, 1, width)) : null;
      joint = null;
    } else {
      spatial = null;
      temporal = null;
      classPosition = null;
      int rows = grid.tokens() + (classToken ? 1 : 0);
      joint =
          config.positions() == Positions.FIXED
              ? registry.addFixed(
                  name, new Shape(1, rows, width), Initialization.imageSinCos(grid, classToken))
              : table(
                  registry, name, rows, sinCos, () -> Initialization.jointSinCos(grid, classToken));
    }
  }

  private Parameter table(
      ParameterRegistry registry,
      String name,
      int rows,
      boolean sinCos,
      Supplier<Initializer> sinCosStart) {
    Shape shape = new Shape(1, rows, width);
    return sinCos ? registry.add(name, shape, sinCosStart.get()) : registry.addSmall(name, shape);
  }

  /** (L, D): the positions of all tokens. */
  NDArray ofTokens(NDManager scope, ParameterValues values) {
    if (joint != null) {
      NDArray rows = values.in(scope, joint).reshape(-1, width);
      return classToken ? rows.get("1:") : rows;
    }
    return values
        .in(scope, temporal)
        .reshape(grid.time(), 1, width)
        .add(values.of(spatial))
        .reshape(grid.tokens(), width);
  }

  /** (N, L, D) -> (N, 1+L, D): a class token at its position before the others. */
  NDArray prepend(Parameter token, NDArray tokens, ParameterValues values) {
    NDManager scope = tokens.getManager();
    Shape shape = tokens.getShape();
    return values
        .in(scope, token)
        .add(ofClassToken(scope, values))
        .broadcast(shape.get(0), 1, shape.get(2))
        .concat(tokens, 1);
  }

  /** (1, 1, D): the position of the class token. */
  NDArray ofClassToken(NDManager scope, ParameterValues values) {
    return joint == null ? values.in(scope, classPosition) : values.in(scope, joint).get(":, :1");
  }
}
