package org.mae4j.data;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.mae4j.api.BatchSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.data.augment.ClipAugmentation;
import org.mae4j.data.augment.Frames;

/**
 * Batches of augmented clips of videos. Clips are augmented in main memory, on as many threads as
 * the loader reads on, the caller's among them; the finished batch goes to the device.
 */
public final class VideoBatches implements BatchSource {

  private final ClipLoader loader;
  private final ClipAugmentation augmentation;
  private final ParallelLoop threads;
  // The first augmented clip's.
  private Shape augmented;

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
  public ClipBatch batch(long index, NDManager manager) {
    try (LoadedBatch loaded = loader.load(index);
        NDManager memory = manager.newSubManager(Device.cpu())) {
      NDArray batch = augment(loaded, memory).toDevice(manager.getDevice(), false);
      batch.attach(manager);
      List<ClipInfo> sources =
          loaded.videos().stream().flatMap(List::stream).map(Clip::info).toList();
      return new ClipBatch(batch, sources, loaded.waitSeconds());
    }
  }

  private NDArray augment(LoadedBatch loaded, NDManager memory) {
    int repeats = loaded.videos().get(0).size();
    int clips = repeats * loaded.videos().size();
    NDArray batch = memory.create(shape(loaded, clips, memory), DataType.FLOAT32);
    threads.run(
        clips,
        i -> {
          Clip clip = loaded.videos().get(i / repeats).get(i % repeats);
          RandomGenerator random = generator(loaded.firstSlot() + i / repeats, i % repeats);
          try (NDArray place = batch.get(i)) {
            augment(clip, random, place, memory);
          }
        });
    return batch;
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

  /** (N, 3, T, S, S): what the augmentation makes of the very first clip says which S. */
  private Shape shape(LoadedBatch loaded, int clips, NDManager memory) {
    Clip first = loaded.videos().get(0).get(0);
    if (augmented == null) {
      try (NDManager step = memory.newSubManager()) {
        RandomGenerator random = generator(loaded.firstSlot(), 0);
        augmented = augmentation.apply(Frames.of(first, step), random).getShape();
      }
    }
    return new Shape(
        clips, augmented.get(0), first.shape().frames(), augmented.get(2), augmented.get(3));
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
