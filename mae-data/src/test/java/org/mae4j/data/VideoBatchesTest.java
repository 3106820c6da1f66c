package org.mae4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.groups.Tuple.tuple;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipShape;
import org.mae4j.api.ClipSource;
import org.mae4j.api.FrameSampling;
import org.mae4j.data.augment.ClipAugmentation;
import org.mae4j.data.augment.Frames;
import org.mae4j.data.augment.RandomResizedCrop;
import org.mae4j.data.dataset.VideoFolder;

class VideoBatchesTest {

  /** Takes a 2x2 corner as it is, and adds a draw. */
  private static final ClipAugmentation CORNER =
      (frames, random) ->
          frames
              .get(":, 0:2, 0:2, :")
              .toType(DataType.FLOAT32, false)
              .transpose(3, 0, 1, 2)
              .add((float) random.nextInt(1000) / 1000);

  @Test
  void stacksAugmentedClipsWithTheirSources() {
    try (VideoBatches batches = new VideoBatches(loader(new FakeClips(9)).build(), CORNER);
        NDManager manager = NDManager.newBaseManager()) {
      ClipBatch batch = batches.batch(0, manager);
      assertThat(batch.clips().getShape()).isEqualTo(new Shape(4, 3, 2, 2, 2));
      assertThat(batch.clips().getDataType()).isEqualTo(DataType.FLOAT32);
      assertThat(batch.waitSeconds()).isPositive();
      for (int i = 0; i < 4; i++) {
        float first = batch.clips().get(i).getFloat(0, 0, 0, 0);
        assertThat((int) first).isEqualTo(batch.labels()[i]);
      }
    }
  }

  @Test
  void augmentsRepeatedClipsDifferently() {
    ClipLoader loader = loader(new FakeClips(9)).optRepeats(4, true).build();
    try (VideoBatches batches = new VideoBatches(loader, CORNER);
        NDManager manager = NDManager.newBaseManager()) {
      ClipBatch batch = batches.batch(0, manager);
      assertThat(Arrays.stream(batch.labels()).distinct().toArray()).hasSize(1);
      assertThat(batch.clips().get(":, 0, 0, 0, 0").toFloatArray()).doesNotHaveDuplicates();
    }
  }

  @Test
  void readsABatchTheSameWheneverItIsAskedFor() {
    try (VideoBatches one = new VideoBatches(loader(new FakeClips(9)).build(), CORNER);
        VideoBatches other =
            new VideoBatches(loader(new FakeClips(9)).optThreads(1).build(), CORNER);
        NDManager manager = NDManager.newBaseManager()) {
      one.batch(0, manager).clips().close();
      float[] resumed = other.batch(5, manager).clips().toFloatArray();
      assertThat(one.batch(5, manager).clips().toFloatArray()).isEqualTo(resumed);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8})
  void givesTheSameBatchesOnAnyNumberOfThreads(int threads) {
    ClipAugmentation crop = RandomResizedCrop.builder().setSize(7).build();
    try (VideoBatches one = new VideoBatches(noise().optThreads(1).build(), crop);
        VideoBatches several = new VideoBatches(noise().optThreads(threads).build(), crop);
        NDManager manager = NDManager.newBaseManager()) {
      for (long i = 0; i < 12; i++) {
        try (NDManager step = manager.newSubManager()) {
          ClipBatch expected = one.batch(i, step);
          ClipBatch batch = several.batch(i, step);
          assertThat(batch.sources()).isEqualTo(expected.sources());
          assertThat(batch.clips().getShape()).isEqualTo(new Shape(12, 3, 2, 7, 7));
          assertThat(batch.clips().toFloatArray()).isEqualTo(expected.clips().toFloatArray());
        }
      }
    }
  }

  @Test
  void placesEachClipAsItsAugmentationAloneMakesIt() {
    ClipAugmentation crop = RandomResizedCrop.builder().setSize(7).build();
    NoiseClips clips = new NoiseClips();
    try (VideoBatches batches = new VideoBatches(noise().optThreads(3).build(), crop);
        NDManager manager = NDManager.newBaseManager()) {
      ClipBatch batch = batches.batch(1, manager);
      for (int i = 0; i < 12; i++) {
        NDArray frames = Frames.of(clips.clip(batch.labels()[i]), manager);
        // Batches of 3 videos, 4 clips of each.
        NDArray alone = crop.apply(frames, Draws.AUGMENTATION.generator(5, 3 + i / 4, i % 4));
        assertThat(batch.clips().get(i).toFloatArray()).isEqualTo(alone.toFloatArray());
      }
    }
  }

  @Test
  void showsAStillAsOftenAsThereAreFrames() {
    ClipSource stills = new NoiseClips(true);
    try (VideoBatches batches = new VideoBatches(loader(stills).build(), CORNER);
        NDManager manager = NDManager.newBaseManager()) {
      NDArray clips = batches.batch(0, manager).clips();
      assertThat(clips.getShape()).isEqualTo(new Shape(4, 3, 2, 2, 2));
      assertThat(clips.get(":, :, 0").toFloatArray())
          .isEqualTo(clips.get(":, :, 1").toFloatArray());
    }
  }

