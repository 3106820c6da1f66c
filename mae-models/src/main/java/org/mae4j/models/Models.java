package org.mae4j.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Pooling;
import org.mae4j.api.internal.ClipFit;
import org.mae4j.api.internal.Text;
import org.mae4j.api.training.Classifier;
import org.mae4j.api.training.Trainable;
import org.mae4j.models.internal.Json;
import org.mae4j.models.internal.ModelSetup;
import org.mae4j.models.internal.ModelShapes;
import org.mae4j.models.kernels.KernelSettings;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.torch.TorchArrays;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.models.weights.WeightFile;
import org.mae4j.models.weights.WeightFileException;
import org.mae4j.models.weights.Weights;
import org.mae4j.models.weights.Weights.LoadReport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes, saves and loads models. */
public final class Models {

  private static final String HEAD = "head.";
  private static final String NORM_OF_MEAN = "fc_norm.";
  private static final String KIND_KEY = "mae4j.model";
  private static final String CONFIG_KEY = "mae4j.config";
  private static final String INPUT_KEY = "mae4j.input";

  private static final Logger LOG = LoggerFactory.getLogger(Models.class);
  private static final int MANY_BLOCKS = 1000;

  private static final Map<String, Class<? extends VitModelConfig<?>>> KINDS =
      new TreeMap<>(
          Map.of(
              "video_mae", VideoMaeConfig.class,
              "image_mae", ImageMaeConfig.class,
              "classifier", ClassifierConfig.class));

  private static final Map<String, String> LOADS =
      Map.of(
          "video_mae", "loadVideoMae", "image_mae", "loadImageMae", "classifier", "loadClassifier");

  private static final String SAY_IT =
      "; say it by Models.load(config, input, file, ...), where ClipInput.PAPER_VIDEO is the"
          + " paper's";

  private Models() {}

  /**
   * A model with fresh weights and kernels of its own, to be trained.
   *
   * @param input how it will look at a video
   * @param manager owns the weights
   * @param seed decides them
   */
  public static <M extends Vit> M create(
      VitModelConfig<M> config, ClipInput input, NDManager manager, long seed) {
    return withOwnKernels(
        manager,
        kernels ->
            initialized(config, new ModelSetup(Optional.of(input), kernels, true, seed), manager));
  }

  /**
   * A model with fresh weights.
   *
   * @param input how it will look at a video
   * @param kernels stay the caller's to close
   * @param manager owns the weights
   * @param seed decides them
   */
  public static <M extends Vit> M create(
      VitModelConfig<M> config, ClipInput input, Kernels kernels, NDManager manager, long seed) {
    return initialized(config, new ModelSetup(Optional.of(input), kernels, false, seed), manager);
  }

  /**
   * A model with fresh weights of which nobody says how it looks at a video: to compute with. It
   * cannot be saved.
   *
   * @param kernels stay the caller's to close
   * @param manager owns the weights
   * @param seed decides them
   */
  public static <M extends Vit> M create(
      VitModelConfig<M> config, Kernels kernels, NDManager manager, long seed) {
    return initialized(config, new ModelSetup(Optional.empty(), kernels, false, seed), manager);
  }

  private static <M extends Vit> M initialized(
      VitModelConfig<M> config, ModelSetup setup, NDManager manager) {
    M model = config.model(setup);
    model.initialize(manager);
    return model;
  }

  /** The model closes the kernels; where it does not come about they are closed here. */
  private static <M extends Vit> M withOwnKernels(NDManager manager, Function<Kernels, M> making) {
    Kernels kernels = KernelSettings.forDevice(manager.getDevice()).open();
    try {
      return making.apply(kernels);
    } catch (RuntimeException | Error e) {
      kernels.close();
      throw e;
    }
  }

  /**
   * The video masked autoencoder in a file that {@link #save} wrote, for use: its weights are
   * frozen. It has kernels of its own: close it.
   *
   * @param manager owns the weights, on the device to compute on
   * @throws WeightFileException if the file is damaged, holds another kind of model, or does not
   *     say its geometry or how the model looks at a video
   */
  public static VideoMae loadVideoMae(Path file, NDManager manager) {
    return loadFrozen(VideoMaeConfig.class, file, manager);
  }

