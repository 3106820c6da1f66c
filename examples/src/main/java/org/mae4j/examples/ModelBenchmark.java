package org.mae4j.examples;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.mae4j.api.Seeds;
import org.mae4j.api.TokenMask;
import org.mae4j.examples.benchmark.Arithmetic;
import org.mae4j.examples.benchmark.HostShare;
import org.mae4j.examples.benchmark.MatmulRate;
import org.mae4j.examples.benchmark.Measurement;
import org.mae4j.examples.benchmark.PeakMemory;
import org.mae4j.models.ClassifierConfig;
import org.mae4j.models.Models;
import org.mae4j.models.ReconstructionLoss;
import org.mae4j.models.VideoMae;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.Vit;
import org.mae4j.models.VitClassifier;
import org.mae4j.models.VitConfig;
import org.mae4j.models.VitSize;
import org.mae4j.models.kernels.ActivationCheckpointing;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.PortableKernels;
import org.mae4j.models.kernels.Precision;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.masking.RandomMasking;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.AdamW;
import org.mae4j.train.PretrainingRecipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How fast the paper's models run here, as a share of what the machine's matrix products could do:
 * JSON lines on standard output.
 */
@Command(
    name = "ModelBenchmark",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measures speed and memory of the paper's models on this machine.")
public final class ModelBenchmark implements Callable<Integer> {

  private static final int CLASSES = 174;
  private static final int SIDE = 224;

  /** What can be measured. */
  enum Case {
    MATMUL,
    PRETRAIN,
    CLASSIFY,
    FINETUNE
  }

  @Option(
      names = "--size",
      defaultValue = "HUGE",
      description = "one of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}, the paper's")
  private VitSize size;

  @Option(
      names = "--cases",
      split = ",",
      description = "some of ${COMPLETION-CANDIDATES}; default all")
  private List<Case> cases = List.of(Case.values());

  @Option(
      names = "--precisions",
      split = ",",
      description = "some of ${COMPLETION-CANDIDATES}; default all")
  private List<Precision> precisions = List.of(Precision.values());

  @Option(names = "--batches", split = ",", description = "clips a pretraining step; default 1,4")
  private List<Integer> batches = List.of(1, 4);

  @Option(names = "--no-portable", description = "leave the portable kernels out")
  private boolean noPortable;

  @Option(
      names = "--repeats",
      defaultValue = "3",
      description = "measured repetitions after one that is not; default ${DEFAULT-VALUE}")
  private int repeats;

  @Option(
      names = "--threads",
      description = "threads of an operator; default as many as there are processors")
  private int threads = Runtime.getRuntime().availableProcessors();

  private final Map<Precision, Double> matmul = new EnumMap<>(Precision.class);
  private final List<Measurement> measurements = new ArrayList<>();

  /** Runs the benchmark with command line options; without any it needs none. */
  public static void main(String[] arguments) {
    System.exit(Examples.execute(new ModelBenchmark(), arguments));
  }

  @Override
  public Integer call() {
    run(measurement -> System.out.println(measurement.toJson()));
    return 0;
  }

  /** Runs the benchmark; each line is also handed on as soon as it is measured. */
  List<Measurement> run(Consumer<Measurement> listener) {
    if (repeats < 1) {
      throw new IllegalArgumentException("--repeats must be at least 1, but was " + repeats);
    }
    TorchEngine.setThreads(threads);
    for (Precision precision : precisions) {
      double rate = MatmulRate.tflops(precision);
      matmul.put(precision, rate);
      if (cases.contains(Case.MATMUL)) {
        report(
            listener,
            new Measurement(
                "matmul 4096",
                precision.name(),
                "scripted",
                1,
                0,
                0,
                rate,
                1,
                PeakMemory.megabytes(),
                0));
      }
    }
    for (Precision precision : precisions) {
      try (Kernels kernels = new ScriptedKernels(precision)) {
        measure(listener, kernels, precision, "scripted", batches);
      }
    }
    if (!noPortable && precisions.contains(Precision.FLOAT32)) {
      measure(
          listener,
          new PortableKernels(),
          Precision.FLOAT32,
          "portable",
          List.of(Collections.min(batches)));
    }
    return measurements;
  }

  private void measure(
      Consumer<Measurement> listener,
      Kernels kernels,
      Precision precision,
      String name,
      List<Integer> pretrainingBatches) {
    if (cases.contains(Case.PRETRAIN)) {
      for (int batch : pretrainingBatches) {
        report(listener, pretrain(kernels, precision, name, batch));
      }
    }
    if (cases.contains(Case.CLASSIFY)) {
      report(listener, classify(kernels, precision, name));
    }
    if (cases.contains(Case.FINETUNE)) {
      report(listener, finetune(kernels, precision, name));
    }
  }

  private void report(Consumer<Measurement> listener, Measurement measurement) {
    measurements.add(measurement);
    listener.accept(measurement);
  }

  /** Forward and backward with 90% masked, clipping, AdamW. */
  private Measurement pretrain(Kernels kernels, Precision precision, String name, int batch) {
    VideoMaeConfig config = VideoMaeConfig.of(size, SIDE);
    var optimizerSettings = PretrainingRecipe.PAPER_S.optimizer();
    try (NDManager manager = TorchEngine.newManager()) {
      VideoMae model = Models.create(config, kernels, manager, 1);
      RandomGenerator random = Seeds.generator(1);
      RandomMasking masking = new RandomMasking(0.9);
      List<TokenMask> masks =
          IntStream.range(0, batch).mapToObj(i -> masking.mask(config.grid(), random)).toList();
      ReconstructionLoss loss = ReconstructionLoss.of(model, false);
      try (AdamW optimizer = new AdamW(model.trainableWeights(), optimizerSettings, manager)) {
        return timed(
            new Setting("pretrain", precision, name, batch),
            Arithmetic.pretraining(config, masks.get(0).visibleCount()),
            () -> {
              try (NDManager step = manager.newSubManager();
                  GradientCollector collector = step.getEngine().newGradientCollector()) {
                NDArray clips = clips(step, model, batch);
                NDArray predictions = model.decode(model.encode(clips, masks), masks);
                collector.backward(loss.of(clips, predictions, masks));
              }
              optimizer.step(1e-4);
            });
      }
    }
  }

  private Measurement classify(Kernels kernels, Precision precision, String name) {
    VitConfig vit = VitConfig.video(size, SIDE);
    try (NDManager manager = TorchEngine.newManager()) {
      VitClassifier model =
          Models.create(ClassifierConfig.video(vit, CLASSES), kernels, manager, 1);
      return timed(
          new Setting("classify", precision, name, 1),
          Arithmetic.classification(vit),
          () -> {
            try (NDManager step = manager.newSubManager()) {
              model.logits(clips(step, model, 1)).toFloatArray();
            }
          });
    }
  }

  /** On all tokens, with dropout, stochastic depth and activation checkpointing. */
  private Measurement finetune(Kernels kernels, Precision precision, String name) {
    VitConfig vit = VitConfig.video(size, SIDE);
    var optimizerSettings = PretrainingRecipe.PAPER_S.optimizer();
    int group = (int) Math.round(Math.sqrt(vit.transformer().depth()));
    RandomGenerator random = Seeds.generator(1);
    try (NDManager manager = TorchEngine.newManager();
        ActivationCheckpointing checkpointing = new ActivationCheckpointing(kernels, group)) {
      VitClassifier model =
          Models.create(ClassifierConfig.video(vit, CLASSES), checkpointing, manager, 1);
      try (AdamW optimizer = new AdamW(model.trainableWeights(), optimizerSettings, manager)) {
        return timed(
            new Setting("finetune", precision, name, 1),
            3 * Arithmetic.classification(vit),
            () -> {
              try (NDManager step = manager.newSubManager();
                  GradientCollector collector = step.getEngine().newGradientCollector()) {
                NDArray logits = model.trainingLogits(clips(step, model, 1), random);
                checkpointing.backward(collector, logits.logSoftmax(-1).get(":, 0").sum().neg());
              }
              optimizer.step(1e-4);
            });
      }
    }
  }

  private static NDArray clips(NDManager manager, Vit model, int batch) {
    var clip = model.clip();
    return manager.randomNormal(
        0, 1, new Shape(batch, 3, clip.frames(), clip.height(), clip.width()), DataType.FLOAT32);
  }

  private Measurement timed(Setting setting, double operationsPerClip, Runnable step) {
    step.run();
    PeakMemory.reset();
    double[] seconds = new double[repeats];
    double hostShare;
    try (HostShare host = new HostShare()) {
      for (int i = 0; i < repeats; i++) {
        long start = System.nanoTime();
        step.run();
        seconds[i] = (System.nanoTime() - start) / 1e9;
      }
      hostShare = host.stop();
    }
    Arrays.sort(seconds);
    double median = seconds[repeats / 2];
    double tflops = setting.batch * operationsPerClip / median / 1e12;
    return new Measurement(
        setting.name,
        setting.precision.name(),
        setting.kernels,
        setting.batch,
        median,
        setting.batch / median,
        tflops,
        tflops / matmul.get(setting.precision),
        PeakMemory.megabytes(),
        hostShare);
  }

  private record Setting(String name, Precision precision, String kernels, int batch) {}
}
