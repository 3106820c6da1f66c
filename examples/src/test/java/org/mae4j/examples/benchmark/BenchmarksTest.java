package org.mae4j.examples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.VitConfig;
import org.mae4j.models.VitSize;
import picocli.CommandLine;

/** That the benchmark programs run and count; how fast they are is not tested. */
class BenchmarksTest {

  @Test
  void modelBenchmarkMeasuresWhatItIsAskedFor() {
    ModelBenchmark benchmark = new ModelBenchmark();
    new CommandLine(benchmark)
        .parseArgs(
            "--size", "TINY", "--cases", "CLASSIFY", "--precisions", "FLOAT32", "--repeats", "1");
    List<Measurement> heard = new ArrayList<>();

    List<Measurement> measured = benchmark.run(heard::add);

    assertThat(heard).isEqualTo(measured);
    assertThat(measured).extracting(Measurement::kernels).containsExactly("scripted", "portable");
    assertThat(measured)
        .allSatisfy(
            line -> {
              assertThat(line.clipsPerSecond()).isPositive();
              assertThat(line.ofMatmul()).isPositive();
              assertThat(line.hostShare()).isBetween(0.0, 1.0);
              assertThat(line.toJson()).contains("\"of_matmul\":", "\"peak_rss_mb\":");
            });
  }

  /** About 1.05 TFLOP a clip, as is reported for the paper's pretraining. */
  @Test
  void pretrainingOfThePapersModelIsAboutATeraflop() {
    assertThat(Arithmetic.pretraining(VideoMaeConfig.VIT_HUGE_14, 204) / 1e12).isBetween(1.0, 1.1);
    assertThat(Arithmetic.classification(VitConfig.video(VitSize.HUGE, 224)) / 1e12)
        .isBetween(3.2, 3.3);
  }

  @Test
  void weightsBenchmarkReadsBackWhatItWrote() {
    WeightsBenchmark benchmark = new WeightsBenchmark();
    new CommandLine(benchmark).parseArgs("--size", "TINY");

    WeightsBenchmark.Result result = benchmark.run();

    assertThat(result.identical()).isTrue();
    assertThat(result.tensors()).isGreaterThan(200);
  }

  @Test
  void dataBenchmarkMeasuresEveryCase() {
    DataBenchmark benchmark = new DataBenchmark();
    new CommandLine(benchmark)
        .parseArgs(
            "--resolutions",
            "64x48",
            "--key-frames",
            "4",
            "--seconds",
            "0.01",
            "--size",
            "TINY",
            "--steps",
            "1",
            "--windows",
            "2",
            "--threads",
            "1");
    List<DataBenchmark.Line> lines = new ArrayList<>();

    benchmark.run(lines::add);

    assertThat(lines)
        .extracting(DataBenchmark.Line::source)
        .containsOnly("h264 64x48", "h264 64x48, key frames 4 apart", "mpeg4 64x48, 2 B-frames");
    assertThat(lines)
        .extracting(DataBenchmark.Line::name)
        .containsOnly("decode", "batches", "broken", "copies", "feed TINY");
    assertThat(lines)
        .allSatisfy(
            line -> {
              assertThat(line.clipsPerSecond()).isPositive();
              assertThat(line.framesPerSecond()).isPositive();
              assertThat(line.consumerWaitShare()).isBetween(0.0, 1.0);
            });
    assertThat(lines)
        .filteredOn(line -> line.name().equals("decode"))
        .hasSize(6)
        .allSatisfy(line -> assertThat(line.ofFfmpeg()).isPositive());
    assertThat(lines)
        .filteredOn(line -> line.name().equals("copies"))
        .hasSize(3)
        .allSatisfy(line -> assertThat(line.ofOriginals()).isPositive());
  }
}
