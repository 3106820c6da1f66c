package org.mae4j.data;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipShape;
import org.mae4j.api.ClipSource;

/** Clips of 2x4x6 pixels without files; a clip's pixels are its video's number. */
class FakeClips implements ClipSource {

  static final ClipShape SHAPE = new ClipShape(2, 4, 6);

  final AtomicInteger reads = new AtomicInteger();
  final AtomicInteger released = new AtomicInteger();
  private final int size;
  private final Set<Integer> broken;
  private final Stage stage;

  FakeClips(int size, Integer... broken) {
    this(Stage.DECODE, size, broken);
  }

  FakeClips(Stage stage, int size, Integer... broken) {
    this.size = size;
    this.broken = Set.of(broken);
    this.stage = stage;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public ClipInfo info(int index) {
    return new ClipInfo("video" + index, OptionalInt.of(index));
  }

  /** The first timestamp tells where the window would lie. */
  @Override
  public List<Clip> clips(int index, ClipRequest request) {
    reads.incrementAndGet();
    if (broken.contains(index)) {
      throw new ClipReadException(info(index).id(), stage, "out of order");
    }
    List<Clip> clips = new ArrayList<>();
    for (int i = 0; i < request.clips(); i++) {
      if (i > 0 && request.sharedWindow()) {
        clips.add(clips.get(0));
        continue;
      }
      ByteBuffer pixels = ByteBuffer.allocateDirect(2 * 4 * 6 * 3);
      while (pixels.hasRemaining()) {
        pixels.put((byte) index);
      }
      double start = request.placement().start(100, request.random());
      double[] times = {start, start + 1};
      clips.add(
          new Clip(
              info(index), SHAPE, pixels.flip(), times, remarks(index), released::incrementAndGet));
    }
    return clips;
  }

  /** One on every third video. */
  private static List<String> remarks(int index) {
    return index % 3 == 0 ? List.of("odd") : List.of();
  }
}
