package org.mae4j.examples;

import ai.djl.ndarray.NDManager;
import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.mae4j.api.FrameSampling;
import org.mae4j.data.ClipLoader;
import org.mae4j.data.LoadedBatch;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.data.ffmpeg.VideoCodec;
import org.mae4j.data.ffmpeg.VideoWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures how fast clips come out of H.264 files, and prints one JSON object a line.
 *
 * <p>{@code frames_per_second} counts decoded frames, of which a clip needs a whole window; {@code
 * of_ffmpeg} is that, per thread, as a share of what libav alone decodes on one thread of the same
 * machine in the same run, opening and seeking included; {@code consumer_wait_share} is how much of
 * its time the consumer waits for clips: all of it where it does nothing else.
 */
@Command(
    name = "DataBenchmark",
    mixinStandardHelpOptions = true,
    description = "Measures decoding: JSON lines")
public final class DataBenchmark implements Callable<Integer> {

  private static final FrameSampling SAMPLING = FrameSampling.PAPER;
  private static final int RATE = 30;
  private static final int VIDEO_FRAMES = 10 * RATE;
  private static final int WINDOW_FRAMES = 128;
  private static final Gson GSON =
      new GsonBuilder()
          .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
          .create();

  @Option(names = "--seconds", description = "time for each measurement; default ${DEFAULT-VALUE}")
  private double seconds = 5;

  @Option(names = "--threads", split = ",", description = "default ${DEFAULT-VALUE}")
  private List<Integer> threads = List.of(1, 2);

  @Option(names = "--steps", description = "of the consumer; default ${DEFAULT-VALUE}")
  private int steps = 3;

  private DataBenchmark() {}

  /** One line of the result. */
  record Line(
      String name,
      String source,
      int threads,
      int repeats,
      double clipsPerSecond,
      double framesPerSecond,
      double ofFfmpeg,
      double consumerWaitShare) {}

  public static void main(String[] arguments) {
    System.exit(Examples.execute(new DataBenchmark(), arguments));
  }

  @Override
  public Integer call() throws IOException {
    Path root = Files.createTempDirectory("mae4j-benchmark");
    try {
      measure(root, 640, 480);
      measure(root, 1280, 720);
    } finally {
      try (var files = Files.walk(root)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
    return 0;
  }

  private void measure(Path root, int width, int height) throws IOException {
    String source = "h264 " + width + "x" + height;
    Path folder = Files.createDirectory(root.resolve(width + "x" + height));
    writeVideo(folder.resolve("video.mp4"), width, height);
    LibavDecoding libav = new LibavDecoding(folder.resolve("video.mp4"), WINDOW_FRAMES);
    // Before and after, so that a machine that changes its pace is no advantage.
    double before = libav.framesPerSecond(seconds / 2);
    List<Line> lines = new ArrayList<>();
    for (int count : threads) {
      lines.add(decode(source, folder, count, 1));
      lines.add(decode(source, folder, count, 16));
    }
    lines.add(feed(source, folder, threads.get(threads.size() - 1)));
    double ffmpeg = (before + libav.framesPerSecond(seconds / 2)) / 2;
    print(new Line("ffmpeg", source, 1, 1, ffmpeg / WINDOW_FRAMES, ffmpeg, 1, 0));
    for (Line line : lines) {
      print(
          new Line(
              line.name,
              line.source,
              line.threads,
              line.repeats,
              line.clipsPerSecond,
              line.framesPerSecond,
              line.framesPerSecond / line.threads / ffmpeg,
              line.consumerWaitShare));
    }
  }

  private static void print(Line line) {
    System.out.println(GSON.toJson(line));
  }

  /** Reads clips and throws them away. */
  private Line decode(String source, Path folder, int count, int repeats) {
    int videos = 4 * count;
    try (ClipLoader loader = loader(folder, count, repeats, videos)) {
      loader.read(0).close();
      long begin = System.nanoTime();
      long batch = 0;
      while (System.nanoTime() - begin < seconds * 1e9) {
        loader.read(++batch).close();
      }
      double rate = batch * videos / ((System.nanoTime() - begin) / 1e9);
      return new Line("decode", source, count, repeats, rate * repeats, rate * WINDOW_FRAMES, 0, 1);
    }
  }

  /** Reads clips for a consumer that computes what a training step of ViT-H/14 does. */
  private Line feed(String source, Path folder, int count) {
    try (NDManager manager = NDManager.newBaseManager();
        ClipLoader loader = loader(folder, count, 1, 1);
        TrainingLoad load = new TrainingLoad(manager)) {
      loader.read(0).close();
      load.step();
      double waited = 0;
      long begin = System.nanoTime();
      for (int step = 1; step <= steps; step++) {
        try (LoadedBatch batch = loader.read(step)) {
          waited += batch.waitSeconds();
        }
        load.step();
      }
      double time = (System.nanoTime() - begin) / 1e9;
      double rate = steps / time;
      return new Line("feed", source, count, 1, rate, rate * WINDOW_FRAMES, 0, waited / time);
    }
  }

  private static ClipLoader loader(Path folder, int count, int repeats, int videos) {
    return ClipLoader.builder()
        .setSource(VideoFolder.of(folder))
        .setSampling(SAMPLING)
        .setBatchSize(videos * repeats)
        .optRepeats(repeats, true)
        .optThreads(count)
        .build();
  }

  private static void writeVideo(Path file, int width, int height) {
    try (VideoWriter writer =
        VideoWriter.builder()
            .setFile(file)
            .setCodec(VideoCodec.H264)
            .setSize(width, height)
            .setFrameRate(RATE, 1)
            .optQuality(0.5)
            .optKeyFrameInterval(2 * RATE)
            .build()) {
      ByteBuffer frame = ByteBuffer.allocate(3 * width * height);
      for (int i = 0; i < VIDEO_FRAMES; i++) {
        draw(frame, width, height, i);
        writer.write(frame);
      }
      writer.finish();
    }
  }

  /** Crossing waves that move. */
  private static void draw(ByteBuffer frame, int width, int height, int time) {
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = 3 * (y * width + x);
        int texture = (x * 7 + y * 13) % 23;
        frame.put(at, (byte) (128 + 90 * Math.sin((x + 3 * time) / 37.0) + texture));
        frame.put(at + 1, (byte) (128 + 90 * Math.sin((y - 2 * time) / 29.0) + texture));
        frame.put(at + 2, (byte) (128 + 90 * Math.sin((x + y + time) / 61.0) + texture));
      }
    }
  }
}
