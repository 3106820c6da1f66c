package org.mae4j.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.models.weights.TensorInfo;
import org.mae4j.models.weights.WeightFileException;

/** Makes, saves and loads {@link VideoMae}s. */
public final class VideoMaes {

  private static final String CONFIG_KEY = "mae4j.video_mae";

  private VideoMaes() {}

  /**
   * A model with fresh weights.
   *
   * @param manager owns the weights
   * @param seed decides them
   */
  public static VideoMae create(
      VideoMaeConfig config, Kernels kernels, NDManager manager, long seed) {
    VideoMae model = new VideoMae(config, kernels, seed);
    model.initialize(manager);
    return model;
  }

  /**
   * The model in a file that {@link #save} wrote.
   *
   * @throws WeightFileException if the file is damaged or does not say its geometry
   */
  public static VideoMae load(Path file, Kernels kernels, NDManager manager) {
    Safetensors weights = Safetensors.open(file);
    return load(config(file, weights), weights, file, kernels, manager);
  }

  /**
   * A model with the weights of a file, whose names and shapes must fit the geometry. Further
   * tensors in the file are not read.
   *
   * @throws WeightFileException if a tensor is missing, is not float32, or has another shape
   */
  public static VideoMae load(
      VideoMaeConfig config, Path file, Kernels kernels, NDManager manager) {
    return load(config, Safetensors.open(file), file, kernels, manager);
  }

  private static VideoMae load(
      VideoMaeConfig config, Safetensors weights, Path file, Kernels kernels, NDManager manager) {
    VideoMae model = new VideoMae(config, kernels, 0);
    for (var parameter : model.getParameters()) {
      String name = parameter.getKey();
      checkTensor(file, name, weights.tensors().get(name), parameter.getValue().getShape());
      parameter.getValue().setInitializer((owner, shape, type) -> weights.read(name, owner));
    }
    model.initialize(manager);
    return model;
  }

  private static void checkTensor(Path file, String name, TensorInfo info, Shape expected) {
    if (info == null) {
      throw new WeightFileException(file, "has no tensor " + name);
    }
    if (!info.shape().equals(expected)) {
      throw new WeightFileException(
          file, "tensor " + name + " is " + info.shape() + ", but this geometry needs " + expected);
    }
    if (info.type() != DataType.FLOAT32) {
      throw new WeightFileException(
          file, "tensor " + name + " must be float32, but is " + info.type().asNumpy());
    }
  }

  private static VideoMaeConfig config(Path file, Safetensors weights) {
    String json = weights.metadata().get(CONFIG_KEY);
    if (json == null) {
      throw new WeightFileException(file, "does not say its geometry; load it with one");
    }
    try {
      return VideoMaeConfig.fromJson(json);
    } catch (IllegalArgumentException e) {
      throw new WeightFileException(file, e.getMessage(), e);
    }
  }

  /**
   * Writes weights and geometry, whole or not at all.
   *
   * @param metadata more to write beside them
   */
  public static void save(VideoMae model, Path file, Map<String, String> metadata) {
    Map<String, NDArray> weights = model.weights();
    Safetensors.write(file, weights, metadata(model, metadata));
  }

  /** {@code metadata} and the geometry that {@link #load} needs. */
  public static Map<String, String> metadata(VideoMae model, Map<String, String> metadata) {
    Map<String, String> all = new LinkedHashMap<>(metadata);
    all.put(CONFIG_KEY, model.config().toJson());
    return all;
  }
}
