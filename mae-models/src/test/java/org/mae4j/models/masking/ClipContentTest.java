package org.mae4j.models.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mae4j.api.Seeds;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.api.masking.ClipContent;
import org.mae4j.api.masking.ContentMasking;
import org.mae4j.models.torch.TorchEngine;

class ClipContentTest {

  private static final int CLIPS = 3;
  private static final int HEIGHT = 6;
  private static final int WIDTH = 12;

  private final NDManager manager = TorchEngine.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray noise(int frames) {
    RandomGenerator random = Seeds.generator(8);
    float[] values = new float[CLIPS * 3 * frames * HEIGHT * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return manager.create(values, new Shape(CLIPS, 3, frames, HEIGHT, WIDTH));
  }

  @ParameterizedTest
  @CsvSource({"8,4", "8,8", "8,1", "2,1", "1,1", "6,2"})
  void motionAndDetailAreWhatPlainJavaMakesOfThePixels(int frames, int slots) {
    NDArray clips = noise(frames);
    float[] values = clips.toFloatArray();
    TokenGrid grid = new TokenGrid(slots, 3, 4);
    try (ClipContent.Batch batch = ClipContent.of(clips, grid)) {
      for (int clip = 0; clip < CLIPS; clip++) {
        float[] motion = batch.clip(clip).motion();
        float[] detail = batch.clip(clip).detail();
        assertThat(motion).hasSize(grid.tokens());
        for (int token = 0; token < grid.tokens(); token++) {
          assertThat((double) motion[token])
              .isCloseTo(motion(values, frames, grid, clip, token), within(1e-5));
          assertThat((double) detail[token])
              .isCloseTo(detail(values, frames, grid, clip, token), within(1e-5));
        }
      }
    }
  }

  private static double motion(float[] values, int frames, TokenGrid grid, int clip, int token) {
    if (frames == 1) {
      return 0;
    }
    double sum = 0;
    int count = 0;
    for (int[] at : pixels(frames, grid, token)) {
      int later = Math.max(1, at[0]);
      for (int colour = 0; colour < 3; colour++) {
        double difference =
            (double) values[index(clip, colour, later, frames, at)]
                - values[index(clip, colour, later - 1, frames, at)];
        sum += difference * difference;
        count++;
      }
    }
    return sum / count;
  }

  private static double detail(float[] values, int frames, TokenGrid grid, int clip, int token) {
    double variances = 0;
    for (int colour = 0; colour < 3; colour++) {
      int own = colour;
      double[] all =
          pixels(frames, grid, token).stream()
              .mapToDouble(at -> values[index(clip, own, at[0], frames, at)])
              .toArray();
      double mean = Arrays.stream(all).average().orElseThrow();
      variances += Arrays.stream(all).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    }
    return variances / 3;
  }

  /** Frame, row and column of each of a token's pixels. */
  private static List<int[]> pixels(int frames, TokenGrid grid, int token) {
    List<int[]> pixels = new ArrayList<>();
    for (int t = 0; t < frames; t++) {
      for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
          int slot = t / (frames / grid.time());
          if (grid.index(slot, y / (HEIGHT / grid.rows()), x / (WIDTH / grid.columns())) == token) {
            pixels.add(new int[] {t, y, x});
          }
        }
      }
    }
    return pixels;
  }

  private static int index(int clip, int colour, int frame, int frames, int[] at) {
    return (((clip * 3 + colour) * frames + frame) * HEIGHT + at[1]) * WIDTH + at[2];
  }

  @Test
  void whatDoesNotChangeDoesNotMove() {
    try (ClipContent.Batch batch =
        ClipContent.of(MovingSquares.still(2, manager), MovingSquares.GRID)) {
      assertThat(batch.clip(1).motion()).containsOnly(0);
      assertThat(batch.clip(1).detail()).doesNotContain(0);
    }
  }

  @Test
  void aSummaryIsComputedOnceForAllClipsOfABatch() {
    NDArray clips = noise(4);
    TokenGrid grid = new TokenGrid(2, 3, 4);
    float[] motion;
    float[] detail;
    try (ClipContent.Batch batch = ClipContent.of(clips, grid)) {
      motion = batch.clip(2).motion();
      detail = batch.clip(2).detail();
    }
    try (ClipContent.Batch batch = ClipContent.of(clips, grid)) {
      batch.clip(0).motion();
      batch.clip(0).detail();
      clips.muli(0);
      assertThat(batch.clip(2).motion()).isEqualTo(motion);
      assertThat(batch.clip(2).detail()).isEqualTo(detail);
    }
  }

  @Test
  void whoChangesASummaryChangesOnlyItsOwn() {
    try (ClipContent.Batch batch = ClipContent.of(noise(4), new TokenGrid(2, 3, 4))) {
      float before = batch.clip(0).motion()[0];
      batch.clip(0).motion()[0] = -1;
      assertThat(batch.clip(0).motion()[0]).isEqualTo(before);
    }
  }

  @Test
  void thePixelsAreTheClips() {
    NDArray clips = noise(4);
    try (ClipContent.Batch batch = ClipContent.of(clips, new TokenGrid(2, 3, 4))) {
      for (int i = 0; i < CLIPS; i++) {
        assertThat(batch.clip(i).pixels().getShape()).isEqualTo(new Shape(3, 4, HEIGHT, WIDTH));
        assertThat(batch.clip(i).pixels().toFloatArray()).isEqualTo(clips.get(i).toFloatArray());
      }
      assertThat(batch.clip(1).pixels()).isSameAs(batch.clip(1).pixels());
    }
  }

  @Test
  void nothingStaysInNativeMemoryButTheClips() {
    NDArray clips = noise(4);
    List<NDArray> seen = new ArrayList<>();
    ContentMasking looking =
        (clip, random) -> {
          clip.motion();
          clip.detail();
          seen.add(clip.pixels());
          seen.add(clip.pixels().abs());
          return TokenMask.ofVisible(clip.grid().tokens(), 0);
        };
    int before = manager.getManagedArrays().size();
    looking.masks(clips, new TokenGrid(2, 3, 4), MovingSquares.generators(CLIPS, 1));

    assertThat(manager.getManagedArrays()).hasSize(before);
    assertThat(seen).hasSize(2 * CLIPS).allMatch(NDArray::isReleased);
    assertThat(clips.toFloatArray()).isNotEmpty();
  }

  @Test
  void aClipIsNotLookedAtAfterItsBatch() {
    List<ClipContent> kept = new ArrayList<>();
    ContentMasking keeping =
        (clip, random) -> {
          kept.add(clip);
          return TokenMask.ofVisible(clip.grid().tokens(), 0);
        };
    keeping.masks(noise(4), new TokenGrid(2, 3, 4), MovingSquares.generators(CLIPS, 1));

    assertThatIllegalStateException()
        .isThrownBy(() -> kept.get(0).motion())
        .withMessage("a clip can be looked at only until its mask is drawn; its batch is closed");
    assertThatIllegalStateException().isThrownBy(() -> kept.get(1).pixels());
  }

  @Test
  void anotherTypeAndAnotherNumberOfGeneratorsAreRefused() {
    TokenGrid grid = new TokenGrid(2, 3, 4);
    NDArray clips = noise(4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClipContent.of(clips.toType(DataType.FLOAT16, true), grid))
        .withMessage("clips must be float32, but are float16");
    ContentMasking looking = (clip, random) -> TokenMask.ofVisible(grid.tokens(), 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> looking.masks(clips, grid, MovingSquares.generators(2, 1)))
        .withMessage("3 clips need as many generators, but got 2");
  }
}
