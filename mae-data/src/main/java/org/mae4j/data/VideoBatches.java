package org.mae4j.data;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.mae4j.api.BatchSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipSource;
import org.mae4j.api.ClipSource.Identity;
import org.mae4j.api.TrainingClips;
import org.mae4j.data.augment.ClipAugmentation;
import org.mae4j.data.augment.Crop;
import org.mae4j.data.augment.Frames;
import org.mae4j.data.dataset.VideoFiles;
import org.mae4j.data.internal.PixelBuffers;

/**
 * Batches of augmented clips of videos. Clips are augmented in main memory, on as many threads as
 * the loader reads on, the caller's among them; the finished batch goes to the device.
 *
 * <p>The last argument of a factory changes what it sets of the {@link ClipLoader}, for example
 *
 * <pre>{@code
 * VideoBatches.training(videos, clips, seed, loader -> loader.optThreads(4).optPrefetch(2));
 * // Four random windows of each video instead of the one in the middle:
 * VideoBatches.evaluation(
 *     videos,
 *     input,
 *     loader ->
 *         loader.setBatchSize(64).optRepeats(4, false)
 *             .optPlacement(WindowPlacement.random()).optSeed(seed));
 * }</pre>
 */
public final class VideoBatches implements BatchSource {

  /** Videos in a batch where nothing is learnt. */
  private static final int EVALUATED = 16;

  private final ClipLoader loader;
  private final ClipAugmentation augmentation;
  private final ParallelLoop threads;
  // The first augmented clip's; null until there is one.
  private volatile Shape augmented;

  /**
   * Batches of what the loader reads.
   *
   * @param loader taken over: closed with this
   * @param augmentation is given draws of its own for each clip, repeated ones included; safe for
   *     use by several threads at once
   */
  public VideoBatches(ClipLoader loader, ClipAugmentation augmentation) {
    this.loader = Objects.requireNonNull(loader, "loader");
    this.augmentation = Objects.requireNonNull(augmentation, "augmentation");
    this.threads = new ParallelLoop(loader.threads(), "clip-augmentation");
    loader.readBy(this::cut);
  }

  /** As {@link #training(ClipSource, TrainingClips, long, UnaryOperator)} with these options. */
  public static VideoBatches training(ClipSource videos, TrainingClips clips, long seed) {
    return training(videos, clips, seed, UnaryOperator.identity());
  }

  /**
   * Random windows, crops and distortions, in an endless seeded order. Another video takes the
   * place of one that cannot be read.
   *
   * @param videos stay open
   * @param seed decides all draws
   * @param options changes the loader, for which the rest is set
   * @return to be closed by the caller
   * @throws IllegalArgumentException if this machine has less memory than one batch takes
   */
  public static VideoBatches training(
      ClipSource videos,
      TrainingClips clips,
      long seed,
      UnaryOperator<ClipLoader.Builder> options) {
    ClipLoader.Builder loader =
        ClipLoader.builder()
            .setSource(videos)
            .setSampling(clips.input().sampling())
            .setBatchSize(clips.batchSize())
            .optRepeats(clips.clipsPerVideo(), true)
            .optSeed(seed);
    ClipLoader built = options.apply(loader).build();
    try {
      BatchMemory.check(built.clipsPerBatch(), clips.input().shape());
      return new VideoBatches(built, Crop.training(clips));
    } catch (RuntimeException | Error e) {
      built.close();
      throw e;
    }
  }

  /** As a model sees videos when nothing is random: by {@link ClipView#centre}. */
  public static VideoBatches evaluation(ClipSource videos, ClipInput input) {
    return evaluation(videos, ClipView.centre(input));
  }

  /** By {@link ClipView#centre}, with other options. */
  public static VideoBatches evaluation(
      ClipSource videos, ClipInput input, UnaryOperator<ClipLoader.Builder> options) {
    return evaluation(videos, ClipView.centre(input), options);
  }

  /** As {@link #evaluation(ClipSource, ClipView, UnaryOperator)} with these options. */
  public static VideoBatches evaluation(ClipSource videos, ClipView view) {
    return evaluation(videos, view, UnaryOperator.identity());
  }

