package org.mae4j.examples.benchmark;

import org.mae4j.models.TransformerShape;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.VitConfig;

/**
 * Counts the arithmetic of matrix products, two operations for each multiplication. A backward pass
 * counts twice its forward pass; what is computed again does not count.
 */
public final class Arithmetic {

  private Arithmetic() {}

  /** Operations of one pretraining step on one clip, forward and backward. */
  public static double pretraining(VideoMaeConfig config, int visible) {
    int tokens = config.grid().tokens();
    int prefix = config.vit().classToken() ? 1 : 0;
    double encoder =
        blocks(config.encoder(), config.vit().mlpRatio(), visible + prefix)
            + product(visible, config.patch().values(), config.encoder().width());
    double decoder =
        blocks(config.decoder(), config.vit().mlpRatio(), tokens + prefix)
            + product(visible, config.encoder().width(), config.decoder().width())
            + product(tokens, config.decoder().width(), config.predictedValues());
    return 3 * (encoder + decoder);
  }

  /** Operations of scoring one clip, forward only; the head's are left out. */
  public static double classification(VitConfig vit) {
    int tokens = vit.grid().tokens();
    return blocks(vit.transformer(), vit.mlpRatio(), tokens + (vit.classToken() ? 1 : 0))
        + product(tokens, vit.patch().values(), vit.transformer().width());
  }

  private static double blocks(TransformerShape shape, double mlpRatio, double tokens) {
    double width = shape.width();
    double weights = (4 + 2 * mlpRatio) * width * width;
    double attention = 2 * tokens * width;
    return shape.depth() * 2 * tokens * (weights + attention);
  }

  private static double product(double rows, double inner, double columns) {
    return 2 * rows * inner * columns;
  }
}
