package org.mae4j.examples.app;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipShape;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Pooling;
import org.mae4j.data.augment.UniformCrop;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.examples.support.ConsoleProgress;
import org.mae4j.examples.support.Examples;
import org.mae4j.examples.support.Loaders;
import org.mae4j.models.ClassifierConfig;
import org.mae4j.models.Models;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.VitClassifier;
import org.mae4j.models.inference.ClipPreparation;
import org.mae4j.models.inference.EmbeddingTranslator;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.WeightFile;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.recipe.PretrainingRecipes;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * From a folder of videos and a pretrained model to a table with one row of features for each
 * video, through DJL's {@code Predictor}.
 */
@Command(
    name = "EmbedVideos",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Writes what a pretrained model makes of the middle clip of each video.")
public final class EmbedVideos implements Callable<Integer> {

  private static final int MOST_READERS = 8;

  @Option(names = "--videos", paramLabel = "DIR", required = true, description = "a folder")
  private Path videos;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      required = true,
      description = "a video masked autoencoder: the model.safetensors of Quickstart")
  private Path modelFile;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "a new file for the rows")
  private Path out;

  @Option(
      names = "--pooling",
      paramLabel = "class-token|mean|per-slot",
      defaultValue = "per-slot",
      converter = PoolingName.class,
      description =
          "the class token, the mean token, or the mean token of each time slice one after another,"
              + " all normalised; default ${DEFAULT-VALUE}, which alone keeps the direction of"
              + " time")
  private Pooling pooling;

  @Option(
      names = "--format",
      paramLabel = "csv|jsonl",
      defaultValue = "csv",
      description = "default ${DEFAULT-VALUE}")
  private EmbeddingFormat format;

  @Option(
      names = "--stride",
      paramLabel = "S",
      description =
          "frames from one that is seen to the next, at 30 frames/s; default as in pretraining")
  private Double stride;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "8",
      description = "videos at once; default ${DEFAULT-VALUE}")
  private int batchSize;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "threads of the model; default one less than there are processors, which leaves one to"
              + " decoding")
  private Integer threads;

  private final ConsoleProgress progress = new ConsoleProgress(System.out);

  /** Runs the example with command line options. */
  public static void main(String[] arguments) {
    System.exit(Examples.execute(new EmbedVideos(), arguments));
  }

  @Override
  public Integer call() {
    EmbedVideosResult result = run();
    result.broken().forEach(file -> progress.say("cannot read " + file.getMessage()));
    progress.say(
        String.format(
            "%d of %d videos, %d features each: %s",
            result.embedded(), result.embedded() + result.broken().size(), result.features(), out));
    return 0;
  }

  /**
   * Runs the example.
   *
   * @throws IllegalArgumentException if an option or a file it names cannot be used
   */
  EmbedVideosResult run() {
    checkOptions();
    ClipDataset folder = VideoFolder.of(videos);
    VideoMaeConfig config = Models.config(VideoMaeConfig.class, modelFile);
    // Without a head, and without the decoder, which the file holds too.
    ClassifierConfig headless = new ClassifierConfig(config.vit(), 0, pooling, 0, 0);
    PretrainingRecipe recipe = recipe();
    ClipPreparation preparation = preparation(config.clip(), recipe);
    int processors = Runtime.getRuntime().availableProcessors();
    TorchEngine.setThreads(threads == null ? Math.max(1, processors - 1) : threads);
    try (progress;
        Kernels kernels = new ScriptedKernels();
        Model model = Model.newInstance("encoder", "PyTorch")) {
      VitClassifier encoder = Models.load(headless, modelFile, kernels, model.getNDManager());
      encoder.freezeParameters(true);
      model.setBlock(encoder);
      try (Predictor<Clip, float[]> predictor =
              model.newPredictor(new EmbeddingTranslator(preparation));
          ClipsInOrder clips =
              new ClipsInOrder(
                  folder, sampling(config.clip(), recipe), Math.min(processors, MOST_READERS));
          EmbeddingFile rows = new EmbeddingFile(out, format, headless.features())) {
        List<ClipReadException> broken = embed(folder.size(), clips, predictor, rows);
        int embedded = folder.size() - broken.size();
        if (embedded == 0) {
          throw new IllegalArgumentException(
              "none of the "
                  + folder.size()
                  + " videos in "
                  + videos
                  + " can be read; the first: "
                  + broken.get(0).getMessage());
        }
        rows.finish();
        return new EmbedVideosResult(embedded, headless.features(), broken);
      }
    }
  }

  private void checkOptions() {
    if (stride != null && !(stride > 0)) {
      throw new IllegalArgumentException("--stride must be positive, but was " + stride);
    }
    if (batchSize < 1) {
      throw new IllegalArgumentException("--batch must be at least 1, but was " + batchSize);
    }
    if (threads != null && threads < 1) {
      throw new IllegalArgumentException("--threads must be at least 1, but was " + threads);
    }
    if (Files.exists(out)) {
      throw new IllegalArgumentException(out + " exists already: choose another --out");
    }
  }

  /** How the model saw videos in pretraining; the paper's way where its file does not tell. */
  private PretrainingRecipe recipe() {
    String name = WeightFile.open(modelFile).metadata().get("recipe");
    return Stream.of(PretrainingRecipes.TOY, PretrainingRecipes.SMALL)
        .filter(recipe -> recipe.name().equals(name))
        .findFirst()
        .orElse(PretrainingRecipes.VIDEO_S_V1);
  }

  private FrameSampling sampling(ClipShape clip, PretrainingRecipe recipe) {
    FrameSampling pretraining = recipe.sampling();
    return new FrameSampling(
        clip.frames(), stride == null ? pretraining.stride() : stride, pretraining.nominalRate());
  }

  private ClipPreparation preparation(ClipShape clip, PretrainingRecipe recipe) {
    if (clip.height() != clip.width()) {
      throw new IllegalArgumentException(
          modelFile + " is a model of " + clip + " clips, but only squares can be cut out");
    }
    return UniformCrop.builder()
            .setSize(clip.height())
            .optNormalization(Loaders.normalization(recipe.crop()))
            .build()
        ::apply;
  }

  /** Writes a row for each video that can be read, and returns why the others cannot. */
  private List<ClipReadException> embed(
      int count, ClipsInOrder clips, Predictor<Clip, float[]> predictor, EmbeddingFile rows) {
    List<ClipReadException> broken = new ArrayList<>();
    List<Clip> batch = new ArrayList<>();
    progress.begin("embedding", "videos", count, 0);
    for (int done = 1; done <= count; done++) {
      try {
        batch.add(clips.next());
      } catch (ClipReadException e) {
        broken.add(e);
      }
      if (!batch.isEmpty() && (batch.size() == batchSize || done == count)) {
        embed(batch, predictor, rows);
        batch.clear();
      }
      progress.at(done, broken.size() + " cannot be read");
    }
    return broken;
  }

  private static void embed(
      List<Clip> batch, Predictor<Clip, float[]> predictor, EmbeddingFile rows) {
    try {
      List<float[]> features = predictor.batchPredict(batch);
      for (int i = 0; i < batch.size(); i++) {
        rows.add(batch.get(i).info().id(), features.get(i));
      }
    } catch (TranslateException e) {
      throw new IllegalStateException("cannot embed " + batch + ": " + e.getMessage(), e);
    } finally {
      batch.forEach(Clip::close);
    }
  }

  /** Names of poolings on the command line. */
  static final class PoolingName implements ITypeConverter<Pooling> {
    @Override
    public Pooling convert(String name) {
      return switch (name) {
        case "class-token" -> Pooling.CLASS_TOKEN;
        case "mean" -> Pooling.MEAN;
        case "per-slot" -> Pooling.PER_SLOT;
        default ->
            throw new TypeConversionException(
                "must be class-token, mean or per-slot, but was " + name);
      };
    }
  }
}