  /**
   * One fixed pass: each video or image once, in the source's own order, 16 in a batch. One that
   * cannot be read is left out, see {@link ClipLoader.Builder#optLeaveOutBroken}. Where a view is
   * random the seed is 0.
   *
   * @param videos stay open
   * @param view how to look at them
   * @param options changes the loader, for which the rest is set
   * @return to be closed by the caller
   */
  public static VideoBatches evaluation(
      ClipSource videos, ClipView view, UnaryOperator<ClipLoader.Builder> options) {
    ClipLoader.Builder loader =
        ClipLoader.builder()
            .setSource(videos)
            .setSampling(view.sampling())
            .setBatchSize(EVALUATED)
            .optPlacement(view.placement())
            .optFixedOrder()
            .optLeaveOutBroken();
    return new VideoBatches(options.apply(loader).build(), view.augmentation());
  }

  /**
   * One video's clip as a model sees it: the window in its middle, by {@link ClipView#centre}.
   *
   * @param manager owns the clip, and decides the device
   * @return (1, 3, T, S, S), float32, normalised
   * @throws TooManyBrokenFilesException if it cannot be read
   */
  public static NDArray clip(Path video, ClipInput input, NDManager manager) {
    try (VideoBatches one =
        evaluation(VideoFiles.of(video), input, loader -> loader.optThreads(1))) {
      return one.batch(0, manager).clips();
    }
  }

  @Override
  public long batchesPerPass() {
    return loader.batchesPerPass();
  }

  @Override
  public void readEvery(int stride) {
    loader.readEvery(stride);
  }

  /**
   * Why each of the videos that could not be read so far could not, in the order of their names.
   */
  @Override
  public List<ClipReadException> brokenFiles() {
    return loader.brokenFiles();
  }

  @Override
  public Optional<Identity> data() {
    return Optional.of(loader.data());
  }

  @Override
  public Map<String, Set<String>> remarks() {
    return loader.remarks();
  }

  /**
   * {@inheritDoc}
   *
   * @throws TooManyBrokenFilesException if a larger share of the videos than allowed cannot be read
   */
  @Override
  public ClipBatch batch(long index, NDManager manager) {
    long begin = System.nanoTime();
    List<List<ReadClip>> videos = loader.videos(index);
    double waited = (System.nanoTime() - begin) / 1e9;
    try (NDManager memory = manager.newSubManager(Device.cpu())) {
      List<Drawn> clips = drawn(loader.firstSlot(index), videos);
      NDArray batch = batch(clips, memory).toDevice(manager.getDevice(), false);
      batch.attach(manager);
      return new ClipBatch(batch, clips.stream().map(clip -> clip.read().info()).toList(), waited);
    } finally {
      videos.forEach(clips -> clips.forEach(ReadClip::close));
    }
  }

  /** A clip, and the place in the stream that decides what is drawn for it. */
  private record Drawn(ReadClip read, long slot, int repeat) {}

  private static List<Drawn> drawn(long firstSlot, List<List<ReadClip>> videos) {
    List<Drawn> clips = new ArrayList<>();
    for (int video = 0; video < videos.size(); video++) {
      List<ReadClip> repeats = videos.get(video);
      for (int repeat = 0; repeat < repeats.size(); repeat++) {
        clips.add(new Drawn(repeats.get(repeat), firstSlot + video, repeat));
      }
    }
    return clips;
  }

  /** Cuts clips out of the frames of a video while it is decoded, on the thread that does so. */
  private List<ReadClip> cut(
      ClipSource source, int video, ClipRequest request, long slot, int first) {
    IntFunction<RandomGenerator> generators = clip -> generator(slot, first + clip);
    // Who waits for memory must not hold much of it: a video's first clips must not wait for
    // others.
    boolean alone = request.sharedWindow() || loader.repeats() == 1;
    try (ClipCutter cutter =
        new ClipCutter(
            augmentation,
            generators,
            PixelBuffers.MEMORY / 4 / loader.clipsPerBatch(),
            group ->
                new CollectedClips(
                    group,
                    augmentation,
                    generators,
                    clips -> alone && isSmall(clips),
                    shape -> augmented = shape,
                    PixelBuffers.SHARED),
            PixelBuffers.SHARED)) {
      source.read(video, request, cutter);
      return cutter.take(request.clips());
    }
  }

