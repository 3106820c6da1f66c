package org.mae4j.models;

import org.mae4j.models.internal.Json;
import org.mae4j.models.internal.ModelSetup;

/**
 * The geometry of a model: everything that decides which weights it has. {@link Models} makes and
 * loads models of it.
 *
 * @param <M> the model
 */
public interface ModelConfig<M> {

  /** What files call this kind of model. */
  String kind();

  /** The encoder. */
  VitConfig vit();

  /** A model whose parameters are not initialised yet. */
  M model(ModelSetup setup);

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
