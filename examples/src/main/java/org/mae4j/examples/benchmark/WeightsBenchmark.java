package org.mae4j.examples.benchmark;

import ai.djl.ndarray.NDManager;
import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.mae4j.api.ClipInput;
import org.mae4j.examples.support.Examples;
import org.mae4j.models.Models;
import org.mae4j.models.VideoMae;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.VitSize;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.PortableKernels;
import org.mae4j.models.torch.TorchEngine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long a full-size model takes to be written and read, and how much Java heap it needs. */
@Command(
    name = "WeightsBenchmark",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Writes a random model as safetensors and reads it back.")
public final class WeightsBenchmark implements Callable<Integer> {

  @Option(
      names = "--size",
      defaultValue = "HUGE",
      description = "one of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}, the paper's")
  private VitSize size;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "where to write the file, which is deleted at the end; default a temporary one")
  private Path folder;

  /** Runs the benchmark with command line options; without any it needs none. */
  public static void main(String[] arguments) {
    System.exit(Examples.execute(new WeightsBenchmark(), arguments));
  }

  @Override
  public Integer call() {
    System.out.println(
        new GsonBuilder()
            .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
            .create()
            .toJson(run()));
    return 0;
  }

  /**
   * What was measured.
   *
   * @param tensors how many were written
   * @param megabytes the file's size in 10^6 bytes
   * @param writeSeconds until the file was on the disk
   * @param readSeconds until the model was there again
   * @param peakHeapMb peak of the Java heap while reading, in 10^6 bytes
   * @param identical whether all tensors came back bit for bit
   */
  record Result(
      int tensors,
      long megabytes,
      double writeSeconds,
      double readSeconds,
      long peakHeapMb,
      boolean identical) {}

  Result run() {
    VideoMaeConfig config = VideoMaeConfig.of(size, 224);
    Path file = null;
    try (NDManager manager = TorchEngine.newManager();
        Kernels kernels = new PortableKernels()) {
      file =
          folder == null
              ? Files.createTempFile("model", ".safetensors")
              : Files.createTempFile(folder, "model", ".safetensors");
      VideoMae model = Models.create(config, ClipInput.PAPER_VIDEO, kernels, manager, 1);
      long start = System.nanoTime();
      Models.save(model, file);
      double written = (System.nanoTime() - start) / 1e9;
      resetPeaks();
      start = System.nanoTime();
      VideoMae loaded = Models.load(VideoMaeConfig.class, file, kernels, manager);
      double read = (System.nanoTime() - start) / 1e9;
      long heap = peakHeap();
      return new Result(
          loaded.weights().size(),
          Files.size(file) / 1_000_000,
          written,
          read,
          heap / 1_000_000,
          same(model, loaded));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      delete(file);
    }
  }

  private static boolean same(VideoMae model, VideoMae loaded) {
    var others = loaded.weights();
    return model.weights().entrySet().stream()
        .allMatch(entry -> entry.getValue().contentEquals(others.get(entry.getKey())));
  }

  private static void delete(Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void resetPeaks() {
    System.gc();
    ManagementFactory.getMemoryPoolMXBeans().forEach(MemoryPoolMXBean::resetPeakUsage);
  }

  private static long peakHeap() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .mapToLong(pool -> pool.getPeakUsage().getUsed())
        .sum();
  }
}
