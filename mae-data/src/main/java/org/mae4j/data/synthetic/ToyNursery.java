package org.mae4j.data.synthetic;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkElementIndex;

import com.google.common.base.Throwables;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.google.common.util.concurrent.MoreExecutors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipShape;
import org.mae4j.api.FrameSampling;

/**
 * A world of toys for pretraining and few-shot learning: unlabelled videos, and the two labelled
 * tasks of {@link ToyTask}, drawn from a seed.
 *
 * <p>The same seed gives the same pixels on any machine, and a clip does not depend on how many
 * others there are. No scene occurs twice, so the labelled clips show none that the unlabelled
 * videos show.
 *
 * <p>The files differ in codec, container and frame rate as real ones do. {@link #SAMPLING} meets
 * the rendered frames at every rate: a labelled video is exactly one window long, and so are most
 * unlabelled ones; the others go on for up to half a window more, with the motion in the middle, so
 * that it matters where the window lies.
 */
public final class ToyNursery {

  /** The sampling the files are made for: 16 frames over 1.6 s, stride 3 at 30 frames/s. */
  public static final FrameSampling SAMPLING = new FrameSampling(ToyScene.FRAMES, 3, 30);

  static final String UNLABELLED = "unlabelled";
  static final String TRAIN = "train";
  static final String TEST = "test";

  /** Goes up when the same seed begins to mean another world. */
  private static final int VERSION = 1;

  /** Marks a folder as ours until its list is written. */
  private static final String UNFINISHED = "nursery.unfinished";

  private final long seed;
  private final int pretrainingClips;
  private final int trainClipsPerClass;
  private final int testClipsPerClass;
  private final int size;
  private final int threads;

  private ToyNursery(Builder builder) {
    seed = builder.seed;
    pretrainingClips = builder.pretrainingClips;
    trainClipsPerClass = builder.trainClipsPerClass;
    testClipsPerClass = builder.testClipsPerClass;
    size = builder.size;
    threads = builder.threads;
  }

  /** A builder; the seed must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Renders and encodes all files, or finds them there already.
   *
   * <p>A folder that holds exactly this nursery, every byte of it, is left alone. One that holds
   * another nursery, a damaged or an unfinished one is written anew.
   *
   * @param folder made if missing
   * @param listener hears of each file
   * @throws IllegalArgumentException if the folder holds anything else
   * @throws UncheckedIOException if files cannot be written
   * @throws org.mae4j.data.ffmpeg.VideoWriteException if a video cannot be written
   */
  public NurseryFiles write(Path folder, ProgressListener listener) {
    List<Recording> recordings = recordings();
    try {
      Files.createDirectories(folder);
      if (NurseryManifest.matches(folder, settings(), recordings)) {
        return new NurseryFiles(folder, NurseryManifest.hash(folder), true);
      }
      clear(folder);
      Files.writeString(folder.resolve(UNFINISHED), settings() + "\n");
      for (Recording recording : recordings) {
        Files.createDirectories(folder.resolve(recording.path()).getParent());
      }
      writeAll(folder, recordings, listener);
      String hash = NurseryManifest.write(folder, settings(), recordings);
      Files.delete(folder.resolve(UNFINISHED));
      return new NurseryFiles(folder, hash, false);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a toy nursery to " + folder + ": " + e, e);
    }
  }

  /**
   * Renders an unlabelled clip without a file: the middle window of its video.
   *
   * @param index in [0, number of pretraining clips)
   */
  public Clip renderUnlabelled(int index) {
    checkElementIndex(index, pretrainingClips, "unlabelled clip");
    return render(unlabelled(index), OptionalInt.empty());
  }

  /**
   * Renders an example of a task without a file.
   *
   * @param label the class
   * @param index in [0, train clips per class)
   */
  public Clip renderTrain(ToyTask task, int label, int index) {
    checkElementIndex(index, trainClipsPerClass, "train clip");
    return render(labelled(task, TRAIN, label, index), OptionalInt.of(label));
  }

  /**
   * Renders a test clip of a task without a file.
   *
   * @param label the class
   * @param index in [0, test clips per class)
   */
  public Clip renderTest(ToyTask task, int label, int index) {
    checkElementIndex(index, testClipsPerClass, "test clip");
    return render(labelled(task, TEST, label, index), OptionalInt.of(label));
  }

  private Clip render(Recording recording, OptionalInt label) {
    int first = (recording.frames() - ToyScene.FRAMES) / 2;
    int frameBytes = 3 * size * size;
    ByteBuffer pixels =
        recording
            .scene()
            .render(recording.frames(), size)
            .slice(first * frameBytes, ToyScene.FRAMES * frameBytes);
    double[] timestamps = new double[ToyScene.FRAMES];
    Arrays.setAll(timestamps, i -> (first + i) / (double) FileRate.RENDERED);
    ClipShape shape = new ClipShape(ToyScene.FRAMES, size, size);
    return new Clip(new ClipInfo(recording.path(), label), shape, pixels, timestamps);
  }

  /** All files, in the order of the list. */
  private List<Recording> recordings() {
    List<Recording> all = new ArrayList<>();
    for (int i = 0; i < pretrainingClips; i++) {
      all.add(unlabelled(i));
    }
    for (ToyTask task : ToyTask.values()) {
      for (int label = 0; label < task.classes().size(); label++) {
        for (int i = 0; i < trainClipsPerClass; i++) {
          all.add(labelled(task, TRAIN, label, i));
        }
        for (int i = 0; i < testClipsPerClass; i++) {
          all.add(labelled(task, TEST, label, i));
        }
      }
    }
    return all;
  }

