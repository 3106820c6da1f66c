package org.mae4j.models;

import com.google.gson.Gson;
import java.util.Objects;
import org.mae4j.models.kernels.Kernels;

/**
 * Everything about a model but its weights.
 *
 * @param <M> the model
 */
public interface ModelConfig<M extends Vit> {

  /** What files call this kind of model. */
  String kind();

  /** A model whose parameters are not initialised yet. */
  M model(Kernels kernels, long seed);

  /** This configuration as one line of JSON. */
  default String toJson() {
    return new Gson().toJson(this);
  }

  /**
   * The configuration that {@link #toJson} wrote.
   *
   * @throws IllegalArgumentException if the text is not one
   */
  static <C extends ModelConfig<?>> C fromJson(String json, Class<C> type) {
    try {
      return Objects.requireNonNull(new Gson().fromJson(json, type), "empty");
    } catch (RuntimeException e) {
      // Gson wraps what a constructor refuses in exceptions of many kinds.
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      throw new IllegalArgumentException("not a model geometry: " + root.getMessage(), e);
    }
  }
}
