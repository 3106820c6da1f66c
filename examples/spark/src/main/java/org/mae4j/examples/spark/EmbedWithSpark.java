package org.mae4j.examples.spark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.Pooling;
import org.mae4j.api.internal.Checks;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.examples.app.footage.DatasetLayout;
import org.mae4j.examples.support.Examples;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Embeds videos on a Spark cluster, one model an executor, into Parquet: columns {@code path},
 * {@code features} and, of videos that cannot be read, {@code broken} with the reason. Videos and
 * model must be found at the same paths on all machines.
 */
@Command(
    name = "EmbedWithSpark",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Writes what a pretrained model makes of the middle clip of each video.")
public final class EmbedWithSpark implements Callable<Integer> {

  private static final int VIDEOS_OF_A_PARTITION = 256;

  @Option(
      names = "--videos",
      paramLabel = "DIR",
      required = true,
      description = "a folder of videos, or of what --dataset says")
  private Path videos;

  @Option(
      names = "--dataset",
      description = "how the videos lie: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}")
  private DatasetLayout dataset = DatasetLayout.VIDEOS;

  @Option(
      names = "--split",
      description = "of a dataset that comes in splits; default ${DEFAULT-VALUE}")
  private String split = "train";

  @Option(
      names = "--model",
      paramLabel = "FILE",
      required = true,
      description = "a model, such as the model.safetensors of Pretrain")
  private Path model;

  @Option(
      names = "--out",
      paramLabel = "PATH",
      required = true,
      description = "a new folder for Parquet files, on a file system that Spark writes to")
  private String out;

  @Option(names = "--pooling", description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}")
  private Pooling pooling = Pooling.PER_SLOT;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "8",
      description = "videos at once; default ${DEFAULT-VALUE}")
  private int batch;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "what is done again when an executor dies; default 256 videos each")
  private Integer partitions;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "threads of the model in an executor; default ${DEFAULT-VALUE}")
  private int threads;

  /** Runs the example; the master and what else there is to say of Spark is spark-submit's. */
  public static void main(String[] arguments) {
    System.exit(Examples.execute(new EmbedWithSpark(), arguments));
  }

  @Override
  public Integer call() throws IOException {
    Checks.atLeast(1, batch, "--batch");
    Checks.atLeast(1, threads, "--threads");
    ClipDataset all = dataset.find(videos, split);
    int count =
        partitions == null
            ? (all.size() - 1) / VIDEOS_OF_A_PARTITION + 1
            : Checks.atLeast(1, partitions, "--partitions");
    EmbeddingWork work =
        new EmbeddingWork(
            all.root().toAbsolutePath().toString(),
            model.toAbsolutePath().toString(),
            pooling,
            batch,
            threads);
    List<String> ids = all.clips().stream().map(ClipInfo::id).toList();
    try (SparkSession spark = SparkSession.builder().appName("EmbedWithSpark").getOrCreate()) {
      JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
      spark.sparkContext().addSparkListener(new Progress(count));
      JavaRDD<Row> rows =
          context.parallelize(ids, count).mapPartitions(some -> PartitionRows.of(work, some));
      spark.createDataFrame(rows, PartitionRows.SCHEMA).write().parquet(out);
    }
    System.out.println(all.size() + " videos: " + out);
    return 0;
  }

  /** Says how many partitions are done. */
  private static final class Progress extends SparkListener {

    private final int partitions;
    private final AtomicInteger done = new AtomicInteger();

    private Progress(int partitions) {
      this.partitions = partitions;
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd task) {
      if (task.taskInfo().successful()) {
        System.out.println(done.incrementAndGet() + " of " + partitions + " partitions");
      }
    }
  }
}
