package org.mae4j.data.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mae4j.data.SameClips;
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
        SameClips.check(ClipReader.create(), memory, file, 8);
        assertThat(memory.usedBytes()).isEqualTo(3L * SIZE * SIZE * rate.fileFrames(RENDERED));
      }
    }
  }

  private static ToyScene scene() {
    return ToyScene.draw(
        Motion.SLIDE_RIGHT, Room.SMOOTH_NOISE, ToyShape.DISC, new SplittableRandom(7));
  }
}
