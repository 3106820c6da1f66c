package org.mae4j.models;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.models.weights.TensorInfo;
import org.mae4j.models.weights.WeightFileException;

/** Makes, saves and loads models. */
public final class Models {

  private static final String KIND_KEY = "mae4j.model";
  private static final String CONFIG_KEY = "mae4j.config";

  private Models() {}

  /**
   * A model with fresh weights.
   *
   * @param manager owns the weights
   * @param seed decides them
   */
  public static <M extends Vit> M create(
      ModelConfig<M> config, Kernels kernels, NDManager manager, long seed) {
    M model = config.model(kernels, seed);
    model.initialize(manager);
    return model;
  }

  /**
   * The model in a file that {@link #save} wrote.
   *
   * @param type the kind of configuration that the file must hold
   * @throws WeightFileException if the file is damaged or does not say its geometry
   */
  public static <M extends Vit, C extends ModelConfig<M>> M load(
      Class<C> type, Path file, Kernels kernels, NDManager manager) {
    Safetensors weights = Safetensors.open(file);
    return load(config(file, weights, type), weights, file, kernels, manager);
  }

  /** The video masked autoencoder in a file that {@link #save} wrote. */
  public static VideoMae loadVideoMae(Path file, Kernels kernels, NDManager manager) {
    return load(VideoMaeConfig.class, file, kernels, manager);
  }

  /**
   * A model with the weights of a file, whose names and shapes must fit the geometry. Further
   * tensors in the file are not read.
   *
   * @throws WeightFileException if a tensor is missing, is not float32, or has another shape
   */
  public static <M extends Vit> M load(
      ModelConfig<M> config, Path file, Kernels kernels, NDManager manager) {
    return load(config, Safetensors.open(file), file, kernels, manager);
  }

  private static <M extends Vit> M load(
      ModelConfig<M> config, Safetensors weights, Path file, Kernels kernels, NDManager manager) {
    M model = config.model(kernels, 0);
    for (var parameter : model.getParameters()) {
      String name = parameter.getKey();
      TensorInfo info = weights.tensors().get(name);
      if (info == null) {
        throw new WeightFileException(file, "has no tensor " + name);
      }
      if (!info.shape().equals(parameter.getValue().getShape())) {
        throw new WeightFileException(
            file,
            "tensor "
                + name
                + " is "
                + info.shape()
                + ", but this geometry needs "
                + parameter.getValue().getShape());
      }
      if (info.type() != DataType.FLOAT32) {
        throw new WeightFileException(
            file, "tensor " + name + " must be float32, but is " + info.type().asNumpy());
      }
      parameter.getValue().setInitializer((owner, shape, type) -> weights.read(name, owner));
    }
    model.initialize(manager);
    return model;
  }

  /**
   * The geometry of the model in a file that {@link #save} wrote; no weight is read.
   *
   * @param type the kind of configuration that the file must hold
   * @throws WeightFileException if the file is damaged or does not say its geometry
   */
  public static <C extends ModelConfig<?>> C config(Class<C> type, Path file) {
    return config(file, Safetensors.open(file), type);
  }

  private static <C extends ModelConfig<?>> C config(
      Path file, Safetensors weights, Class<C> type) {
    String kind = weights.metadata().get(KIND_KEY);
    String json = weights.metadata().get(CONFIG_KEY);
    if (kind == null || json == null) {
      throw new WeightFileException(file, "does not say its geometry; load it with one");
    }
    C config;
    try {
      config = ModelConfig.fromJson(json, type);
    } catch (IllegalArgumentException e) {
      throw new WeightFileException(file, "of kind " + kind + ": " + e.getMessage(), e);
    }
    if (!kind.equals(config.kind())) {
      throw new WeightFileException(file, "holds a " + kind + ", no " + config.kind());
    }
    return config;
  }

  /**
   * Writes weights and geometry, whole or not at all.
   *
   * @param metadata more to write beside them
   */
  public static void save(Vit model, Path file, Map<String, String> metadata) {
    Safetensors.write(file, model.weights(), metadata(model, metadata));
  }

  /** {@code metadata} and the geometry that {@link #load} needs. */
  public static Map<String, String> metadata(Vit model, Map<String, String> metadata) {
    Map<String, String> all = new LinkedHashMap<>(metadata);
    ModelConfig<?> config = model.modelConfig();
    all.put(KIND_KEY, config.kind());
    all.put(CONFIG_KEY, config.toJson());
    return all;
  }
}
