package org.mae4j.models;

import ai.djl.ndarray.NDManager;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipShape;
import org.mae4j.api.TokenGrid;
import org.mae4j.models.internal.Json;
import org.mae4j.models.kernels.Kernels;

/**
 * The geometry of a model: everything that decides which weights it has. A recipe holds one, and
 * {@link Models} makes and loads models of it.
 *
 * <p>A model of one's own has a record of one's own as its configuration, of numbers, texts, enums
 * and records of these: it is written beside the weights and into each checkpoint as JSON.
 *
 * @param <M> the model
 */
public interface ModelConfig<M> {

  /** What files call this kind of model. */
  String kind();

  /** The clips it takes. */
  ClipShape clip();

  /** The tokens it cuts them into. */
  TokenGrid grid();

  /**
   * A model with fresh weights.
   *
   * @param input how it will look at a video
   * @param kernels the run's arithmetic, for a model that uses it; stay the caller's to close
   * @param manager owns the weights, on the device to compute on
   * @param seed decides the weights, alone
   */
  M create(ClipInput input, Kernels kernels, NDManager manager, long seed);

  /** This configuration as one line of JSON. */
  default String toJson() {
    return Json.write(this);
  }

  /**
   * The configuration that {@link #toJson} wrote.
   *
   * @throws IllegalArgumentException if the text is not one
   */
  static <C extends ModelConfig<?>> C fromJson(String json, Class<C> type) {
    return Json.read(json, type, "model geometry");
  }
}