  @Test
  void failureOfAnAugmentationSurfacesAndLeavesNothingBehind() {
    FakeClips clips = new FakeClips(9);
    ClipAugmentation failing =
        (frames, random) -> {
          throw new IllegalArgumentException("no crop of " + frames.getShape());
        };
    ClipLoader loader = loader(clips).optThreads(3).optPrefetch(0).build();
    try (VideoBatches batches = new VideoBatches(loader, failing);
        NDManager manager = NDManager.newBaseManager()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> batches.batch(0, manager))
          .withMessage("no crop of (2, 4, 6, 3)");
      assertThat(manager.getManagedArrays()).isEmpty();
      assertThat(clips.released).hasValue(4);
    }
  }

  @Test
  void refusesClipsOfDifferentSizes() {
    ClipAugmentation uneven =
        (frames, random) -> {
          int size = 1 + frames.get(0, 0, 0).toUint8Array()[0] % 2;
          return frames.getManager().zeros(new Shape(3, 2, size, size));
        };
    try (VideoBatches batches = new VideoBatches(loader(new FakeClips(9)).build(), uneven);
        NDManager manager = NDManager.newBaseManager()) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> {
                for (long i = 0; i < 3; i++) {
                  batches.batch(i, manager);
                }
              })
          .withMessageEndingWith("all must be augmented to one size");
    }
  }

  @Test
  void leavesNoArrayBehindButTheBatch() {
    ClipLoader loader = loader(new FakeClips(9)).optRepeats(2, true).build();
    try (VideoBatches batches = new VideoBatches(loader, CORNER);
        NDManager manager = NDManager.newBaseManager()) {
      for (long i = 0; i < 3; i++) {
        NDArray clips = batches.batch(i, manager).clips();
        assertThat(manager.getManagedArrays()).containsExactly(clips);
        clips.close();
      }
    }
  }

  @Test
  void closesTheClipsItHasCopied() {
    FakeClips clips = new FakeClips(9);
    try (VideoBatches batches =
            new VideoBatches(loader(clips).optRepeats(2, true).optPrefetch(0).build(), CORNER);
        NDManager manager = NDManager.newBaseManager()) {
      batches.batch(0, manager).clips().close();
      assertThat(clips.released).hasValue(2);
    }
  }

  @Test
  void namesTheBrokenAmongRealVideos() {
    Path folder = Videos.folder();
    ClipLoader loader =
        ClipLoader.builder()
            .setSource(VideoFolder.of(folder))
            .setSampling(new FrameSampling(2, 1, 30))
            .setBatchSize(10)
            .optPrefetch(0)
            .build();
    try (VideoBatches batches = new VideoBatches(loader, CORNER);
        NDManager manager = NDManager.newBaseManager()) {
      for (long i = 0; i < batches.batchesPerPass(); i++) {
        batches.batch(i, manager).clips().close();
      }
      assertThat(batches.brokenFiles())
          .extracting(ClipReadException::file, ClipReadException::stage)
          .containsExactly(
              tuple("bad_audio_only.mp4", Stage.PROBE),
              tuple("bad_empty.mp4", Stage.OPEN),
              tuple("bad_text.mp4", Stage.OPEN),
              tuple("bad_truncated60_moov_last.mp4", Stage.OPEN));
    }
  }

  private static ClipLoader.Builder noise() {
    return loader(new NoiseClips()).optRepeats(4, true).setBatchSize(12).optSeed(5);
  }

  private static ClipLoader.Builder loader(ClipSource source) {
    return ClipLoader.builder()
        .setSource(source)
        .setSampling(new FrameSampling(2, 1, 30))
        .setBatchSize(4);
  }

  /** Clips or stills of 2x19x23 pixels, each of noise of its own. */
  private static final class NoiseClips implements ClipSource {

    private static final ClipShape SHAPE = new ClipShape(2, 19, 23);

    private final boolean still;

    NoiseClips() {
      this(false);
    }

    NoiseClips(boolean still) {
      this.still = still;
    }

    @Override
    public int size() {
      return 10;
    }

    @Override
    public ClipInfo info(int index) {
      return new ClipInfo("noise" + index, OptionalInt.of(index));
    }

    @Override
    public List<Clip> clips(int index, ClipRequest request) {
      return Collections.nCopies(request.clips(), clip(index));
    }

    Clip clip(int index) {
      byte[] noise = new byte[(still ? 1 : 2) * 19 * 23 * 3];
      new Random(index).nextBytes(noise);
      ByteBuffer pixels = ByteBuffer.allocateDirect(noise.length).put(noise).flip();
      return still
          ? Clip.still(info(index), SHAPE, pixels, () -> {})
          : new Clip(info(index), SHAPE, pixels, new double[2]);
    }
  }
}
