package org.mae4j.examples.app;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.mae4j.api.ClipReadException;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.FolderBuilder;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.data.shards.ShardWriter;
import org.mae4j.examples.support.ConsoleProgress;
import org.mae4j.examples.support.Examples;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Packs the videos of a folder into tar files that are read from front to back. */
@Command(
    name = "WriteShards",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Packs a folder of videos into tar files in the layout of WebDataset.")
public final class WriteShards implements Callable<Integer> {

  @Option(names = "--videos", required = true, description = "the folder to pack")
  private Path videos;

  @Option(names = "--out", required = true, description = "the folder for the tar files")
  private Path out;

  @Option(names = "--classes", description = "label each video by its top folder")
  private boolean classes;

  @Option(
      names = "--shard-mb",
      description = "largest size of a tar file in MB; default ${DEFAULT-VALUE}")
  private long shardMb = 1000;

  public WriteShards() {}

  /** Packs with command line options. */
  public static void main(String[] arguments) {
    System.exit(Examples.execute(new WriteShards(), arguments));
  }

  @Override
  public Integer call() {
    List<Path> shards = run();
    System.out.println(shards.size() + " shards in " + out);
    return 0;
  }

  /** Returns the tar files. */
  public List<Path> run() {
    FolderBuilder builder = VideoFolder.builder().setFolder(videos);
    ClipDataset source = (classes ? builder.optClassFolders() : builder).build();
    ConsoleProgress progress = new ConsoleProgress(System.out);
    try (progress;
        ShardWriter writer =
            ShardWriter.builder().setFolder(out).optShardBytes(shardMb * 1_000_000).build()) {
      progress.begin("packing", "videos", source.size(), 0);
      for (int i = 0; i < source.size(); i++) {
        try {
          writer.add(source.info(i), source.path(i));
          progress.at(i + 1, source.info(i).id());
        } catch (ClipReadException e) {
          progress.say("left out: " + e.getMessage());
        }
      }
      return writer.finish();
    }
  }
}
