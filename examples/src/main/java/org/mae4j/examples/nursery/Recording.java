package org.mae4j.examples.nursery;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipShape;
import org.mae4j.data.ffmpeg.VideoWriter;

/**
 * A video of a nursery.
 *
 * @param frames rendered frames, at least 16
 * @param scenes draws the scene, the same each time: thousands would not fit in memory
 */
record Recording(
    String path,
    Motion motion,
    Room room,
    ToyShape shape,
    int frames,
    FileKind kind,
    FileRate fileRate,
    Supplier<ToyScene> scenes)
    implements NurseryFile {

  private static final int MOST_EXTRA_FRAMES = 8;
  private static final double QUALITY = 0.95;

  /** Footage to pretrain on: anything, anywhere. */
  static Recording unlabelled(String pathWithoutExtension, RandomGenerator random) {
    Form form = Form.toPretrainOn(random);
    Motion motion = Draw.from(random, Motion.values());
    Room room = Draw.from(random, Room.values());
    return open(pathWithoutExtension, motion, room, form, List.of(FileKind.values()), random);
  }

  /** Footage of one home to pretrain on: anything that happens there. */
  static Recording child(String pathWithoutExtension, ToyHome home, RandomGenerator random) {
    Form form = Form.toPretrainOn(random);
    Motion motion = Draw.from(random, Motion.values());
    Wall wall = Draw.from(random, home.rooms());
    ToySet toys = Draw.from(random, home.toys());
    FileKind kind = drawKind(random, List.of(FileKind.values()));
    long seed = random.nextLong();
    return new Recording(
        pathWithoutExtension + "." + kind.extension(),
        motion,
        wall.room(),
        toys.shape(),
        form.frames(),
        kind,
        form.rate(),
        () -> ToyScene.draw(motion, wall, toys, new SplittableRandom(seed)));
  }

  /** A clip of a labelled task: exactly one window long. */
  static Recording labelled(
      String pathWithoutExtension, ToyTask task, int label, RandomGenerator random) {
    Motion motion = task.motion(label).orElseGet(() -> Draw.from(random, Motion.values()));
    Room room = task.room(label).orElseGet(() -> Draw.from(random, Room.values()));
    Form form = new Form(drawRate(random), ToyScene.FRAMES);
    return open(pathWithoutExtension, motion, room, form, task.fileKinds(), random);
  }

  /** A video of a scene of which all else is drawn. */
  private static Recording open(
      String pathWithoutExtension,
      Motion motion,
      Room room,
      Form form,
      List<FileKind> kinds,
      RandomGenerator random) {
    FileKind kind = drawKind(random, kinds);
    ToyShape shape = Draw.from(random, ToyShape.values());
    long seed = random.nextLong();
    return new Recording(
        pathWithoutExtension + "." + kind.extension(),
        motion,
        room,
        shape,
        form.frames(),
        kind,
        form.rate(),
        () -> ToyScene.draw(motion, room, shape, new SplittableRandom(seed)));
  }

  private static FileKind drawKind(RandomGenerator random, List<FileKind> kinds) {
    return Draw.weighted(random, kinds, FileKind::weight);
  }

  private static FileRate drawRate(RandomGenerator random) {
    return Draw.weighted(random, List.of(FileRate.values()), FileRate::weight);
  }

  @Override
  public String format() {
    return kind.codec().name();
  }

  @Override
  public String rate() {
    return fileRate.toString();
  }

  /** The middle window. */
  @Override
  public Clip render(OptionalInt label, int size) {
    int first = (frames - ToyScene.FRAMES) / 2;
    int frameBytes = ToyScene.frameBytes(size);
    ByteBuffer pixels =
        scenes.get().render(frames, size).slice(first * frameBytes, ToyScene.FRAMES * frameBytes);
    double[] timestamps = new double[ToyScene.FRAMES];
    Arrays.setAll(timestamps, i -> (first + i) / (double) FileRate.RENDERED);
    ClipShape shape = new ClipShape(ToyScene.FRAMES, size, size);
    return new Clip(new ClipInfo(path, label), shape, pixels, timestamps);
  }

  @Override
  public void write(Path folder, int size) {
    ByteBuffer pixels = scenes.get().render(frames, size);
    int frameBytes = ToyScene.frameBytes(size);
    VideoWriter.Builder builder =
        VideoWriter.builder()
            .setFile(folder.resolve(path))
            .setCodec(kind.codec())
            .setSize(size, size)
            .setFrameRate(fileRate.numerator(), fileRate.denominator())
            .optBFrames(kind.bFrames());
    if (!kind.codec().lossless()) {
      builder.optQuality(QUALITY);
    }
    try (VideoWriter writer = builder.build()) {
      for (int i = 0; i < fileRate.fileFrames(frames); i++) {
        writer.write(pixels.slice(fileRate.shownAt(i, frames) * frameBytes, frameBytes));
      }
      writer.finish();
    }
  }

  /** How often frames come, and how many there are. */
  private record Form(FileRate rate, int frames) {

    /** About two fifths are longer than a window. */
    static Form toPretrainOn(RandomGenerator random) {
      FileRate rate = drawRate(random);
      // A random window of a file that shows each frame once would hold its last frame twice: the
      // reference's arithmetic finds only 15 whole frames between two fractional ones.
      boolean longer = Draw.integer(random, 1, 3) < 3 && !rate.showsEachOnce();
      int extra = longer ? Draw.integer(random, 1, MOST_EXTRA_FRAMES) : 0;
      return new Form(rate, ToyScene.FRAMES + extra);
    }
  }
}
