package org.mae4j.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.mae4j.api.BatchSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.data.augment.ClipAugmentation;
import org.mae4j.data.augment.Frames;

/** Batches of augmented clips of videos. */
public final class VideoBatches implements BatchSource {

  private final ClipLoader loader;
  private final ClipAugmentation augmentation;

  /**
   * Batches of what the loader reads.
   *
   * @param loader taken over: closed with this
   * @param augmentation is given draws of its own for each clip, repeated ones included
   */
  public VideoBatches(ClipLoader loader, ClipAugmentation augmentation) {
    this.loader = Objects.requireNonNull(loader, "loader");
    this.augmentation = Objects.requireNonNull(augmentation, "augmentation");
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
    List<ClipInfo> sources = new ArrayList<>();
    try (LoadedBatch loaded = loader.read(index);
        NDManager scope = manager.newSubManager()) {
      NDList clips = new NDList();
      for (int i = 0; i < loaded.videos().size(); i++) {
        List<Clip> repeats = loaded.videos().get(i);
        augment(repeats, loaded.firstSlot() + i, scope, clips);
        repeats.forEach(clip -> sources.add(clip.info()));
      }
      NDArray batch = NDArrays.stack(clips);
      batch.attach(manager);
      return new ClipBatch(batch, sources, loaded.waitSeconds());
    }
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
        NDArray clip =
            augmentation.apply(frames, Draws.AUGMENTATION.generator(loader.seed(), slot, r));
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

  @Override
  public void close() {
    loader.close();
  }
}
