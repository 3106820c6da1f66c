package org.mae4j.data;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.mae4j.api.Clip;
import org.mae4j.api.frames.FrameReceiver.Frame;
import org.mae4j.data.augment.ClipAugmentation;
import org.mae4j.data.augment.Frames;
import org.mae4j.data.internal.PixelBuffers;
import org.mae4j.data.internal.WholeClips;

/** Collects the frames for an augmentation that has to see all of a clip at once. */
final class CollectedClips implements ClipMaking {

  private final Group group;
  private final WholeClips clips;
  private final ClipAugmentation augmentation;
  private final IntFunction<RandomGenerator> generators;
  private final Predicate<List<Clip>> mayWait;
  private final Consumer<Shape> shapes;

  /**
   * Takes memory for one clip at full size.
   *
   * @param generators of the draws for each clip, by its number
   * @param mayWait whether clips wait for their batch as they are
   * @param shapes is told what is made
   */
  CollectedClips(
      Group group,
      ClipAugmentation augmentation,
      IntFunction<RandomGenerator> generators,
      Predicate<List<Clip>> mayWait,
      Consumer<Shape> shapes,
      PixelBuffers buffers) {
    this.group = group;
    this.augmentation = augmentation;
    this.generators = generators;
    this.mayWait = mayWait;
    this.shapes = shapes;
    this.clips = new WholeClips(1, buffers);
    clips.begin(0, group.count(), group.info(), group.shape(), group.still());
  }

  @Override
  public void add(Frame frame) {
    clips.add(frame);
  }

  @Override
  public void addAgain() {
    clips.addAgain();
  }

  @Override
  public List<ReadClip> end(double[] timestamps, List<String> remarks) {
    clips.end(timestamps, remarks);
    List<Clip> all = clips.take();
    List<ReadClip> made = new ArrayList<>();
    boolean done = false;
    try {
      if (mayWait.test(all)) {
        done = true;
        return all.stream().map(ReadClip::whole).toList();
      }
      for (int i = 0; i < all.size(); i++) {
        NDArray one = augmented(all.get(i), generators.apply(group.first() + i));
        shapes.accept(one.getShape());
        made.add(
            new ReadClip(group.info(), group.shape().frames(), remarks, new ReadClip.Made(one)));
      }
      all.forEach(Clip::close);
      done = true;
      return made;
    } finally {
      if (!done) {
        made.forEach(ReadClip::close);
        all.forEach(Clip::close);
      }
    }
  }

  /** In a manager of its own. */
  private NDArray augmented(Clip clip, RandomGenerator random) {
    NDManager owner = NDManager.newBaseManager(Device.cpu());
    try (NDManager step = owner.newSubManager()) {
      NDArray made = augmentation.apply(Frames.of(clip, step), random);
      made.attach(owner);
      return made;
    } catch (RuntimeException | Error e) {
      owner.close();
      throw e;
    }
  }

  @Override
  public void close() {
    clips.close();
  }
}
