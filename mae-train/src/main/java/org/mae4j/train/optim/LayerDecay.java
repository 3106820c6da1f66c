package org.mae4j.train.optim;

import ai.djl.ndarray.types.Shape;
import java.util.function.ToIntFunction;
import org.mae4j.api.internal.Checks;

/**
 * Rules for finetuning a pretrained encoder: the earlier a layer, the lower its learning rate
 * (Clark et al. 2020, arXiv 2003.10555; Bao et al. 2022, arXiv 2106.08254).
 *
 * <p>The scale of layer i of n is decay<sup>n-1-i</sup>. Biases, norms, the class token and
 * position tables are not decayed.
 *
 * @param layers n, at least 1
 * @param layer that a parameter belongs to, in [0, n), by its name: {@link
 *     org.mae4j.api.training.Trainable#layer}
 * @param decay in (0, 1]; 1 gives all layers the same rate
 * @param weightDecay of what is decayed, at least 0
 */
public record LayerDecay(int layers, ToIntFunction<String> layer, double decay, double weightDecay)
    implements ParameterRules {

  public LayerDecay {
    Checks.atLeast(1, layers, "layers");
    Checks.notNegative(weightDecay, "weight decay");
    Checks.require(decay > 0 && decay <= 1, "layer decay must be in (0, 1], but was %s", decay);
  }

  @Override
  public Rule of(String name, Shape shape) {
    boolean decayed = shape.dimension() > 1 && !isTokenOrPosition(name);
    double scale = Math.pow(decay, layers - 1 - layer.applyAsInt(name));
    return new Rule(scale, decayed ? weightDecay : 0, 0);
  }

  private static boolean isTokenOrPosition(String name) {
    return name.equals("cls_token") || name.startsWith("pos_embed");
  }
}
