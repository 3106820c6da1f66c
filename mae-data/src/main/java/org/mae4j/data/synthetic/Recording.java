package org.mae4j.data.synthetic;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.mae4j.data.ffmpeg.VideoWriter;

/**
 * One file of a nursery: what it shows and in what form. The scene itself is drawn when it is
 * wanted, since thousands of them would not fit in memory.
 *
 * @param path relative to the nursery's folder, with slashes
 * @param frames rendered frames, at least 16
 */
record Recording(
    String path,
    Motion motion,
    Room room,
    ToyShape shape,
    int frames,
    FileKind kind,
    FileRate rate,
    long sceneSeed) {

  private static final int MOST_EXTRA_FRAMES = 8;
  private static final double QUALITY = 0.95;

  /** Footage to pretrain on: anything, in any form, about two fifths longer than a window. */
  static Recording unlabelled(String pathWithoutExtension, RandomGenerator random) {
    FileRate rate = drawRate(random);
    // A random window of a file that shows each frame once would hold its last frame twice: the
    // reference's arithmetic finds only 15 whole frames between two fractional ones.
    boolean longer = Draw.integer(random, 1, 3) < 3 && !rate.showsEachOnce();
    int extra = longer ? Draw.integer(random, 1, MOST_EXTRA_FRAMES) : 0;
    return draw(
        pathWithoutExtension,
        Draw.from(random, Motion.values()),
        Draw.from(random, Room.values()),
        ToyScene.FRAMES + extra,
        List.of(FileKind.values()),
        rate,
        random);
  }

  /** A clip of a labelled task: exactly one window long. */
  static Recording labelled(
      String pathWithoutExtension, ToyTask task, int label, RandomGenerator random) {
    return draw(
        pathWithoutExtension,
        task.motion(label).orElseGet(() -> Draw.from(random, Motion.values())),
        task.room(label).orElseGet(() -> Draw.from(random, Room.values())),
        ToyScene.FRAMES,
        task.fileKinds(),
        drawRate(random),
        random);
  }

  private static Recording draw(
      String pathWithoutExtension,
      Motion motion,
      Room room,
      int frames,
      List<FileKind> kinds,
      FileRate rate,
      RandomGenerator random) {
    FileKind kind = Draw.weighted(random, kinds, FileKind::weight);
    return new Recording(
        pathWithoutExtension + "." + kind.extension(),
        motion,
        room,
        Draw.from(random, ToyShape.values()),
        frames,
        kind,
        rate,
        random.nextLong());
  }

  private static FileRate drawRate(RandomGenerator random) {
    return Draw.weighted(random, List.of(FileRate.values()), FileRate::weight);
  }

  ToyScene scene() {
    return ToyScene.draw(motion, room, shape, new SplittableRandom(sceneSeed));
  }

  /** Renders and encodes the file; its folder must exist. */
  void write(Path folder, int size) {
    ByteBuffer pixels = scene().render(frames, size);
    int frameBytes = 3 * size * size;
    VideoWriter.Builder builder =
        VideoWriter.builder()
            .setFile(folder.resolve(path))
            .setCodec(kind.codec())
            .setSize(size, size)
            .setFrameRate(rate.numerator(), rate.denominator())
            .optBFrames(kind.bFrames());
    if (!kind.codec().lossless()) {
      builder.optQuality(QUALITY);
    }
    try (VideoWriter writer = builder.build()) {
      for (int i = 0; i < rate.fileFrames(frames); i++) {
        writer.write(pixels.slice(rate.shownAt(i, frames) * frameBytes, frameBytes));
      }
      writer.finish();
    }
  }
}
