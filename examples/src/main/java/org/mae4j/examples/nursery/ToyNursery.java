package org.mae4j.examples.nursery;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkElementIndex;

import com.google.common.base.Throwables;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
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
import org.mae4j.api.FrameSampling;
import org.mae4j.train.RunLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A world of toys for pretraining and few-shot learning: unlabelled videos, and the labelled tasks
 * of {@link ToyTask}, drawn from a seed.
 *
 * <p>Two kinds of unlabelled videos differ in what they show and in nothing else. Of the diverse
 * ones, each has a room and toys of its own. A child's, {@link Builder#optChildClips}, show one
 * home: the toy counterpart of headcam footage beside a collection of other people's videos.
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

  /** Goes up when the same seed begins to mean another world. */
  private static final int VERSION = 2;

  private static final Logger logger = LoggerFactory.getLogger(ToyNursery.class);
  private static final Duration POLL = Duration.ofMillis(200);

  /** Marks a folder as ours until its list is written. */
  private static final String UNFINISHED = "nursery.unfinished";

  private final long seed;
  private final int pretrainingClips;
  private final int childClips;
  private final int trainClipsPerClass;
  private final int testClipsPerClass;
  private final int trainImagesPerClass;
  private final int testImagesPerClass;
  private final int size;
  private final int threads;

  private ToyNursery(Builder builder) {
    seed = builder.seed;
    pretrainingClips = builder.pretrainingClips;
    childClips = builder.childClips;
    trainClipsPerClass = builder.trainClipsPerClass;
    testClipsPerClass = builder.testClipsPerClass;
    trainImagesPerClass = builder.trainImagesPerClass;
    testImagesPerClass = builder.testImagesPerClass;
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
    List<NurseryFile> files = files();
    try {
      Files.createDirectories(folder);
      Optional<NurseryFiles> found = find(folder, files);
      return found.isPresent() ? found.get() : writeAlone(folder, files, listener);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a toy nursery to " + folder + ": " + e, e);
    }
  }

  private Optional<NurseryFiles> find(Path folder, List<NurseryFile> files) throws IOException {
    return NurseryManifest.matches(folder, settings(), files)
        ? Optional.of(new NurseryFiles(folder, NurseryManifest.hash(folder), true))
        : Optional.empty();
  }

  /** What another process is writing is waited for, and taken. */
  private NurseryFiles writeAlone(Path folder, List<NurseryFile> files, ProgressListener listener)
      throws IOException {
    requireOurs(folder);
    RunLock lock = lock(folder);
    try (lock) {
      Optional<NurseryFiles> found = find(folder, files);
      if (found.isPresent()) {
        return found.get();
      }
      clear(folder);
      Files.writeString(folder.resolve(UNFINISHED), settings() + "\n");
      for (NurseryFile file : files) {
        Files.createDirectories(folder.resolve(file.path()).getParent());
      }
      writeAll(folder, files, listener);
      String hash = NurseryManifest.write(folder, settings(), files);
      Files.delete(folder.resolve(UNFINISHED));
      return new NurseryFiles(folder, hash, false);
    }
  }

  private static RunLock lock(Path folder) {
    Optional<RunLock> lock = RunLock.tryAcquire(folder);
    if (lock.isEmpty()) {
      logger.info("waiting for another process, which renders videos into {}", folder);
    }
    while (lock.isEmpty()) {
      Uninterruptibles.sleepUninterruptibly(POLL);
      lock = RunLock.tryAcquire(folder);
    }
    return lock.get();
  }

  /**
   * Renders an unlabelled clip without a file: the middle window of its video.
   *
   * @param index in [0, number of pretraining clips)
   */
  public Clip renderUnlabelled(int index) {
    checkElementIndex(index, pretrainingClips, "unlabelled clip");
    return unlabelled(index).render(OptionalInt.empty(), size);
  }

  /**
   * Renders a clip of the child's home without a file: the middle window of its video.
   *
   * @param index in [0, number of child clips)
   */
  public Clip renderChild(int index) {
    checkElementIndex(index, childClips, "child clip");
    return child(index, home()).render(OptionalInt.empty(), size);
  }

  /**
   * Renders an example of a task without a file; an image is a clip of one frame.
   *
   * @param label the class
   * @param index in [0, train examples per class)
   */
  public Clip renderTrain(ToyTask task, int label, int index) {
    checkElementIndex(index, trainExamplesPerClass(task), "train example");
    return labelled(task, NurseryFiles.TRAIN, label, index).render(OptionalInt.of(label), size);
  }

  /**
   * Renders a test example of a task without a file; an image is a clip of one frame.
   *
   * @param label the class
   * @param index in [0, test examples per class)
   */
  public Clip renderTest(ToyTask task, int label, int index) {
    checkElementIndex(index, testExamplesPerClass(task), "test example");
    return labelled(task, NurseryFiles.TEST, label, index).render(OptionalInt.of(label), size);
  }

  /** All files, in the order of the list. */
  private List<NurseryFile> files() {
    List<NurseryFile> all = new ArrayList<>();
    for (int i = 0; i < pretrainingClips; i++) {
      all.add(unlabelled(i));
    }
    ToyHome home = home();
    for (int i = 0; i < childClips; i++) {
      all.add(child(i, home));
    }
    for (ToyTask task : ToyTask.values()) {
      for (int label = 0; label < task.classes().size(); label++) {
        for (int i = 0; i < trainExamplesPerClass(task); i++) {
          all.add(labelled(task, NurseryFiles.TRAIN, label, i));
        }
        for (int i = 0; i < testExamplesPerClass(task); i++) {
          all.add(labelled(task, NurseryFiles.TEST, label, i));
        }
      }
    }
    return all;
  }

  private int trainExamplesPerClass(ToyTask task) {
    return task.isOfImages() ? trainImagesPerClass : trainClipsPerClass;
  }

  private int testExamplesPerClass(ToyTask task) {
    return task.isOfImages() ? testImagesPerClass : testClipsPerClass;
  }

  private NurseryFile unlabelled(int index) {
    String path = NurseryFiles.UNLABELLED + "/" + number(index);
    return Recording.unlabelled(path, random(path));
  }

  private NurseryFile child(int index, ToyHome home) {
    String path = NurseryFiles.CHILD + "/" + number(index);
    return Recording.child(path, home, random(path));
  }

  private ToyHome home() {
    return ToyHome.draw(random("home"));
  }

  private NurseryFile labelled(ToyTask task, String split, int label, int index) {
    String path = String.join("/", task.folder(), split, task.classes().get(label), number(index));
    return task.shape(label)
        .<NurseryFile>map(shape -> StillImage.of(path, shape, random(path)))
        .orElseGet(() -> Recording.labelled(path, task, label, random(path)));
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

  /** What is not asked for is not mentioned: a nursery without it is the same as ever. */
  private String settings() {
    return String.format(
            Locale.ROOT,
            "# toy nursery version=%d seed=%d pretraining=%d train=%d test=%d size=%d",
            VERSION,
            seed,
            pretrainingClips,
            trainClipsPerClass,
            testClipsPerClass,
            size)
        + (childClips > 0 ? " child=" + childClips : "")
        + (trainImagesPerClass > 0
            ? " objects=" + trainImagesPerClass + "+" + testImagesPerClass
            : "");
  }

  /** Refuses a folder with anything else in it. */
  private static void requireOurs(Path folder) throws IOException {
    if (Files.exists(folder.resolve(NurseryManifest.NAME))
        || Files.exists(folder.resolve(UNFINISHED))) {
      return;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      checkArgument(
          entries.allMatch(entry -> entry.endsWith(RunLock.FILE)),
          "%s must be empty or hold a toy nursery, but holds other files",
          folder);
    }
  }

  /** Empties a folder of an older nursery. */
  private static void clear(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve(NurseryManifest.NAME));
    List<String> parts = new ArrayList<>(List.of(NurseryFiles.UNLABELLED, NurseryFiles.CHILD));
    for (ToyTask task : ToyTask.values()) {
      parts.add(task.folder());
    }
    for (String part : parts) {
      if (Files.exists(folder.resolve(part))) {
        MoreFiles.deleteRecursively(folder.resolve(part), RecursiveDeleteOption.ALLOW_INSECURE);
      }
    }
  }

  private void writeAll(Path folder, List<NurseryFile> files, ProgressListener listener) {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      CompletionService<NurseryFile> written = new ExecutorCompletionService<>(pool);
      for (NurseryFile file : files) {
        written.submit(() -> file.write(folder, size), file);
      }
      for (int done = 1; done <= files.size(); done++) {
        written.take().get();
        listener.written(done, files.size());
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
    private int childClips;
    private int trainClipsPerClass = 50;
    private int testClipsPerClass = 60;
    private int trainImagesPerClass;
    private int testImagesPerClass;
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

    /**
     * Videos of what one child sees at home, at least 0, by default 0: everything happens in the
     * same 24 rooms and with the same 96 toys, which the seed decides.
     */
    public Builder optChildClips(int clips) {
      this.childClips = clips;
      return this;
    }

    /**
     * Images per class of {@link ToyTask#OBJECTS}, by default none.
     *
     * @param train at least 1
     * @param test at least 1
     */
    public Builder optObjects(int train, int test) {
      checkAtLeastOne(train, "train images per class");
      checkAtLeastOne(test, "test images per class");
      this.trainImagesPerClass = train;
      this.testImagesPerClass = test;
      return this;
    }

    /** Examples per class of each task of videos, at least 1, by default 50. */
    public Builder optTrainClipsPerClass(int clips) {
      this.trainClipsPerClass = clips;
      return this;
    }

    /** Test clips per class of each task of videos, at least 1, by default 60. */
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
      checkArgument(childClips >= 0, "child clips must be at least 0, but were %s", childClips);
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
