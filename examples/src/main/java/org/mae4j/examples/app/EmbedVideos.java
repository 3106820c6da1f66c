package org.mae4j.examples.app;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipInput;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Pooling;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.internal.PartFiles;
import org.mae4j.data.TooManyBrokenFilesException;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.eval.embedding.EmbeddingFile;
import org.mae4j.examples.app.footage.DatasetLayout;
import org.mae4j.examples.app.footage.Remarks;
import org.mae4j.examples.support.ConsoleProgress;
import org.mae4j.examples.support.Examples;
import org.mae4j.examples.support.FileHash;
import org.mae4j.examples.support.Part;
import org.mae4j.examples.support.PartOption;
import org.mae4j.examples.support.ProjectorSample;
import org.mae4j.models.VitClassifier;
import org.mae4j.models.torch.TorchEngine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * From a folder of videos and a pretrained model to a table with one row of features for each
 * video, written as it is computed.
 */
@Command(
    name = "EmbedVideos",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Writes what a pretrained model makes of the middle clip of each video.")
public final class EmbedVideos implements Callable<Integer> {

  @Option(
      names = "--videos",
      paramLabel = "DIR",
      description = "a folder of videos, or of what --dataset says")
  private Path videos;

  @Option(
      names = "--dataset",
      description =
          "how the videos lie: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}, anywhere below"
              + " the folder")
  private DatasetLayout dataset = DatasetLayout.VIDEOS;

  @Option(
      names = "--split",
      description = "of a dataset that comes in splits; default ${DEFAULT-VALUE}")
  private String split = "train";

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description =
          "a model: the model.safetensors of Quickstart or Finetune, or, with --geometry, any"
              + " checkpoint")
  private Path modelFile;

  @Mixin private final GeometryOption geometry = new GeometryOption();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "a new file for the rows: .csv or .jsonl; of a part, its place is in a folder FILE.parts")
  private Path out;

  @Mixin private final PartOption part = new PartOption();

  @Option(
      names = "--join",
      paramLabel = "FILE",
      description =
          "make this file of its parts, once all are there, instead of anything else; says which"
              + " are missing")
  private Path join;

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
      names = "--projector",
      paramLabel = "DIR",
      description =
          "a new folder for TensorBoard's embedding projector: the same features, each with a"
              + " picture, of at most 10,000 videos and 10 million numbers; of more, of every"
              + " second video, every third ...")
  private Path projector;

  @Option(
      names = "--stride",
      paramLabel = "S",
      description =
          "frames from one that is seen to the next, at the model's own rate; default as in its"
              + " training")
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
          "threads of the model; default OMP_NUM_THREADS, or else one less than there are"
              + " processors, which leaves one to decoding")
  private Integer threads;

  private final ConsoleProgress progress = new ConsoleProgress(System.out);

  /** Runs the example with command line options. */
  public static void main(String[] arguments) {
    System.exit(Examples.execute(new EmbedVideos(), arguments));
  }

  @Override
  public Integer call() {
    if (join != null) {
      Checks.require(
          videos == null && modelFile == null && out == null,
          "--join takes nothing else: --videos, --model and --out exclude it");
      progress.say("joined: " + EmbeddingFile.join(join));
      return 0;
    }
    Optional<Path> done = donePart();
    if (done.isPresent()) {
      progress.say(done.get() + " is there already");
      return 0;
    }
    EmbedVideosResult result = run();
    result.broken().forEach(file -> progress.say("cannot read " + file.getMessage()));
    if (!result.remarks().isEmpty()) {
      progress.say(result.remarks());
    }
    progress.say(
        String.format(
            Locale.ROOT,
            "%d of %d videos, %d features each: %s",
            result.embedded(),
            result.embedded() + result.broken().size(),
            result.features(),
            target()));
    result
        .projected()
        .ifPresent(
            projected ->
                progress.say(
                    String.format(
                        Locale.ROOT,
                        "%d of them for TensorBoard: tensorboard --logdir %s",
                        projected,
                        projector)));
    return 0;
  }

  /**
   * Runs the example.
   *
   * @throws IllegalArgumentException if an option or a file it names cannot be used
   */
  EmbedVideosResult run() {
    checkOptions();
    Optional<Part> chosen = part.chosen();
    ClipDataset whole = dataset.find(videos, split);
    ClipDataset folder = chosen.map(one -> whole.part(one.index(), one.count())).orElse(whole);
    chosen.ifPresent(one -> progress.say(one + ": " + folder));
    if (threads != null) {
      TorchEngine.setThreads(threads);
    }
    try (progress;
        NDManager manager = TorchEngine.newManager();
        VitClassifier encoder = geometry.loadEncoder(modelFile, pooling, manager);
        VideoBatches clips =
            VideoBatches.evaluation(
                folder,
                input(encoder),
                loader -> loader.setBatchSize(batchSize).optMaxBrokenShare(1));
        EmbeddingFile rows = rows(chosen, whole, encoder)) {
      ProjectorSample sample = new ProjectorSample(folder.size(), encoder.featureCount());
      progress.begin("embedding", "videos", folder.size(), 0);
      AtomicInteger embedded = new AtomicInteger();
      try {
        clips.forEachBatch(
            manager,
            batch -> {
              embed(encoder, batch, rows, sample);
              int done = embedded.addAndGet(batch.size()) + clips.brokenFiles().size();
              progress.at(done, clips.brokenFiles().size() + " cannot be read");
            });
      } catch (TooManyBrokenFilesException e) {
        // Of the whole it may well be one video in a thousand.
        if (chosen.isEmpty() || clips.brokenFiles().size() < folder.size()) {
          throw e;
        }
      }
      rows.finish();
      OptionalInt projected = OptionalInt.empty();
      if (projector != null && sample.size() > 0) {
        sample.write(projector);
        projected = OptionalInt.of(sample.size());
      }
      Remarks remarks = new Remarks();
      remarks.add(clips);
      return new EmbedVideosResult(
          embedded.get(), projected, encoder.featureCount(), clips.brokenFiles(), remarks.text());
    }
  }

  private EmbeddingFile rows(Optional<Part> chosen, ClipDataset whole, VitClassifier encoder) {
    return chosen
        .map(
            one ->
                EmbeddingFile.createPart(
                    out, one.index(), one.count(), facts(whole, encoder), encoder.featureCount()))
        .orElseGet(() -> EmbeddingFile.create(out, encoder.featureCount()));
  }

  /** What decides the rows. */
  private Map<String, String> facts(ClipDataset whole, VitClassifier encoder) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("videos", whole.size() + " files, list " + whole.listHash());
    facts.put("model", "SHA-256 " + FileHash.sha256(modelFile));
    facts.put("pooling", pooling.toString());
    facts.put("clips", input(encoder).toString());
    return facts;
  }

  /** Where the rows go. */
  private Path target() {
    return part.chosen().map(one -> new PartFiles(out).part(one.index(), one.count())).orElse(out);
  }

  /** A part that was made before, as by a job that is started once more. */
  private Optional<Path> donePart() {
    return part.chosen().isPresent() && out != null && Files.exists(target())
        ? Optional.of(target())
        : Optional.empty();
  }

  /** As the model looks at videos, but for the stride, if another one was asked for. */
  private ClipInput input(VitClassifier encoder) {
    ClipInput input = encoder.input();
    FrameSampling own = input.sampling();
    return stride == null
        ? input
        : input.withSampling(new FrameSampling(own.frames(), stride, own.nominalRate()));
  }

  private void embed(
      VitClassifier encoder, ClipBatch batch, EmbeddingFile rows, ProjectorSample sample) {
    float[] features = encoder.features(batch.clips()).toFloatArray();
    int width = features.length / batch.size();
    for (int i = 0; i < batch.size(); i++) {
      ClipInfo clip = batch.sources().get(i);
      float[] row = Arrays.copyOfRange(features, i * width, (i + 1) * width);
      rows.add(clip.id(), row);
      if (projector != null) {
        try (NDArray pixels = batch.clips().get(i)) {
          sample.offer(clip, row, pixels, encoder.input().normalization());
        }
      }
    }
  }

  private void checkOptions() {
    Checks.require(
        videos != null && modelFile != null && out != null,
        "--videos, --model and --out are needed");
    Checks.require(
        projector == null || part.chosen().isEmpty(),
        "--projector is of all videos: embed them without --part");
    if (stride != null && !(stride > 0)) {
      throw new IllegalArgumentException("--stride must be positive, but was " + stride);
    }
    if (batchSize < 1) {
      throw new IllegalArgumentException("--batch must be at least 1, but was " + batchSize);
    }
    if (threads != null && threads < 1) {
      throw new IllegalArgumentException("--threads must be at least 1, but was " + threads);
    }
    if (Files.exists(target())) {
      throw new IllegalArgumentException(target() + " exists already: choose another --out");
    }
    if (projector != null && Files.exists(projector)) {
      throw new IllegalArgumentException(projector + " exists already: choose another --projector");
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
