package org.mae4j.data;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipShape;
import org.mae4j.api.frames.FrameReceiver;
import org.mae4j.data.augment.ClipAugmentation;
import org.mae4j.data.internal.ClipPlan;
import org.mae4j.data.internal.FramePart;
import org.mae4j.data.internal.PixelBuffers;
import org.mae4j.data.internal.PlannedAugmentation;

/**
 * Makes of frames, as they come, what waits for a batch: the augmented clip, or the part of the
 * frames that it will be made of, whichever takes less memory. No frame is kept at full size, but
 * where an augmentation has to see a clip as a whole.
 */
final class ClipCutter implements FrameReceiver, AutoCloseable {

  private final ClipAugmentation augmentation;
  private final IntFunction<RandomGenerator> generators;
  private final long mostToKeep;
  private final Function<ClipMaking.Group, ClipMaking> whole;
  private final PixelBuffers buffers;
  private final List<ReadClip> ready = new ArrayList<>();
  private Optional<ClipMaking> making = Optional.empty();

  /**
   * Nothing is made yet.
   *
   * @param generators of the draws for each clip, by its number
   * @param mostToKeep bytes of frames that may wait for each clip of a batch
   * @param whole for clips that cannot be augmented frame by frame
   * @param buffers for frames
   */
  ClipCutter(
      ClipAugmentation augmentation,
      IntFunction<RandomGenerator> generators,
      long mostToKeep,
      Function<ClipMaking.Group, ClipMaking> whole,
      PixelBuffers buffers) {
    this.augmentation = augmentation;
    this.generators = generators;
    this.mostToKeep = mostToKeep;
    this.whole = whole;
    this.buffers = buffers;
  }

  @Override
  public void begin(int first, int count, ClipInfo info, ClipShape shape, boolean still) {
    drop();
    List<ReadClip> others = ready.subList(first, ready.size());
    others.forEach(ReadClip::close);
    others.clear();
    ClipMaking.Group group = new ClipMaking.Group(first, count, info, shape, still);
    List<Optional<ClipPlan>> plans =
        IntStream.range(first, first + count)
            .mapToObj(generators)
            .map(
                draws -> PlannedAugmentation.of(augmentation, shape.height(), shape.width(), draws))
            .toList();
    making =
        Optional.of(
            plans.stream().allMatch(Optional::isPresent)
                ? framewise(group, plans.stream().map(Optional::orElseThrow).toList())
                : whole.apply(group));
  }

  private ClipMaking framewise(ClipMaking.Group group, List<ClipPlan> plans) {
    Rectangle part =
        plans.stream()
            .map(ClipPlan::source)
            .reduce(Rectangle::with)
            .map(needed -> FramePart.convertible(needed, group.wholeFrame()))
            .orElseThrow();
    long kept = group.frames() * FramePart.bytes(part);
    long made =
        plans.stream()
            .mapToLong(plan -> 3L * Float.BYTES * group.frames() * plan.size() * plan.size())
            .sum();
    Optional<ByteBuffer> memory =
        kept <= made && kept <= group.count() * mostToKeep && kept <= Integer.MAX_VALUE
            ? buffers.takeIfPlenty((int) kept)
            : Optional.empty();
    return memory.isPresent()
        ? new KeptParts(group, plans, part, memory.get(), buffers)
        : new CutClips(group, plans, part, buffers);
  }

  @Override
  public void add(Frame frame) {
    making.orElseThrow().add(frame);
  }

  @Override
  public void addAgain() {
    making.orElseThrow().addAgain();
  }

  @Override
  public void end(double[] timestamps, List<String> remarks) {
    ready.addAll(making.orElseThrow().end(timestamps, remarks));
    drop();
  }

  private void drop() {
    making.ifPresent(ClipMaking::close);
    making = Optional.empty();
  }

  /**
   * The clips, which are the caller's to close.
   *
   * @param count how many there must be
   */
  List<ReadClip> take(int count) {
    if (ready.size() != count) {
      throw new IllegalStateException(
          "a source must show the " + count + " clips it is asked for, but showed " + ready.size());
    }
    List<ReadClip> taken = List.copyOf(ready);
    ready.clear();
    return taken;
  }

  @Override
  public void close() {
    drop();
    ready.forEach(ReadClip::close);
    ready.clear();
  }
}
