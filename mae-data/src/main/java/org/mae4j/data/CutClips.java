package org.mae4j.data;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.mae4j.api.frames.FrameReceiver.Frame;
import org.mae4j.api.frames.FrameReceiver.Rectangle;
import org.mae4j.data.internal.ClipPlan;
import org.mae4j.data.internal.FramePart;
import org.mae4j.data.internal.PixelBuffers;

/** Makes each frame of all the clips as soon as it comes, and keeps no frame but that one. */
final class CutClips implements ClipMaking {

  private static final int CHANNELS = 3;

  private final Group group;
  private final Rectangle part;
  private final PixelBuffers buffers;
  private final List<One> clips = new ArrayList<>();
  // Memory for a part of a frame; null as long as there is none.
  private ByteBuffer scratch;
  private int size;

  /** A clip in the making. */
  private record One(ClipPlan plan, NDArray clip, FloatBuffer values) {}

  /**
   * Takes memory for the clips.
   *
   * @param part what all plans need
   * @param buffers for that part of a frame, where it is not in memory anyway
   */
  CutClips(Group group, List<ClipPlan> plans, Rectangle part, PixelBuffers buffers) {
    this.group = group;
    this.part = part;
    this.buffers = buffers;
    try {
      plans.forEach(this::begin);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private void begin(ClipPlan plan) {
    NDManager owner = NDManager.newBaseManager(Device.cpu());
    try {
      NDArray clip =
          owner.create(
              new Shape(CHANNELS, group.frames(), plan.size(), plan.size()), DataType.FLOAT32);
      clips.add(new One(plan, clip, ReadClip.values(clip)));
    } catch (RuntimeException | Error e) {
      owner.close();
      throw e;
    }
  }

  @Override
  public void add(Frame frame) {
    FramePart there =
        frame
            .pixels()
            .map(pixels -> new FramePart(pixels, 0, group.wholeFrame()))
            .orElseGet(() -> written(frame));
    for (One one : clips) {
      one.plan().make(there, one.values(), size, group.frames());
    }
    size++;
  }

  private FramePart written(Frame frame) {
    if (scratch == null) {
      long bytes = FramePart.bytes(part);
      group.checkFits(bytes, "a frame", buffers);
      scratch = buffers.take((int) bytes);
    }
    frame.write(part, scratch, 0);
    return new FramePart(scratch, 0, part);
  }

  @Override
  public void addAgain() {
    for (One one : clips) {
      int plane = one.plan().size() * one.plan().size();
      for (int channel = 0; channel < CHANNELS; channel++) {
        int place = (channel * group.frames() + size) * plane;
        one.values().put(place, one.values(), place - plane, plane);
      }
    }
    size++;
  }

  @Override
  public List<ReadClip> end(double[] timestamps, List<String> remarks) {
    clips.forEach(one -> one.plan().finish(one.values(), group.frames()));
    List<ReadClip> made =
        clips.stream()
            .map(one -> new ReadClip.Made(one.clip()))
            .map(clip -> new ReadClip(group.info(), group.shape().frames(), remarks, clip))
            .toList();
    clips.clear();
    return made;
  }

  @Override
  public void close() {
    if (scratch != null) {
      buffers.giveBack(scratch);
      scratch = null;
    }
    clips.forEach(one -> one.clip().getManager().close());
    clips.clear();
  }
}
