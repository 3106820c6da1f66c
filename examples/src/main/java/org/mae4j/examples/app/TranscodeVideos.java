package org.mae4j.examples.app;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.mae4j.api.ClipInput;
import org.mae4j.data.TranscodedVideos;
import org.mae4j.data.VideoCopy;
import org.mae4j.data.VideoCopy.State;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.FolderBuilder;
import org.mae4j.data.dataset.Manifest;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.data.ffmpeg.VideoReader;
import org.mae4j.data.ffmpeg.VideoTranscoder;
import org.mae4j.data.shards.TarShards;
import org.mae4j.data.shards.TranscodedShards;
import org.mae4j.examples.support.ConsoleProgress;
import org.mae4j.examples.support.Examples;
import org.mae4j.examples.support.Part;
import org.mae4j.examples.support.PartOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Copies videos small, so that clips of them are read many times faster. A run that was stopped or
 * killed goes on when it is started again; several may fill one folder at the same time.
 */
@Command(
    name = "TranscodeVideos",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes small copies of videos, from which clips are read many times faster.",
      "Start it again to go on, or several times, on one machine or many, to share the work."
    })
public final class TranscodeVideos implements Callable<Integer> {

  private static final VideoTranscoder USUAL = VideoTranscoder.of(ClipInput.PAPER_VIDEO.sampling());

  @Option(
      names = "--videos",
      paramLabel = "DIR",
      description = "a folder of videos, or of tar files in the layout of WebDataset")
  private Path videos;

