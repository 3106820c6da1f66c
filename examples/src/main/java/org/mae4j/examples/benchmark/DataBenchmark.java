package org.mae4j.examples.benchmark;

import ai.djl.ndarray.NDManager;
import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.mae4j.api.BatchSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipSource;
import org.mae4j.api.RandomCrop;
import org.mae4j.api.Seeds;
import org.mae4j.api.TrainingClips;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.ClipLoader;
import org.mae4j.data.TranscodedVideos;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.augment.Crop;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.ClipReader;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.data.ffmpeg.ProbeCache;
import org.mae4j.data.ffmpeg.VideoCodec;
import org.mae4j.data.ffmpeg.VideoReader;
import org.mae4j.data.ffmpeg.VideoTranscoder;
import org.mae4j.examples.support.Examples;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.VitSize;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.Pretrainer;
import org.mae4j.train.PretrainingState;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.recipe.LearningRateSchedule;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.recipe.PretrainingRecipes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures how fast clips come out of video files, and prints one JSON object a line.
 *
 * <p>{@code decode} reads clips through a loader and throws them away; {@code batches} goes on to
 * crops of 224 x 224 in tensors; {@code broken} is {@code decode} from a folder of which a fifth is
 * unreadable, and its {@code of_unbroken} how fast that is as a share of the same without them,
 * measured batch by batch in turn; {@code copies} is {@code decode} from small copies, and its
 * {@code of_originals} how fast that is in terms of the videos themselves, measured in turn; {@code
 * feed} is a consumer that trains a model on the batches, on a GPU on all clips of a window at a
 * time.
 *
 * <p>{@code frames_per_second} counts the frames of the windows that clips are drawn from. {@code
 * of_ffmpeg} is how fast it was as a share of what libav itself takes to decode the same windows on
 * as many threads, opening and seeking included, measured in turn with it; it is above 1 where
 * frames that are not seen need no decoding. {@code spread} is half the range that the middle half
 * of the pairs takes. {@code consumer_wait_share} is how much of its time the consumer waits for
 * batches: all of it where it does nothing else.
 */
