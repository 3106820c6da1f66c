package org.mae4j.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.mae4j.api.BatchSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.data.augment.ClipAugmentation;
import org.mae4j.data.augment.Frames;

/**
 * Batches of augmented clips of videos. Clips are augmented on as many threads as the loader reads
 * on, the caller's among them: clip by clip where the batch is in main memory, else video by video,
 * so that a device holds the frames of repeated clips once.
 */
public final class VideoBatches implements BatchSource {

  private final ClipLoader loader;
  private final ClipAugmentation augmentation;
  private final ParallelLoop threads;

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
  }

  @Override
  public long batchesPerPass() {
    return loader.batchesPerPass();
  }

  /**
   * Why each of the videos that could not be read so far could not, in the order of their names.
   */
  public List<ClipReadException> brokenFiles() {
    return loader.brokenFiles();
  }

  /**
   * {@inheritDoc}
   *
   * @throws TooManyBrokenFilesException if a larger share of the videos than allowed cannot be read
   */
  @Override
  public ClipBatch read(long index, NDManager manager) {
    try (LoadedBatch loaded = loader.read(index);
        NDManager scope = manager.newSubManager()) {
      NDArray batch = manager.getDevice().isGpu() ? stack(loaded, scope) : fill(loaded, scope);
      batch.attach(manager);
      List<ClipInfo> sources =
          loaded.videos().stream().flatMap(List::stream).map(Clip::info).toList();
      return new ClipBatch(batch, sources, loaded.waitSeconds());
    }
  }

  private NDArray fill(LoadedBatch loaded, NDManager scope) {
    int repeats = loaded.videos().get(0).size();
    int clips = repeats * loaded.videos().size();
    int frames = loaded.videos().get(0).get(0).shape().frames();
    BatchInMemory batch = new BatchInMemory(clips, frames, scope);
    threads.run(
        clips,
        i -> {
          // What the augmentation makes on its way belongs to the frames' manager, and goes with
          // it.
          try (NDManager step = scope.newSubManager()) {
            Clip clip = loaded.videos().get(i / repeats).get(i % repeats);
            NDArray decoded = Frames.distinct(clip, step);
            long slot = loaded.firstSlot() + i / repeats;
            batch.put(i, augmentation.apply(decoded, generator(slot, i % repeats)));
          }
        });
    return batch.batch();
  }

  private NDArray stack(LoadedBatch loaded, NDManager scope) {
    int videos = loaded.videos().size();
    List<NDList> augmented = Stream.generate(NDList::new).limit(videos).toList();
    threads.run(
        videos,
        i -> augment(loaded.videos().get(i), loaded.firstSlot() + i, scope, augmented.get(i)));
    NDList clips = new NDList();
    augmented.forEach(clips::addAll);
    return NDArrays.stack(clips);
  }

  /** Adds a video's augmented clips to {@code augmented}; they belong to {@code scope}. */
  private void augment(List<Clip> repeats, long slot, NDManager scope, NDList augmented) {
    NDArray frames = null;
    for (int r = 0; r < repeats.size(); r++) {
      if (r == 0 || repeats.get(r) != repeats.get(r - 1)) {
        if (frames != null) {
          frames.close();
        }
        frames = Frames.distinct(repeats.get(r), scope);
      }
      // What the augmentation makes on its way belongs to the frames' manager, and goes with it.
      try (NDManager step = scope.newSubManager()) {
        frames.attach(step);
        NDArray clip = augmentation.apply(frames, generator(slot, r));
        NDArray whole = repeats.get(r).isStill() ? show(clip, repeats.get(r)) : clip;
        whole.attach(scope);
        frames.attach(scope);
        augmented.add(whole);
      }
    }
    if (frames != null) {
      frames.close();
    }
  }

  /** A still's augmented frame, (3, 1, S, S), T times, without a copy. */
  private static NDArray show(NDArray frame, Clip still) {
    Shape shape = frame.getShape();
    return frame.broadcast(shape.get(0), still.shape().frames(), shape.get(2), shape.get(3));
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