  /** As {@link #loadVideoMae}, an image masked autoencoder. */
  public static ImageMae loadImageMae(Path file, NDManager manager) {
    return loadFrozen(ImageMaeConfig.class, file, manager);
  }

  /** As {@link #loadVideoMae}, a classifier of clips or images. */
  public static VitClassifier loadClassifier(Path file, NDManager manager) {
    return loadFrozen(ClassifierConfig.class, file, manager);
  }

  /**
   * As {@link #loadVideoMae}, what any of the three kinds of files has of an encoder: without a
   * decoder, without a head. Its logits are the features that {@code pooling} makes of the tokens;
   * of an image masked autoencoder not those of {@link Pooling#MEAN}, for want of a norm.
   */
  public static VitClassifier loadEncoder(Path file, Pooling pooling, NDManager manager) {
    WeightFile weights = WeightFile.open(file);
    VitConfig vit = anyConfig(file, weights).vit();
    ClipInput input = fittingInput(file, weights, vit.clip());
    return loadFrozen(new ClassifierConfig(vit, 0, pooling), input, weights, manager);
  }

  private static <M extends Vit, C extends VitModelConfig<M>> M loadFrozen(
      Class<C> type, Path file, NDManager manager) {
    WeightFile weights = WeightFile.open(file);
    C config = config(file, weights, type);
    return loadFrozen(config, fittingInput(file, weights, config.clip()), weights, manager);
  }

  private static <M extends Vit> M loadFrozen(
      VitModelConfig<M> config, ClipInput input, WeightFile weights, NDManager manager) {
    return loadFrozen(input, manager, setup -> load(config, weights, setup, manager));
  }

  private static <M extends Vit> M loadFrozen(
      ClipInput input, NDManager manager, Function<ModelSetup, M> loading) {
    return withOwnKernels(
        manager,
        kernels -> frozen(loading.apply(new ModelSetup(Optional.of(input), kernels, true, 0))));
  }

  private static <M extends Vit> M frozen(M model) {
    model.freezeParameters(true);
    return model;
  }

  /**
   * A model with the weights of a file of others, for use: as {@link #loadVideoMae}, with the
   * geometry and the input that the caller knows.
   *
   * @param input how the model looks at a video, whatever the file says of that
   * @param manager owns the weights, on the device to compute on
   * @throws WeightFileException if the file is absent or damaged, or a tensor is missing or has
   *     another shape
   */
  public static <M extends Vit> M load(
      VitModelConfig<M> config, ClipInput input, Path file, NDManager manager) {
    return loadFrozen(config, input, WeightFile.open(file), manager);
  }

  /**
   * As {@link #load(VitModelConfig, ClipInput, Path, NDManager)}, of weights at hand: converted
   * ones, or those of one prefix among several in a file.
   */
  public static <M extends Vit> M load(
      VitModelConfig<M> config, ClipInput input, Weights weights, NDManager manager) {
    return loadFrozen(input, manager, setup -> load(config, weights, setup, manager));
  }

  /**
   * The model in a file that {@link #save} wrote, to be trained on or used.
   *
   * @param type the kind of configuration that the file must hold; may be one's own
   * @param kernels stay the caller's to close
   * @throws WeightFileException if the file is damaged, holds another kind of model, or does not
   *     say its geometry or how the model looks at a video
   */
  public static <M extends Trainable, C extends ModelConfig<M>> M load(
      Class<C> type, Path file, Kernels kernels, NDManager manager) {
    WeightFile weights = WeightFile.open(file);
    C config = config(file, weights, type);
    return load(config, fittingInput(file, weights, config.clip()), weights, kernels, manager);
  }