  private Recording unlabelled(int index) {
    String path = UNLABELLED + "/" + number(index);
    return Recording.unlabelled(path, random(path));
  }

  private Recording labelled(ToyTask task, String split, int label, int index) {
    String path = String.join("/", task.folder(), split, task.classes().get(label), number(index));
    return Recording.labelled(path, task, label, random(path));
  }

  private static String number(int index) {
    return String.format(Locale.ROOT, "%06d", index);
  }

  /** A generator of its own for each file, so that no file depends on the others. */
  private RandomGenerator random(String path) {
    return new SplittableRandom(
        Hashing.sha256()
            .newHasher()
            .putLong(seed)
            .putString(path, StandardCharsets.UTF_8)
            .hash()
            .asLong());
  }

  private String settings() {
    return "# toy nursery version=%d seed=%d pretraining=%d train=%d test=%d size=%d"
        .formatted(VERSION, seed, pretrainingClips, trainClipsPerClass, testClipsPerClass, size);
  }

  /** Empties a folder of an older nursery, and refuses one with anything else in it. */
  private static void clear(Path folder) throws IOException {
    boolean ours =
        Files.exists(folder.resolve(NurseryManifest.NAME))
            || Files.exists(folder.resolve(UNFINISHED));
    if (!ours) {
      try (Stream<Path> entries = Files.list(folder)) {
        checkArgument(
            entries.findAny().isEmpty(),
            "%s must be empty or hold a toy nursery, but holds other files",
            folder);
      }
      return;
    }
    Files.deleteIfExists(folder.resolve(NurseryManifest.NAME));
    List<String> parts = new ArrayList<>(List.of(UNLABELLED));
    for (ToyTask task : ToyTask.values()) {
      parts.add(task.folder());
    }
    for (String part : parts) {
      if (Files.exists(folder.resolve(part))) {
        MoreFiles.deleteRecursively(folder.resolve(part), RecursiveDeleteOption.ALLOW_INSECURE);
      }
    }
  }

  private void writeAll(Path folder, List<Recording> recordings, ProgressListener listener) {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      CompletionService<Recording> written = new ExecutorCompletionService<>(pool);
      for (Recording recording : recordings) {
        written.submit(() -> recording.write(folder, size), recording);
      }
      for (int done = 1; done <= recordings.size(); done++) {
        written.take().get();
        listener.written(done, recordings.size());
      }
    } catch (ExecutionException e) {
      Throwables.throwIfUnchecked(e.getCause());
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while writing a toy nursery to " + folder, e);
    } finally {
      pool.shutdownNow();
      MoreExecutors.shutdownAndAwaitTermination(pool, Duration.ofMinutes(1));
    }
  }

  /** Hears of progress in {@link #write}. */
  @FunctionalInterface
  public interface ProgressListener {

    /** Called after each file, on the thread that called {@code write}. */
    void written(int files, int ofFiles);
  }

  /** How large a nursery to draw. */
  public static final class Builder {

    private static final int SMALLEST = 16;
    private static final int LARGEST = 1024;

    private Long seed;
    private int pretrainingClips = 5000;
    private int trainClipsPerClass = 50;
    private int testClipsPerClass = 60;
    private int size = 32;
    private int threads = Runtime.getRuntime().availableProcessors();

    private Builder() {}

    /** Decides every pixel. */
    public Builder setSeed(long seed) {
      this.seed = seed;
      return this;
    }

    /** Unlabelled videos, at least 1, by default 5000. */
    public Builder optPretrainingClips(int clips) {
      this.pretrainingClips = clips;
      return this;
    }

    /** Examples per class of each task, at least 1, by default 50. */
    public Builder optTrainClipsPerClass(int clips) {
      this.trainClipsPerClass = clips;
      return this;
    }

    /** Test clips per class of each task, at least 1, by default 60. */
    public Builder optTestClipsPerClass(int clips) {
      this.testClipsPerClass = clips;
      return this;
    }

    /** H and W of the videos in pixels, even, in [16, 1024], by default 32. */
    public Builder optSize(int pixels) {
      this.size = pixels;
      return this;
    }

    /** Files rendered and encoded at once, at least 1, by default one per processor. */
    public Builder optThreads(int threads) {
      this.threads = threads;
      return this;
    }

    /**
     * Makes a nursery, without writing it yet.
     *
     * @throws IllegalArgumentException if a number is out of range
     */
    public ToyNursery build() {
      Objects.requireNonNull(seed, "seed");
      checkAtLeastOne(pretrainingClips, "pretraining clips");
      checkAtLeastOne(trainClipsPerClass, "train clips per class");
      checkAtLeastOne(testClipsPerClass, "test clips per class");
      checkAtLeastOne(threads, "threads");
      checkArgument(
          size >= SMALLEST && size <= LARGEST && size % 2 == 0,
          "size must be even and in [%s, %s], but was %s",
          SMALLEST,
          LARGEST,
          size);
      return new ToyNursery(this);
    }

    private static void checkAtLeastOne(int value, String name) {
      checkArgument(value >= 1, "%s must be at least 1, but were %s", name, value);
    }
  }
}
