package org.mae4j.train;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.util.cuda.CudaUtils;
import com.google.common.base.Throwables;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.objective.Objective;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.recipe.TrainingRecipe;

/**
 * A training step needs more memory than there is. The message says, by estimate, with which
 * settings the same effective batch would fit; or, where it is Java's memory, how to allow more.
 */
public class MemoryExhaustedException extends RuntimeException {

  private static final double GIB = 1L << 30;

  /** What of the memory a process can have for itself. */
  private static final double USABLE = 0.9;

  /** Where the estimate says that a batch should fit, there evidently is less room for it. */
  private static final double LESS = 0.6;

  MemoryExhaustedException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Whether this is what libtorch throws when there is no memory left. */
  static boolean isOutOfMemory(Throwable failure) {
    return Throwables.getCausalChain(failure).stream()
        .anyMatch(cause -> cause instanceof EngineException && saysSo(cause.getMessage()));
  }

  private static boolean saysSo(String message) {
    return message != null
        && (message.contains("out of memory") || message.contains("can't allocate memory"));
  }

  /**
   * Java's own memory is short, which no array of the model is in: it is what videos are read into.
   *
   * @param doing what was done meanwhile
   */
  static MemoryExhaustedException ofJava(String doing, OutOfMemoryError cause) {
    return new MemoryExhaustedException(
        "out of memory "
            + doing
            + ": "
            + cause.getMessage()
            + "; Java may use "
            + gib((double) Runtime.getRuntime().maxMemory())
            + ": allow more by -Xmx, or read fewer videos at once (optThreads and optPrefetch of"
            + " ClipLoader)",
        cause);
  }

  static MemoryExhaustedException of(TrainingState<?, ?> state, Throwable cause) {
    TrainingRecipe<?> recipe = state.recipe();
    Kernels kernels = state.kernels();
    long parameters =
        state.model().trainableWeights().values().stream()
            .map(NDArray::getShape)
            .mapToLong(shape -> shape.size())
            .sum();
    Device device = state.manager().getDevice();
    return new MemoryExhaustedException(
        "out of memory at step "
            + (state.stepsDone() + 1)
            + " on "
            + device
            + ": "
            + (recipe.stacks().isEmpty()
                ? unknown(recipe, memory(device))
                : advice(
                    new MemoryEstimate(
                        parameters, recipe.stacks(), kernels.precision(), averages(recipe)),
                    recipe.clipsPerStep(),
                    recipe.batchesPerStep(),
                    kernels.checkpointedBlocks(),
                    memory(device))),
        cause);
  }

  /** Of a model of which nothing is known. */
  private static String unknown(TrainingRecipe<?> recipe, double memory) {
    return "batches of "
        + recipe.clipsPerStep() / recipe.batchesPerStep()
        + " clips do not fit into "
        + gib(memory)
        + "; smaller batches, and more of them a step, are the same effective batch";
  }

  /** That of the whole model, and that of a teacher, which has the encoder's weights alone. */
  private static int averages(TrainingRecipe<?> recipe) {
    boolean taught =
        recipe instanceof PretrainingRecipe pretraining
            && pretraining.objective() == Objective.LATENTS;
    return (recipe.emaDecay().isPresent() ? 1 : 0) + (taught ? 1 : 0);
  }

  /**
   * What would fit.
   *
   * @param clipsPerStep the effective batch, which stays
   * @param batchesPerStep of it
   * @param checkpointedBlocks 0 for no checkpointing
   * @param memory of the device in bytes
   */
  static String advice(
      MemoryEstimate estimate,
      int clipsPerStep,
      int batchesPerStep,
      int checkpointedBlocks,
      double memory) {
    int clips = clipsPerStep / batchesPerStep;
    double needed = estimate.bytes(clips, checkpointedBlocks);
    double limit = USABLE * memory;
    if (needed <= limit) {
      double model = estimate.bytes(0, checkpointedBlocks);
      limit = model + LESS * (needed - model);
    }
    List<String> ways = new ArrayList<>();
    int now = largest(estimate, clipsPerStep, clips - 1, checkpointedBlocks, limit);
    if (now > 0) {
      ways.add(
          split(now, clipsPerStep)
              + " (about "
              + gib(estimate.bytes(now, checkpointedBlocks))
              + ")");
    }
    int group = (int) Math.round(Math.sqrt(estimate.depth()));
    if (checkpointedBlocks == 0) {
      int checkpointed = largest(estimate, clipsPerStep, clips, group, limit);
      if (checkpointed > 0) {
        ways.add(
            "with activation checkpointing every "
                + group
                + " blocks "
                + split(checkpointed, clipsPerStep)
                + " (about "
                + gib(estimate.bytes(checkpointed, group))
                + ")");
      }
    }
    String found =
        "batches of "
            + clips
            + " clips"
            + (checkpointedBlocks == 0
                ? " without activation checkpointing"
                : " with activation checkpointing every " + checkpointedBlocks + " blocks")
            + " need about "
            + gib(needed)
            + " of "
            + gib(memory);
    return ways.isEmpty()
        ? found + "; by estimate no setting of batch and checkpointing fits: take a smaller model"
        : found + "; the same effective batch would fit with " + String.join(", or ", ways);
  }

  /** The most clips a batch, at most so many, of which a step is a multiple; 0 if not even one. */
  private static int largest(
      MemoryEstimate estimate, int clipsPerStep, int most, int checkpointedBlocks, double limit) {
    for (int clips = most; clips > 0; clips--) {
      if (clipsPerStep % clips == 0 && estimate.bytes(clips, checkpointedBlocks) <= limit) {
        return clips;
      }
    }
    return 0;
  }

  private static String split(int clips, int clipsPerStep) {
    return clips + " clips a batch and " + clipsPerStep / clips + " batches a step";
  }

  private static String gib(double bytes) {
    return bytes < GIB
        ? String.format(Locale.ROOT, "%.0f MiB", 1024 * bytes / GIB)
        : String.format(Locale.ROOT, "%.1f GiB", bytes / GIB);
  }

  private static double memory(Device device) {
    if (device.isGpu()) {
      return CudaUtils.getGpuMemory(device).getMax();
    }
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Runtime.getRuntime().maxMemory();
  }
}
