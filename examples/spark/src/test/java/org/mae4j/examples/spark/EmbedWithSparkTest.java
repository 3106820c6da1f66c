package org.mae4j.examples.spark;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.ClipInput;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Pooling;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.examples.nursery.ToyNursery;
import org.mae4j.models.Models;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.VitClassifier;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.torch.TorchEngine;

/** A cluster of two executors, one of which dies on the way, has the rows of one process. */
class EmbedWithSparkTest {

  private static final int VIDEOS = 200;

  /** Whole batches each, so that rounding is the same, too. */
  private static final int PARTITIONS = 25;

  private static final ClipInput INPUT = ClipInput.video(new FrameSampling(16, 2, 30), 32);

  @TempDir private Path folder;

  @Test
  void hasTheRowsOfOneProcessThoughAnExecutorDies() throws Exception {
    Path videos =
        ToyNursery.builder()
            .setSeed(3)
            .optPretrainingClips(VIDEOS - 1)
            .optTrainClipsPerClass(1)
            .optTestClipsPerClass(1)
            .optSize(32)
            .build()
            .write(folder.resolve("nursery"), (done, total) -> {})
            .unlabelled();
    Files.writeString(videos.resolve("zzz-broken.mp4"), "no video");
    Path model = folder.resolve("model.safetensors");
    Map<String, float[]> expected = singleProcess(videos, model);
    assertThat(expected).hasSize(VIDEOS - 1);
    Path out = folder.resolve("rows");

    Process driver = start(videos, model, out);
    try {
      boolean killed = false;
      List<String> said = new ArrayList<>();
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(driver.getInputStream(), StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        said.add(line);
        if (!killed && line.endsWith(" of " + PARTITIONS + " partitions")) {
          assertThat(line).doesNotStartWith(PARTITIONS + " ");
          killAnExecutor(driver);
          killed = true;
        }
      }
      assertThat(driver.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(driver.exitValue()).as(String.join("\n", said)).isZero();
      assertThat(killed).as(String.join("\n", said)).isTrue();
      assertThat(said).anyMatch(line -> line.contains("Lost executor"));
    } finally {
      driver.descendants().forEach(ProcessHandle::destroyForcibly);
      driver.destroyForcibly();
    }
    Map<String, float[]> found = new TreeMap<>();
    for (Row row : rows(out)) {
      if (row.isNullAt(1)) {
        assertThat(row.getString(0)).isEqualTo("zzz-broken.mp4");
        assertThat(row.getString(2)).contains("zzz-broken.mp4");
      } else {
        List<Float> features = row.getList(1);
        float[] values = new float[features.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = features.get(i);
        }
        assertThat(found.put(row.getString(0), values)).isNull();
      }
    }
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach((path, row) -> assertThat(found.get(path)).as(path).isEqualTo(row));
  }

  private static Map<String, float[]> singleProcess(Path videos, Path model) {
    Map<String, float[]> rows = new TreeMap<>();
    TorchEngine.setThreads(1);
    try (NDManager manager = TorchEngine.newManager();
        Kernels kernels = new ScriptedKernels()) {
      Models.save(Models.create(VideoMaeConfig.TOY, INPUT, kernels, manager, 3), model);
      try (VitClassifier encoder = Models.loadEncoder(model, Pooling.PER_SLOT, manager);
          VideoBatches clips =
              VideoBatches.evaluation(
                  VideoFolder.of(videos), encoder.input(), loader -> loader.setBatchSize(8))) {
        clips.forEachBatch(
            manager,
            batch -> {
              float[] all = encoder.features(batch.clips()).toFloatArray();
              int width = all.length / batch.size();
              for (int i = 0; i < batch.size(); i++) {
                rows.put(
                    batch.sources().get(i).id(),
                    Arrays.copyOfRange(all, i * width, (i + 1) * width));
              }
            });
      }
    }
    return rows;
  }

  /** Executors are started as from a Spark that is installed; jars and options are this JVM's. */
  private Process start(Path videos, Path model, Path out) throws IOException {
    Path home = folder.resolve("spark-home");
    Files.createDirectories(home.resolve("jars"));
    String classPath = System.getProperty("java.class.path");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().split(" ")));
    command.addAll(
        List.of(
            "-Djava.awt.headless=true",
            "-Dspark.master=local-cluster[2,1,1024]",
            "-Dspark.executor.memory=1g",
            "-Dspark.ui.enabled=false",
            "-Dspark.driver.host=127.0.0.1",
            "-Dspark.driver.bindAddress=127.0.0.1",
            "-Dspark.executor.extraClassPath=" + classPath,
            "-cp",
            classPath,
            EmbedWithSpark.class.getName()));
    command.addAll(
        List.of(
            "--videos", videos.toString(),
            "--model", model.toString(),
            "--out", out.toString(),
            "--partitions", Integer.toString(PARTITIONS)));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    return builder.start();
  }

  private static void killAnExecutor(Process driver) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (true) {
      // The driver starts nothing else.
      List<ProcessHandle> executors = driver.descendants().toList();
      if (!executors.isEmpty()) {
        assertThat(executors.get(0).destroyForcibly()).isTrue();
        return;
      }
      assertThat(System.nanoTime()).as("no executor").isLessThan(end);
      Thread.sleep(20);
    }
  }

  private static List<Row> rows(Path out) throws IOException {
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate()) {
      return spark.read().parquet(out.toString()).collectAsList();
    }
  }
}
