package org.mae4j.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.torch.TorchArrays;
import org.mae4j.models.weights.LoadReport;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.models.weights.WeightFile;
import org.mae4j.models.weights.WeightFileException;
import org.mae4j.models.weights.Weights;

/** Makes, saves and loads models. */
public final class Models {

  private static final String HEAD = "head.";
  private static final String NORM_OF_MEAN = "fc_norm.";

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
    WeightFile weights = WeightFile.open(file);
    return load(config(file, weights, type), Weights.of(weights), kernels, manager);
  }

  /** The video masked autoencoder in a file that {@link #save} wrote. */
  public static VideoMae loadVideoMae(Path file, Kernels kernels, NDManager manager) {
    return load(VideoMaeConfig.class, file, kernels, manager);
  }

  /**
   * A model with the weights of a file, PyTorch checkpoint or safetensors, whose names and shapes
   * must fit the geometry. Further tensors in the file are not read: a classifier without a head
   * loads from a masked autoencoder's file.
   *
   * @throws WeightFileException if the file is absent or damaged, or a tensor is missing or has
   *     another shape
   */
  public static <M extends Vit> M load(
      ModelConfig<M> config, Path file, Kernels kernels, NDManager manager) {
    return load(config, Weights.of(WeightFile.open(file)), kernels, manager);
  }

  /**
   * A model with these weights, whose names and shapes must fit the geometry. Further tensors are
   * not read.
   *
   * @throws WeightFileException if a tensor is missing or has another shape
   */
  public static <M extends Vit> M load(
      ModelConfig<M> config, Weights weights, Kernels kernels, NDManager manager) {
    M model = config.model(kernels, 0);
    requireComplete(report(model, weights), weights);
    model
        .getParameters()
        .forEach(
            parameter ->
                parameter
                    .getValue()
                    .setInitializer(
                        (owner, shape, type) ->
                            weights.tensors().get(parameter.getKey()).read(owner)));
    NDManager loading = manager.newSubManager();
    try {
      model.initialize(loading);
      model.weights().values().forEach(array -> array.attach(manager));
      return model;
    } finally {
      loading.close();
    }
  }

  /**
   * Gives a model the weights whose names and shapes fit, all or none: it keeps its old ones if one
   * cannot be read. The model's arrays stay the same, so an optimizer over them goes on.
   *
   * @return what fitted and what did not
   * @throws WeightFileException if {@code strict} and a name or shape does not fit, or a tensor
   *     cannot be read
   */
  public static LoadReport replaceWeights(Vit model, Weights weights, boolean strict) {
    LoadReport report = report(model, weights);
    if (strict) {
      requireComplete(report, weights);
      if (!report.unexpected().isEmpty()) {
        throw new WeightFileException(Path.of(weights.origin()), "does not fit: " + report);
      }
    }
    if (report.matched().isEmpty()) {
      return report;
    }
    List<NDArray> old = new ArrayList<>();
    List<NDArray> read = new ArrayList<>();
    NDArray first = model.weights().get(report.matched().get(0));
    try (NDManager loading = first.getManager().newSubManager()) {
      for (String name : report.matched()) {
        old.add(model.weights().get(name));
        read.add(weights.tensors().get(name).read(loading));
      }
      TorchArrays.overwrite(old, read);
    }
    return report;
  }

  /**
   * Gives a classifier the encoder of a pretrained model; its head stays as it is, and so does the
   * norm of mean-pooled images, which no masked autoencoder has.
   *
   * @param pretrained a masked autoencoder's or classifier's; its decoder or head is not read
   * @throws WeightFileException if a weight of the encoder is missing or does not fit
   */
  public static void replaceEncoder(VitClassifier model, Weights pretrained) {
    LoadReport report =
        replaceWeights(model, pretrained.without(name -> name.startsWith(HEAD)), false);
    boolean fits =
        Stream.concat(report.missing().stream(), report.mismatched().keySet().stream())
            .allMatch(name -> name.startsWith(HEAD) || name.startsWith(NORM_OF_MEAN));
    if (!fits) {
      throw new WeightFileException(
          Path.of(pretrained.origin()), "does not fit the classifier's encoder: " + report);
    }
  }

  private static LoadReport report(Vit model, Weights weights) {
    Map<String, Shape> expected = new LinkedHashMap<>();
    model.getParameters().forEach(p -> expected.put(p.getKey(), p.getValue().getShape()));
    return LoadReport.of(expected, weights);
  }

  private static void requireComplete(LoadReport report, Weights weights) {
    if (!report.isComplete()) {
      boolean decoder = report.missing().contains("decoder_pred.weight");
      throw new WeightFileException(
          Path.of(weights.origin()),
          (decoder ? "has no decoder, so it can reconstruct nothing: " : "does not fit: ")
              + report);
    }
  }

  /**
   * The geometry of the model in a file that {@link #save} wrote; no weight is read.
   *
   * @param type the kind of configuration that the file must hold
   * @throws WeightFileException if the file is damaged or does not say its geometry
   */
  public static <C extends ModelConfig<?>> C config(Class<C> type, Path file) {
    return config(file, WeightFile.open(file), type);
  }

  private static <C extends ModelConfig<?>> C config(Path file, WeightFile weights, Class<C> type) {
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