  @Option(
      names = "--list",
      paramLabel = "FILE",
      description = "or a list of videos: .csv, .jsonl or .txt; the copies get one of this name")
  private Path list;

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description = "what the paths of the list are relative to; default the folder it lies in")
  private Path root;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "the folder for the copies, each under the path that its video has")
  private Path out;

  @Option(
      names = "--shards",
      paramLabel = "N",
      description = "write tar files of N videos each; those of tar files become tar files anyway")
  private Integer perShard;

  @Option(
      names = "--classes",
      description = "in tar files, label each video of a folder by its top folder")
  private boolean classes;

  @Option(
      names = "--short-side",
      paramLabel = "PIXELS",
      description = "of the copies, even; default ${DEFAULT-VALUE}")
  private int shortSide = USUAL.shortSide();

  @Option(
      names = "--rate",
      paramLabel = "R",
      description =
          "frames/s of the copies; default ${DEFAULT-VALUE}, four for each of 16 frames, 8 apart at"
              + " 30 frames/s, and two where these are 4 apart")
  private double rate = USUAL.frameRate();

  @Option(names = "--threads", description = "default as many as there are processors")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Mixin private final PartOption part = new PartOption();

  private final ConsoleProgress progress = new ConsoleProgress(System.out);
  private int seen;
  private int broken;

  /** Copies with command line options. */
  public static void main(String[] arguments) {
    System.exit(Examples.execute(new TranscodeVideos(), arguments));
  }

  @Override
  public Integer call() {
    long began = System.nanoTime();
    List<VideoCopy> copies = run();
    progress.say(summary(copies, (System.nanoTime() - began) / 1e9));
    return count(copies, State.BROKEN) == copies.size() ? Examples.BAD_INPUT : 0;
  }

  private String summary(List<VideoCopy> copies, double seconds) {
    double hours = copies.stream().mapToDouble(VideoCopy::seconds).sum() / 3600;
    long bytes = copies.stream().mapToLong(VideoCopy::bytes).sum();
    return String.format(
        Locale.ROOT,
        "%d videos: %d copied in %.0f s, %d were there, %d cannot be read; %.2f hours, %.0f MB: %s",
        copies.size(),
        count(copies, State.MADE),
        seconds,
        count(copies, State.PRESENT),
        count(copies, State.BROKEN),
        hours,
        bytes / 1e6,
        out);
  }

  private static long count(List<VideoCopy> copies, State state) {
    return copies.stream().filter(copy -> copy.state() == state).count();
  }

  /**
   * Makes the copies.
   *
   * @throws IllegalArgumentException if an option or a folder it names cannot be used
   */
  List<VideoCopy> run() {
    check((videos == null) != (list == null), "exactly one of --videos and --list must be given");
    check(root == null || list != null, "--root goes with --list only");
    check(threads >= 1, "--threads must be at least 1, but was " + threads);
    check(perShard == null || perShard >= 1, "--shards must be at least 1, but was " + perShard);
    check(
        !classes || perShard != null,
        "--classes goes with --shards only: folders stay as they" + " are");
    VideoTranscoder transcoder = new VideoTranscoder(shortSide, rate);
    if (videos != null) {
      requireApart();
    } else {
      check(
          !real(list).equals(real(out.resolve(list.getFileName()))),
          "the copies get a list of their own, which must not be "
              + list
              + ": choose another --out");
    }
    try (progress) {
      return isFolderOfShards() ? copyShards(transcoder) : copyFiles(transcoder);
    }
  }

  private static void check(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }

  /** Copies that lie among the videos would be taken for videos, and the other way round. */
  private void requireApart() {
    Path from = real(videos);
    Path to = real(out);
    check(
        !to.startsWith(from) && !from.startsWith(to),
        "--out must neither lie in --videos nor hold it, but they are " + to + " and " + from);
  }

  /** With links followed, as far as it is there. */
  private static Path real(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    Path there = absolute;
    while (!Files.exists(there)) {
      there = there.getParent();
    }
    try {
      return there.toRealPath().resolve(there.relativize(absolute));
    } catch (IOException e) {
      throw new UncheckedIOException(there + " cannot be read: " + e, e);
    }
  }

  private boolean isFolderOfShards() {
    if (videos == null || !Files.isDirectory(videos)) {
      return false;
    }
    try (var files = Files.list(videos)) {
      return files.anyMatch(file -> file.getFileName().toString().endsWith(".tar"));
    } catch (IOException e) {
      throw new UncheckedIOException(videos + " cannot be read: " + e, e);
    }
  }

  private List<VideoCopy> copyShards(VideoTranscoder transcoder) {
    check(
        perShard == null && part.chosen().isEmpty(),
        videos
            + " holds tar files, whose copies have the same videos each: --shards and --part are"
            + " for folders and lists");
    try (TarShards source = TarShards.of(videos);
        TranscodedShards copies = TranscodedShards.of(source, out, transcoder)) {
      begin(copies.size());
      return copies.makeAll(threads, this::tell);
    }
  }

  private List<VideoCopy> copyFiles(VideoTranscoder transcoder) {
    ClipDataset all = find();
    ClipDataset source = part(all);
    begin(source.size());
    if (perShard != null) {
      check(
          part.chosen().isEmpty(),
          "--part does not go with --shards: several runs share them anyway");
      try (TranscodedShards copies = TranscodedShards.of(source, perShard, out, transcoder)) {
        return copies.makeAll(threads, this::tell);
      }
    }
    try (VideoReader reader = VideoReader.create();
        TranscodedVideos copies = new TranscodedVideos(source, out, transcoder, reader)) {
      List<VideoCopy> made = copies.makeAll(threads, this::tell);
      if (list != null && count(made, State.BROKEN) < made.size()) {
        try (TranscodedVideos whole = new TranscodedVideos(all, out, transcoder, reader)) {
          Manifest.write(whole.dataset(), out.resolve(list.getFileName()));
        }
      }
      return made;
    }
  }

  private ClipDataset find() {
    if (list != null) {
      Manifest.Builder manifest = Manifest.builder().setFile(list);
      Optional.ofNullable(root).ifPresent(manifest::optRoot);
      return manifest.build();
    }
    FolderBuilder folder = VideoFolder.builder().setFolder(videos);
    return (classes ? folder.optClassFolders() : folder).build();
  }

  /** By a hash of the ids, so that a video stays in its part whatever else comes or goes. */
  private ClipDataset part(ClipDataset all) {
    Optional<Part> chosen = part.chosen();
    if (chosen.isEmpty()) {
      return all;
    }
    Part one = chosen.get();
    progress.say(one.toString());
    int[] mine =
        IntStream.range(0, all.size())
            .filter(i -> Math.floorMod(hash(all.info(i).id()), one.count()) == one.index() - 1)
            .toArray();
    check(mine.length > 0, "there is no video in " + one + " of " + all.size());
    return all.subset(mine);
  }

  private static long hash(String id) {
    return Hashing.sha256().hashString(id, StandardCharsets.UTF_8).asLong();
  }

  private void begin(int size) {
    progress.begin("copying", "videos", size, 0);
  }

  private void tell(VideoCopy copy) {
    if (!copy.remark().isEmpty()) {
      progress.note(copy.remark());
    }
    seen++;
    broken += copy.state() == State.BROKEN ? 1 : 0;
    progress.at(seen, broken + " cannot be read");
  }
}