  /**
   * A model with the weights of any file, PyTorch checkpoint or safetensors, whose names and shapes
   * must fit the geometry. Further tensors in the file are not read: a classifier without a head
   * loads from a masked autoencoder's file.
   *
   * @param config may be one's own
   * @param input how the model looks at a video, whatever the file says of that
   * @param kernels stay the caller's to close
   * @throws WeightFileException if the file is absent or damaged, or a tensor is missing or has
   *     another shape
   */
  public static <M extends Trainable> M load(
      ModelConfig<M> config, ClipInput input, Path file, Kernels kernels, NDManager manager) {
    return load(config, input, WeightFile.open(file), kernels, manager);
  }

  @SuppressWarnings("unchecked") // What a VitModelConfig<M> makes is an M.
  private static <M extends Trainable> M load(
      ModelConfig<M> config, ClipInput input, WeightFile file, Kernels kernels, NDManager manager) {
    if (config instanceof VitModelConfig<?>) {
      VitModelConfig<? extends Vit> vit = (VitModelConfig<? extends Vit>) config;
      return (M) load(vit, file, new ModelSetup(Optional.of(input), kernels, false, 0), manager);
    }
    M model = config.create(input, kernels, manager, 0);
    try {
      Weights weights = Weights.of(file.fitting(shapes(model)));
      requireComplete(model, weights);
      replaceWeights(model, weights, false);
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /**
   * A model with these weights, whose names and shapes must fit the geometry, and of which nobody
   * says how it looks at a video: to compute with. Further tensors are not read.
   *
   * @param kernels stay the caller's to close
   * @throws WeightFileException if a tensor is missing or has another shape
   */
  public static <M extends Vit> M load(
      VitModelConfig<M> config, Weights weights, Kernels kernels, NDManager manager) {
    return load(config, weights, new ModelSetup(Optional.empty(), kernels, false, 0), manager);
  }

  private static <M extends Vit> M load(
      VitModelConfig<M> config, WeightFile file, ModelSetup setup, NDManager manager) {
    requireBlocks(config, file.path(), file.tensors().size());
    M model = config.model(setup);
    return filled(model, Weights.of(file.fitting(shapes(model))), manager);
  }

  private static <M extends Vit> M load(
      VitModelConfig<M> config, Weights weights, ModelSetup setup, NDManager manager) {
    requireBlocks(config, Path.of(weights.origin()), weights.tensors().size());
    return filled(config.model(setup), weights, manager);
  }

  private static <M extends Vit> M filled(M model, Weights weights, NDManager manager) {
    requireComplete(model, weights);
    model
        .getParameters()
        .forEach(
            parameter ->
                parameter
                    .getValue()
                    .setInitializer(
                        (owner, shape, type) -> read(weights, parameter.getKey(), owner)));
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
  public static LoadReport replaceWeights(Trainable model, Weights weights, boolean strict) {
    LoadReport report = LoadReport.of(shapes(model), weights);
    if (strict) {
      requireComplete(model, weights);
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
        read.add(read(weights, name, loading));
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
  public static void replaceEncoder(Classifier model, Weights pretrained) {
    Weights encoder = pretrained.without(name -> name.startsWith(HEAD));
    Misfit misfit = Misfit.of(shapes(model), encoder);
    LoadReport report = misfit.report();
    boolean fits =
        !misfit.hasSurplus()
            && Stream.concat(report.missing().stream(), report.mismatched().keySet().stream())
                .allMatch(name -> name.startsWith(HEAD) || name.startsWith(NORM_OF_MEAN));
    tellPlace(report, encoder);
    if (!fits) {
      throw new WeightFileException(
          Path.of(pretrained.origin()),
          "does not fit the classifier's encoder: " + misfit.differences());
    }
    replaceWeights(model, encoder, false);
  }

  private static Map<String, Shape> shapes(Trainable model) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    if (model instanceof Vit vit) {
      // Its parameters may have no values yet.
      vit.getParameters().forEach(p -> shapes.put(p.getKey(), p.getValue().getShape()));
    } else {
      model.weights().forEach((name, weight) -> shapes.put(name, weight.getShape()));
    }
    return shapes;
  }

  private static void requireComplete(Trainable model, Weights weights) {
    Misfit misfit = Misfit.of(shapes(model), weights);
    if (misfit.isOne()) {
      throw new WeightFileException(Path.of(weights.origin()), misfit.toString());
    }
    tellPlace(misfit.report(), weights);
  }

  private static void tellPlace(LoadReport report, Weights weights) {
    if (!report.place().isEmpty()) {
      LOG.info("{}: tensors {}", Text.shown(weights.origin()), report.place());
    }
  }

  /** Before lists and tables are made that take as much memory as a file may say. */
  private static void requireBlocks(VitModelConfig<?> config, Path origin, int tensors) {
    long blocks = config.vit().transformer().depth();
    if (config instanceof MaskedAutoencoderConfig<?> mae) {
      blocks += mae.decoder().depth();
    }
    if (blocks > Math.max(MANY_BLOCKS, tensors)) {
      throw new WeightFileException(
          origin, "has " + tensors + " tensors, too few for a geometry of " + blocks + " blocks");
    }
  }

  /** What a file says of its geometry is compared with its tensors before anybody relies on it. */
  private static void requireGeometry(VitModelConfig<?> config, WeightFile file) {
    requireBlocks(config, file.path(), file.tensors().size());
    Weights weights =
        Weights.of(file).without(name -> !Misfit.isOfEncoder(name) && !Misfit.isOfDecoder(name));
    Misfit misfit = Misfit.of(ModelShapes.of(config), weights);
    if (misfit.isOne()) {
      throw new WeightFileException(
          file.path(), "says a geometry that its tensors do not have: " + misfit.differences());
    }
  }

  /** One weight that is no number would make all answers none. */
  private static NDArray read(Weights weights, String name, NDManager manager) {
    NDArray values = weights.tensors().get(name).read(manager);
    try (NDArray sum = values.sum()) {
      if (!Float.isFinite(sum.getFloat()) && !isFinite(values)) {
        throw new WeightFileException(
            Path.of(weights.origin()),
            "tensor " + name + " has values that are infinite or no numbers");
      }
    }
    return values;
  }

  private static boolean isFinite(NDArray values) {
    try (NDArray sizes = values.abs();
        NDArray largest = sizes.max()) {
      return Float.isFinite(largest.getFloat());
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

  /**
   * The geometry of the encoder in a file that {@link #save} wrote, whatever kind of model it is;
   * no weight is read.
   *
   * @throws WeightFileException if the file is damaged or does not say its geometry
   */
  public static VitConfig vit(Path file) {
    return anyConfig(file, WeightFile.open(file)).vit();
  }

  /**
   * How the model in a file that {@link #save} wrote looks at a video; no weight is read.
   *
   * @throws WeightFileException if the file is damaged or does not say it
   */
  public static ClipInput input(Path file) {
    return input(file, WeightFile.open(file));
  }

  private static <C extends ModelConfig<?>> C config(Path file, WeightFile weights, Class<C> type) {
    if (!VitModelConfig.class.isAssignableFrom(type)) {
      return ownConfig(file, weights, type);
    }
    VitModelConfig<?> config = anyConfig(file, weights);
    if (!type.isInstance(config)) {
      throw new WeightFileException(
          file,
          String.format(
              Locale.ROOT,
              "is of kind %s, not %s; load it by Models.%s, or its encoder by Models.loadEncoder",
              config.kind(),
              kind(type),
              LOADS.get(config.kind())));
    }
    return type.cast(config);
  }

  /** The configuration of a model that is not of this library. */
  private static <C extends ModelConfig<?>> C ownConfig(
      Path file, WeightFile weights, Class<C> type) {
    String kind = weights.metadata().get(KIND_KEY);
    String json = weights.metadata().get(CONFIG_KEY);
    if (kind == null || json == null) {
      throw new WeightFileException(file, "does not say its geometry");
    }
    try {
      C config = ModelConfig.fromJson(json, type);
      if (config.kind().equals(kind)) {
        return config;
      }
    } catch (IllegalArgumentException e) {
      if (KINDS.containsKey(kind)) {
        throw new WeightFileException(
            file, "is of kind " + Text.shown(kind) + ", not a " + type.getSimpleName(), e);
      }
      throw new WeightFileException(file, "of kind " + Text.shown(kind) + ": " + e.getMessage(), e);
    }
    throw new WeightFileException(
        file, "is of kind " + Text.shown(kind) + ", not a " + type.getSimpleName());
  }

  private static String kind(Class<?> type) {
    return KINDS.entrySet().stream()
        .filter(kind -> kind.getValue().equals(type))
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  private static VitModelConfig<?> anyConfig(Path file, WeightFile weights) {
    String kind = weights.metadata().get(KIND_KEY);
    String json = weights.metadata().get(CONFIG_KEY);
    if (kind == null || json == null) {
      throw new WeightFileException(
          file,
          "does not say its geometry, as files of others do not; load it by"
              + " Models.load(config, input, file, ...), or let ImportWeights of the examples make"
              + " a file of it that does");
    }
    Class<? extends VitModelConfig<?>> type = KINDS.get(kind);
    if (type == null) {
      throw new WeightFileException(
          file,
          "is of kind "
              + Text.shown(kind)
              + ", which is none of "
              + KINDS.keySet()
              + "; a model of one's own is loaded by Models.load(configuration.class, file,"
              + " kernels, manager)");
    }
    try {
      VitModelConfig<?> config = ModelConfig.fromJson(json, type);
      requireGeometry(config, weights);
      return config;
    } catch (IllegalArgumentException e) {
      throw new WeightFileException(
          file,
          "of kind "
              + kind
              + ": "
              + e.getMessage()
              + "; a file from before version 0.1.0 is loaded by Models.load(config, input, file,"
              + " ...)",
          e);
    }
  }

  private static ClipInput input(Path file, WeightFile weights) {
    String json = weights.metadata().get(INPUT_KEY);
    if (json == null) {
      throw new WeightFileException(
          file, "does not say how its model looks at a video (ClipInput)" + SAY_IT);
    }
    try {
      return Json.read(json, ClipInput.class, "clip input");
    } catch (IllegalArgumentException e) {
      throw new WeightFileException(file, e.getMessage() + SAY_IT, e);
    }
  }

  private static ClipInput fittingInput(Path file, WeightFile weights, ClipShape taken) {
    ClipInput input = input(file, weights);
    try {
      ClipFit.require(input.shape(), taken);
      return input;
    } catch (IllegalArgumentException e) {
      throw new WeightFileException(file, e.getMessage() + SAY_IT, e);
    }
  }

  /**
   * Writes weights, geometry and how the model looks at a video, whole or not at all.
   *
   * @throws IllegalStateException if it is not known how the model looks at a video
   */
  public static void save(Vit model, Path file) {
    save(model, file, Map.of());
  }

  /**
   * As {@link #save(Vit, Path)}.
   *
   * @param metadata more to write beside them
   */
  public static void save(Vit model, Path file, Map<String, String> metadata) {
    Safetensors.write(file, model.weights(), metadata(model.config(), model.input(), metadata));
  }

  /**
   * Writes the weights of any model, its geometry and how it looks at a video, whole or not at all.
   *
   * @param config what the model was made of; {@link #load(Class, Path, Kernels, NDManager)} reads
   *     it again
   * @param metadata more to write beside them
   */
  public static void save(
      Trainable model,
      ModelConfig<?> config,
      ClipInput input,
      Path file,
      Map<String, String> metadata) {
    Safetensors.write(file, model.weights(), metadata(config, input, metadata));
  }

  /** {@code metadata}, and the geometry and input that {@link #load} needs. */
  public static Map<String, String> metadata(
      ModelConfig<?> config, ClipInput input, Map<String, String> metadata) {
    Map<String, String> all = new LinkedHashMap<>(metadata);
    all.put(KIND_KEY, config.kind());
    all.put(CONFIG_KEY, config.toJson());
    all.put(INPUT_KEY, Json.write(input));
    return all;
  }
}
