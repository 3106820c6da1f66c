package org.mae4j.train.optim;

import ai.djl.ndarray.types.Shape;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mae4j.api.internal.Checks;

/**
 * Rules for finetuning a vision transformer: the earlier a layer, the lower its learning rate
 * (Clark et al. 2020, arXiv 2003.10555; Bao et al. 2022, arXiv 2106.08254).
 *
 * <p>Tokens, positions and the patch projection are layer 0, block k is layer k+1, norm and head
 * are the last, layer depth+1. The scale of layer i is decay<sup>depth+1-i</sup>. Biases, norms,
 * the class token and position tables are not decayed.
 *
 * @param depth number of blocks, at least 1
 * @param decay in (0, 1]; 1 gives all layers the same rate
 * @param weightDecay of what is decayed, at least 0
 */
public record LayerDecay(int depth, double decay, double weightDecay) implements ParameterRules {

  private static final Pattern BLOCK = Pattern.compile("blocks\\.(\\d+)\\..*");

  public LayerDecay {
    Checks.atLeast(1, depth, "depth");
    Checks.notNegative(weightDecay, "weight decay");
    Checks.require(decay > 0 && decay <= 1, "layer decay must be in (0, 1], but was %s", decay);
  }

  @Override
  public Rule of(String name, Shape shape) {
    boolean decayed = shape.dimension() > 1 && !isTokenOrPosition(name);
    return new Rule(Math.pow(decay, depth + 1 - layer(name)), decayed ? weightDecay : 0, 0);
  }

  /** The layer that a parameter belongs to, in [0, depth+1]. */
  int layer(String name) {
    if (isTokenOrPosition(name) || name.startsWith("patch_embed.")) {
      return 0;
    }
    Matcher block = BLOCK.matcher(name);
    return block.matches() ? Integer.parseInt(block.group(1)) + 1 : depth + 1;
  }

  private static boolean isTokenOrPosition(String name) {
    return name.equals("cls_token") || name.startsWith("pos_embed");
  }
}
