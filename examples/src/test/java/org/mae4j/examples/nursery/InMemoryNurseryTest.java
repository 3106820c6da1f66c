package org.mae4j.examples.nursery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Seeds;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.dataset.ClipReader;
import org.mae4j.data.dataset.InMemoryReader;

/** Every kind of file that a nursery has, read out of memory. */
class InMemoryNurseryTest {

  private static final int SIZE = 32;
  private static final int RENDERED = 24;

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(FileKind.class)
  void givesTheClipsThatDecodingGives(FileKind kind) {
    for (FileRate rate : FileRate.values()) {
      Recording recording =
          new Recording(
              rate.name() + "." + kind.extension(),
              Motion.SLIDE_RIGHT,
              Room.SMOOTH_NOISE,
              ToyShape.DISC,
              RENDERED,
              kind,
              rate,
              InMemoryNurseryTest::scene);
      recording.write(folder, SIZE);
      Path file = folder.resolve(recording.path());
      try (InMemoryReader memory = InMemoryReader.create(1 << 20)) {
        for (FrameSampling sampling :
            List.of(
                new FrameSampling(16, 3, 30),
                new FrameSampling(16, 8, 30),
                new FrameSampling(1, 1, 30),
                new FrameSampling(40, 1, 24))) {
          for (int seed = 0; seed < 8; seed++) {
            check(memory, file, sampling, seed);
          }
        }
        assertThat(memory.usedBytes()).isEqualTo(3L * SIZE * SIZE * rate.fileFrames(RENDERED));
      }
    }
  }

  private static void check(InMemoryReader memory, Path file, FrameSampling sampling, int seed) {
    try (Clip decoded = clip(ClipReader.create(), file, sampling, seed);
        Clip kept = clip(memory, file, sampling, seed)) {
      for (int t = 0; t < sampling.frames(); t++) {
        assertThat(kept.timestamp(t)).isEqualTo(decoded.timestamp(t));
        assertThat(kept.frame(t).equals(decoded.frame(t))).as("frame %s of %s", t, kept).isTrue();
      }
    }
  }

  private static Clip clip(ClipReader reader, Path file, FrameSampling sampling, int seed) {
    ClipRequest request =
        ClipRequest.one(sampling, WindowPlacement.random(), Seeds.generator(seed));
    return reader.read(file, ClipInfo.unlabelled(file.getFileName().toString()), request).get(0);
  }

  private static ToyScene scene() {
    return ToyScene.draw(
        Motion.SLIDE_RIGHT, Room.SMOOTH_NOISE, ToyShape.DISC, new SplittableRandom(7));
  }
}
