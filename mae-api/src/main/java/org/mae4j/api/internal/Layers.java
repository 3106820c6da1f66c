package org.mae4j.api.internal;

import org.mae4j.api.training.Trainable;

/** Looks at the layers that a model says its parameters belong to. */
public final class Layers {

  private Layers() {}

  /**
   * The layer of a parameter.
   *
   * @throws IllegalArgumentException if it is none of the model's
   */
  public static int of(Trainable model, String parameter) {
    int layer = model.layer(parameter);
    Checks.require(
        layer >= 0 && layer < model.layers(),
        "the layer of a parameter must be in [0, %s), but that of %s of %s is %s",
        model.layers(),
        parameter,
        model,
        layer);
    return layer;
  }
}