@Command(
    name = "DataBenchmark",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measures how fast clips come out of video files.")
public final class DataBenchmark implements Callable<Integer> {

  private static final ClipInput INPUT = ClipInput.PAPER_VIDEO;

  private static final Gson GSON =
      new GsonBuilder()
          .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
          .create();

  /** What can be measured. */
  enum Case {
    DECODE,
    BATCHES,
    BROKEN,
    COPIES,
    FEED
  }

  @Option(
      names = "--cases",
      split = ",",
      description = "some of ${COMPLETION-CANDIDATES}; default all")
  private List<Case> cases = List.of(Case.values());

  @Option(names = "--videos", description = "a folder of videos to read instead of ones made here")
  private Path videos;

  @Option(
      names = "--resolutions",
      split = ",",
      description = "of the videos made here; default 640x480,1280x720")
  private List<String> resolutions = List.of("640x480", "1280x720");

  @Option(
      names = "--key-frames",
      split = ",",
      description =
          "frames from one key frame to the next of videos made besides, of the first"
              + " resolution; default 1,8; others have one every 60")
  private List<Integer> keyFrames = List.of(1, 8);

  @Option(names = "--seconds", description = "time for each measurement; default ${DEFAULT-VALUE}")
  private double seconds = 10;

  @Option(names = "--threads", split = ",", description = "that decode; default 1,2")
  private List<Integer> threads = List.of(1, 2);

  @Option(names = "--repeats", split = ",", description = "clips of a window; default 1,16")
  private List<Integer> repeats = List.of(1, 16);

  @Option(names = "--windows", description = "how many to read; default ${DEFAULT-VALUE}")
  private int windowCount = 12;

  @Option(names = "--no-probe-cache", description = "look through each file whenever it is opened")
  private boolean noProbeCache;

  @Option(
      names = "--size",
      description = "of the model to feed, one of ${COMPLETION-CANDIDATES}; default HUGE")
  private VitSize size = VitSize.HUGE;

  @Option(names = "--steps", description = "of that model; default ${DEFAULT-VALUE}")
  private int steps = 4;

  DataBenchmark() {}

  /**
   * One line of the result.
   *
   * @param ofFfmpeg null of cases {@code broken} and {@code feed}
   * @param ofUnbroken null of all cases but {@code broken}
   * @param ofOriginals null of all cases but {@code copies}
   * @param spread how far the pairs differ in the one or another; null of case {@code feed}
   */
  record Line(
      String name,
      String source,
      int threads,
      int repeats,
      double clipsPerSecond,
      double framesPerSecond,
      Double ofFfmpeg,
      double consumerWaitShare,
      Double ofUnbroken,
      Double ofOriginals,
      Double spread) {}

  /** Runs the benchmark with command line options; without any it needs none. */
  public static void main(String[] arguments) {
    System.exit(Examples.execute(new DataBenchmark(), arguments));
  }

  @Override
  public Integer call() {
    run(line -> System.out.println(GSON.toJson(line)));
    return 0;
  }

  /** Runs the benchmark; lines are handed on as they are measured. */
  void run(Consumer<Line> listener) {
    check(seconds > 0, "--seconds must be positive, but was " + seconds);
    check(windowCount >= 1, "--windows must be at least 1, but was " + windowCount);
    check(steps >= 1, "--steps must be at least 1, but was " + steps);
    check(
        threads.stream().allMatch(count -> count >= 1),
        "--threads must be at least 1, but were " + threads);
    check(
        keyFrames.stream().allMatch(interval -> interval >= 1),
        "--key-frames must be at least 1, but were " + keyFrames);
    check(
        repeats.stream().allMatch(count -> count >= 1),
        "--repeats must be at least 1, but were " + repeats);
    if (videos != null) {
      inFolder(
          scratch ->
              measure(videos.toAbsolutePath().getFileName().toString(), videos, scratch, listener));
      return;
    }
    List<BenchmarkVideo> kinds = new ArrayList<>();
    for (String resolution : resolutions) {
      int[] sides = sides(resolution);
      kinds.add(
          new BenchmarkVideo(VideoCodec.H264, sides[0], sides[1], BenchmarkVideo.FEW_KEY_FRAMES));
    }
    int[] sides = sides(resolutions.get(0));
    for (int interval : keyFrames) {
      kinds.add(new BenchmarkVideo(VideoCodec.H264, sides[0], sides[1], interval));
    }
    // No free encoder of H.264 writes B-frames.
    kinds.add(
        new BenchmarkVideo(VideoCodec.MPEG4, sides[0], sides[1], BenchmarkVideo.FEW_KEY_FRAMES));
    for (BenchmarkVideo kind : kinds) {
      inFolder(
          folder -> {
            kind.write(folder.resolve("video.mp4"));
            measure(kind.name(), folder, folder, listener);
          });
    }
  }

  private void measure(String source, Path folder, Path scratch, Consumer<Line> listener) {
    try (ProbeCache cache = ProbeCache.open(scratch.resolve("probes"))) {
      VideoReader reader =
          noProbeCache ? VideoReader.create() : VideoReader.builder().optProbeCache(cache).build();
      ClipDataset read =
          VideoFolder.builder().setFolder(folder).optReader(ClipReader.of(reader)).build();
      new Measurements(source, read, reader).run(listener);
    }
  }

  private static void check(boolean right, String message) {
    if (!right) {
      throw new IllegalArgumentException(message);
    }
  }

  private static int[] sides(String resolution) {
    check(
        resolution.matches("[1-9][0-9]{1,3}x[1-9][0-9]{1,3}"),
        "--resolutions must be like 640x480, but one was " + resolution);
    return Arrays.stream(resolution.split("x", -1)).mapToInt(Integer::parseInt).toArray();
  }

  private static void inFolder(Consumer<Path> work) {
    try {
      Path folder = Files.createTempDirectory("mae4j-benchmark");
      try {
        work.accept(folder);
      } finally {
        try (var files = Files.walk(folder)) {
          files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("no folder for the videos to measure with", e);
    }
  }

  /** Everything that is measured with one kind of video. */
  private final class Measurements {

    private final String source;
    private final ClipDataset folder;
    private final VideoReader reader;
    private final List<Window> windows = new ArrayList<>();
    private int frames;

    Measurements(String source, ClipDataset folder, VideoReader reader) {
      this.source = source;
      this.folder = folder;
      this.reader = reader;
      RandomGenerator random = Seeds.generator(1);
      for (int i = 0; i < windowCount; i++) {
        int video = i % folder.size();
        WindowPlacement placement = new WindowPlacement.AtFraction(random.nextDouble());
        try (Clip clip =
            folder.clips(video, ClipRequest.one(INPUT.sampling(), placement, random)).get(0)) {
          double last = clip.timestamp(INPUT.sampling().frames() - 1);
          windows.add(new Window(video, placement, clip.timestamp(0), last));
          frames += LibavDecoding.decode(folder.path(video), clip.timestamp(0), last);
        } catch (ClipReadException e) {
          System.err.println("left out: " + e.getMessage());
        }
      }
      check(!windows.isEmpty(), "none of " + folder + " can be read");
    }

    void run(Consumer<Line> listener) {
      for (int count : threads) {
        for (int clips : repeats) {
          if (cases.contains(Case.DECODE)) {
            listener.accept(
                line("decode", count, clips, () -> consume(loader(count, clips, windows))));
          }
          if (cases.contains(Case.BATCHES)) {
            listener.accept(line("batches", count, clips, () -> crop(count, clips)));
          }
        }
        if (cases.contains(Case.BROKEN)) {
          inFolder(damaged -> listener.accept(broken(count, damaged)));
        }
      }
      if (cases.contains(Case.COPIES)) {
        inFolder(
            small -> {
              ClipDataset copies = copies(small);
              threads.forEach(count -> listener.accept(copied(count, copies)));
            });
      }
      if (cases.contains(Case.FEED)) {
        threads.forEach(count -> listener.accept(feed(count)));
      }
    }

    private Line line(String name, int count, int clips, Runnable work) {
      Pairs pairs = Pairs.measure(seconds, work, () -> libav(count));
      double time = pairs.firstSeconds();
      return new Line(
          name,
          source,
          count,
          clips,
          windows.size() * clips / time,
          frames / time,
          pairs.speedOfFirst(),
          1,
          null,
          null,
          pairs.spread());
    }

    /** Of the same indices; those that nobody reads may be missing. */
    private ClipDataset copies(Path small) {
      int[] read = windows.stream().mapToInt(Window::video).distinct().toArray();
      try (TranscodedVideos copies =
          new TranscodedVideos(
              folder.subset(read), small, VideoTranscoder.of(INPUT.sampling()), reader)) {
        copies.makeAll(Collections.max(threads), copy -> {});
      }
      return new ClipDataset("copies", small, folder.clips(), folder.classes(), reader::decode);
    }

    private Line copied(int count, ClipDataset copies) {
      Pairs pairs =
          Pairs.measure(
              seconds,
              () -> consume(loader(copies, count, 1, windows)),
              () -> consume(loader(folder, count, 1, windows)));
      double time = pairs.firstSeconds();
      return new Line(
          "copies",
          source,
          count,
          1,
          windows.size() / time,
          frames / time,
          null,
          1,
          null,
          pairs.speedOfFirst(),
          pairs.spread());
    }

    private ClipLoader loader(int count, int clips, List<Window> read) {
      return loader(folder, count, clips, read);
    }

    private ClipLoader loader(ClipDataset videos, int count, int clips, List<Window> read) {
      return ClipLoader.builder()
          .setSource(new WindowSource(videos, read))
          .setSampling(INPUT.sampling())
          .setBatchSize(clips)
          .optRepeats(clips, true)
          .optFixedOrder()
          .optThreads(count)
          .build();
    }

    private void crop(int count, int clips) {
      try (NDManager manager = TorchEngine.newManager();
          BatchSource batches = batches(count, clips)) {
        for (long i = 0; i < batches.batchesPerPass(); i++) {
          batches.batch(i, manager).clips().close();
        }
      }
    }

    private VideoBatches batches(int count, int clips) {
      return new VideoBatches(
          loader(count, clips, windows), Crop.random(RandomCrop.PAPER_PRETRAINING, INPUT));
    }

    /** What a reader does that knows nothing but libav. */
    private void libav(int count) {
      IntStream.range(0, count)
          .mapToObj(first -> new Thread(() -> libav(first, count)))
          .peek(Thread::start)
          .toList()
          .forEach(DataBenchmark::join);
    }

    private void libav(int first, int step) {
      for (int i = first; i < windows.size(); i += step) {
        Window window = windows.get(i);
        LibavDecoding.decode(folder.path(window.video()), window.first(), window.last());
      }
    }

    /** Reads one batch at a time and none ahead, so that a batch's time is that of its clips. */
    private Line broken(int count, Path damaged) {
      BrokenVideos videos;
      try {
        videos = BrokenVideos.write(damaged, folder.path(windows.get(0).video()));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write the broken videos", e);
      }
      int batches = (BrokenVideos.FILES + count - 1) / count;
      Pairs pairs =
          Pairs.interleaved(
              seconds,
              batches,
              () -> new Reading(loader(count, videos.all())),
              () -> new Reading(loader(count, videos.good())));
      double rate = batches * count / pairs.firstSeconds();
      double perWindow = (double) frames / windows.size();
      return new Line(
          "broken",
          source,
          count,
          1,
          rate,
          rate * perWindow,
          null,
          1,
          pairs.speedOfFirst(),
          null,
          pairs.spread());
    }

    private ClipLoader loader(int count, ClipSource read) {
      return ClipLoader.builder()
          .setSource(read)
          .setSampling(INPUT.sampling())
          .setBatchSize(count)
          .optPlacement(WindowPlacement.centre())
          .optPrefetch(0)
          .optThreads(count)
          .build();
    }

    private Line feed(int count) {
      try (NDManager manager = TorchEngine.newManager()) {
        // A step of all clips of a window, as in the paper's code, takes minutes on a CPU.
        int clips =
            manager.getDevice().isGpu() ? Collections.max(repeats) : Collections.min(repeats);
        return feed(count, clips, manager);
      }
    }

    private Line feed(int count, int clips, NDManager manager) {
      // One step more, whose first batch could not be made ahead.
      PretrainingRecipe recipe =
          PretrainingRecipes.VIDEO_S_V1
              .withModel(
                  VideoMaeConfig.of(size, INPUT.crop().size()),
                  new TrainingClips(INPUT, RandomCrop.PAPER_PRETRAINING, 1, clips))
              .withBatchesPerStep(1)
              .withLearningRate(LearningRateSchedule.constant(1e-4, steps + 1L));
      FeedTimes times = new FeedTimes(clips);
      try (PretrainingState state = PretrainingState.start(recipe, 1, manager);
          BatchSource batches = batches(count, clips)) {
        Pretrainer.builder().setState(state).setBatches(batches).addListener(times).build().run();
      }
      double rate = steps / times.seconds;
      double perWindow = (double) frames / windows.size();
      return new Line(
          "feed " + size,
          source,
          count,
          clips,
          rate * clips,
          rate * perWindow,
          null,
          times.waited / times.seconds,
          null,
          null,
          null);
    }
  }

  /** How long steps took, and how much of that the model waited for clips. */
  private static final class FeedTimes implements TrainingListener {

    private final int clips;
    private double seconds;
    private double waited;

    private FeedTimes(int clips) {
      this.clips = clips;
    }

    @Override
    public void onStep(StepMetrics metrics) {
      if (metrics.step() > 1) {
        double time = clips / metrics.clipsPerSecond();
        seconds += time;
        waited += time * metrics.dataWaitShare();
      }
    }
  }

  /** Reads one pass. */
  private static void consume(ClipLoader opened) {
    try (ClipLoader loader = opened) {
      for (long i = 0; i < loader.batchesPerPass(); i++) {
        loader.load(i).close();
      }
    }
  }

  /** Reads batch by batch. */
  private record Reading(ClipLoader loader) implements Pairs.Parts {

    @Override
    public void run(int index) {
      loader.load(index).close();
    }

    @Override
    public void close() {
      loader.close();
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    }
  }
}
