package org.mae4j.examples.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.mae4j.api.Seeds;
import org.mae4j.api.internal.PeakMemory;
import org.mae4j.examples.support.Examples;
import org.mae4j.models.ClassifierConfig;
import org.mae4j.models.Models;
import org.mae4j.models.Vit;
import org.mae4j.models.VitClassifier;
import org.mae4j.models.VitConfig;
import org.mae4j.models.VitSize;
import org.mae4j.models.kernels.ActivationCheckpointing;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.PortableKernels;
import org.mae4j.models.kernels.Precision;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.optim.WeightOptimizer;
import org.mae4j.train.recipe.FinetuningRecipe;
import org.mae4j.train.recipe.FinetuningRecipes;
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
    Consumer<Measurement> report =
        measurement -> {
          measurements.add(measurement);
          listener.accept(measurement);
        };
    for (Precision precision : precisions) {
      try (MatmulRate matmul = new MatmulRate(precision);
          Kernels kernels = new ScriptedKernels(precision)) {
        Setting setting = new Setting(kernels, "scripted", precision, matmul);
        if (cases.contains(Case.MATMUL)) {
          report.accept(timed("matmul", setting, 1, MatmulRate.OPERATIONS, matmul::tflops));
        }
        measure(report, setting, batches);
      }
    }
    if (!noPortable && precisions.contains(Precision.FLOAT32)) {
      try (MatmulRate matmul = new MatmulRate(Precision.FLOAT32);
          Kernels kernels = new PortableKernels()) {
        Setting setting = new Setting(kernels, "portable", Precision.FLOAT32, matmul);
        measure(report, setting, List.of(Collections.min(batches)));
      }
    }
    return measurements;
  }

  private void measure(
      Consumer<Measurement> report, Setting setting, List<Integer> pretrainingBatches) {
    if (cases.contains(Case.PRETRAIN)) {
      for (int batch : pretrainingBatches) {
        report.accept(pretrain(setting, batch));
      }
    }
    if (cases.contains(Case.CLASSIFY)) {
      report.accept(classify(setting));
    }
    if (cases.contains(Case.FINETUNE)) {
      report.accept(finetune(setting));
    }
  }

  private Measurement pretrain(Setting setting, int batch) {
    try (NDManager manager = TorchEngine.newManager();
        TrainingStep training = new TrainingStep(size, SIDE, setting.kernels, manager)) {
      return timed(
          "pretrain",
          setting,
          batch,
          training.operationsPerClip(),
          () -> {
            try (NDManager step = manager.newSubManager()) {
              training.run(clips(step, training.model(), batch));
            }
          });
    }
  }

  private Measurement classify(Setting setting) {
    VitConfig vit = VitConfig.video(size, SIDE);
    try (NDManager manager = TorchEngine.newManager()) {
      VitClassifier model =
          Models.create(ClassifierConfig.video(vit, CLASSES), setting.kernels, manager, 1);
      return timed(
          "classify",
          setting,
          1,
          Arithmetic.classification(vit),
          () -> {
            try (NDManager step = manager.newSubManager()) {
              model.logits(clips(step, model, 1)).toFloatArray();
            }
          });
    }
  }

  /**
   * The paper's finetuning step on all tokens of one clip, with dropout, stochastic depth,
   * layer-wise rates and activation checkpointing.
   */
  private Measurement finetune(Setting setting) {
    VitConfig vit = VitConfig.video(size, SIDE);
    FinetuningRecipe recipe =
        FinetuningRecipes.VIDEO_SSV2_10_V1
            .withModel(ClassifierConfig.video(vit, CLASSES))
            .withSteps(1);
    int group = (int) Math.round(Math.sqrt(vit.transformer().depth()));
    RandomGenerator random = Seeds.generator(1);
    try (NDManager manager = TorchEngine.newManager();
        ActivationCheckpointing checkpointing =
            new ActivationCheckpointing(setting.kernels, group)) {
      VitClassifier model = Models.create(recipe.vitModel(), checkpointing, manager, 1);
      try (WeightOptimizer optimizer = recipe.newOptimizer(model, manager)) {
        return timed(
            "finetune",
            setting,
            1,
            3 * Arithmetic.classification(vit),
            () -> {
              try (NDManager step = manager.newSubManager();
                  GradientCollector collector = step.getEngine().newGradientCollector()) {
                NDArray logits = model.trainingLogits(clips(step, model, 1), random);
                model.backward(collector, logits.logSoftmax(-1).get(":, 0").sum().neg());
              }
              optimizer.step(recipe.learningRate().at(0));
            });
      }
    }
  }

  private static NDArray clips(NDManager manager, Vit model, int batch) {
    var clip = model.clip();
    return manager.randomNormal(
        0, 1, new Shape(batch, 3, clip.frames(), clip.height(), clip.width()), DataType.FLOAT32);
  }

  /** Repeats a step, each time between two products, so that other load slows both alike. */
  private Measurement timed(
      String name, Setting setting, int batch, double operationsPerClip, Runnable step) {
    step.run();
    PeakMemory.reset();
    double[] seconds = new double[repeats];
    double[] products = new double[repeats];
    double[] shares = new double[repeats];
    double[] hostShares = new double[repeats];
    double before = setting.matmul.tflops();
    for (int i = 0; i < repeats; i++) {
      try (HostShare host = new HostShare()) {
        long start = System.nanoTime();
        step.run();
        seconds[i] = (System.nanoTime() - start) / 1e9;
        hostShares[i] = host.stop();
      }
      double after = setting.matmul.tflops();
      // Of equal work at two rates, the mean rate is the harmonic one.
      products[i] = 2 / (1 / before + 1 / after);
      shares[i] = batch * operationsPerClip / seconds[i] / 1e12 / products[i];
      before = after;
    }
    double median = median(seconds);
    return new Measurement(
        name,
        setting.precision.name(),
        setting.name,
        batch,
        median,
        batch / median,
        batch * operationsPerClip / median / 1e12,
        median(products),
        median(shares),
        PeakMemory.megabytes(),
        median(hostShares));
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private record Setting(Kernels kernels, String name, Precision precision, MatmulRate matmul) {}
}