  /** Whether clips take less than what is made of them, as far as that is known. */
  private boolean isSmall(List<Clip> clips) {
    Shape square = augmented;
    if (square == null) {
      return false;
    }
    long frames = clips.get(0).isStill() ? 1 : clips.get(0).shape().frames();
    long made =
        (long) clips.size() * Float.BYTES * square.get(0) * frames * square.get(2) * square.get(3);
    long bytes = ReadClip.bytes(clips.get(0));
    return made >= bytes
        && loader.clipsPerBatch() / clips.size() * bytes <= PixelBuffers.MEMORY / 4;
  }

  private NDArray batch(List<Drawn> clips, NDManager memory) {
    if (clips.isEmpty()) {
      // Whoever has seen no clip yet cannot know how large they would be.
      return memory.create(new Shape(0), DataType.FLOAT32);
    }
    NDArray batch = BatchMemory.allocate(shape(clips, memory), memory);
    threads.run(
        clips.size(),
        i -> {
          try (NDArray place = batch.get(i)) {
            put(clips.get(i), place, memory);
          }
        });
    return batch;
  }

  private void put(Drawn drawn, NDArray place, NDManager memory) {
    ReadClip.Content content = drawn.read().content();
    if (content instanceof ReadClip.Made made) {
      Frames.copy(made.clip(), place);
      // Not only when the others are copied, so that the batch and all of it are never there at
      // once.
      drawn.read().close();
    } else if (content instanceof ReadClip.Part part) {
      make(part, place, memory);
    } else if (content instanceof ReadClip.Whole whole) {
      augment(whole.clip(), generator(drawn), place, memory);
    }
  }

  private static void make(ReadClip.Part part, NDArray place, NDManager memory) {
    int size = part.plan().size();
    long frames = part.pixels().isStill() ? 1 : place.getShape().get(1);
    Shape shape = new Shape(3, frames, size, size);
    if (shape.equals(place.getShape())) {
      part.makeInto(place);
      return;
    }
    try (NDArray made = memory.create(shape, DataType.FLOAT32)) {
      part.makeInto(made);
      Frames.copy(made, place);
    }
  }

  private void augment(Clip clip, RandomGenerator random, NDArray place, NDManager memory) {
    // What the augmentation makes on its way belongs to the frames' manager, and goes with it.
    try (NDManager step = memory.newSubManager()) {
      NDArray frames = Frames.of(clip, step);
      if (frames.getShape().get(0) == place.getShape().get(1)) {
        augmentation.applyTo(place, frames, random);
      } else {
        Frames.copy(augmentation.apply(frames, random), place);
      }
    }
  }

  /** (N, 3, T, S, S): the very first clip says which S. */
  private Shape shape(List<Drawn> clips, NDManager memory) {
    Drawn first = clips.get(0);
    Shape one = square(first, memory);
    return new Shape(clips.size(), one.get(0), first.read().frames(), one.get(2), one.get(3));
  }

  /** (3, T, S, S) of what is made of a clip, of whichever T. */
  private Shape square(Drawn drawn, NDManager memory) {
    ReadClip.Content content = drawn.read().content();
    if (content instanceof ReadClip.Part part) {
      return new Shape(3, 1, part.plan().size(), part.plan().size());
    }
    if (content instanceof ReadClip.Made made) {
      return made.clip().getShape();
    }
    if (augmented == null) {
      try (NDManager step = memory.newSubManager()) {
        Clip clip = ((ReadClip.Whole) content).clip();
        augmented = augmentation.apply(Frames.of(clip, step), generator(drawn)).getShape();
      }
    }
    return augmented;
  }

  private RandomGenerator generator(Drawn drawn) {
    return generator(drawn.slot(), drawn.repeat());
  }

  private RandomGenerator generator(long slot, int repeat) {
    return Draws.AUGMENTATION.generator(loader.seed(), slot, repeat);
  }

  @Override
  public void close() {
    loader.close();
    threads.close();
  }
}
