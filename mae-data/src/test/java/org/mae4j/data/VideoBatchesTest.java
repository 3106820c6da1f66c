package org.mae4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipShape;
import org.mae4j.api.ClipSource;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.RandomCrop;
import org.mae4j.api.TrainingClips;
import org.mae4j.api.TrainingClips.RandomDistortion;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.augment.ClipAugmentation;
import org.mae4j.data.augment.Crop;
import org.mae4j.data.augment.Frames;
import org.mae4j.data.dataset.VideoFolder;

class VideoBatchesTest {

  private static final FrameSampling SAMPLING = new FrameSampling(2, 1, 30);
  private static final ClipInput INPUT = ClipInput.video(SAMPLING, 7);
  private static final TrainingClips TRAINING =
      new TrainingClips(
          INPUT, RandomCrop.PAPER_FINETUNING, 3, 4, new RandomDistortion(1, 0.5, 0.5));

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
  void keepsNoClipThatIsLargerThanWhatIsMadeOfIt() throws InterruptedException {
    FakeClips clips = new FakeClips(9);
    try (VideoBatches batches = new VideoBatches(loader(clips).build(), CORNER);
        NDManager manager = NDManager.newBaseManager()) {
      batches.batch(0, manager);
      batches.batch(1, manager);
      // Batches 2 to 5 are read ahead, and nobody has asked for them.
      int ahead = 6 * 4;
      for (int i = 0; i < 500 && clips.released.get() < ahead; i++) {
        Thread.sleep(10);
      }
      assertThat(clips.released).hasValue(ahead);
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
    ClipAugmentation crop = Crop.random(RandomCrop.PAPER_PRETRAINING, INPUT);
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
    ClipAugmentation crop = Crop.random(RandomCrop.PAPER_PRETRAINING, INPUT);
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
    }
    assertThat(clips.released.get()).isEqualTo(clips.reads.get());
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
            .setSampling(SAMPLING)
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

  @Test
  void trainsOnWhatTheRecipeSays() {
    ClipLoader.Builder loader = noise();
    try (VideoBatches training = VideoBatches.training(new NoiseClips(), TRAINING, 5);
        VideoBatches same = new VideoBatches(loader.build(), Crop.training(TRAINING));
        NDManager manager = NDManager.newBaseManager()) {
      assertSameBatches(training, same, 0, 8, manager);
    }
  }

  @Test
  void optionsChangeTheLoaderOfATraining() {
    ClipLoader.Builder loader = noise().optRepeats(2, false).setBatchSize(6);
    try (VideoBatches training =
            VideoBatches.training(
                new NoiseClips(),
                TRAINING,
                5,
                changed -> changed.optRepeats(2, false).setBatchSize(6).optThreads(1));
        VideoBatches same = new VideoBatches(loader.build(), Crop.training(TRAINING));
        NDManager manager = NDManager.newBaseManager()) {
      assertSameBatches(training, same, 0, 4, manager);
    }
  }

  @Test
  void evaluatesEveryVideoOnceInTheMiddle() {
    ClipLoader loader =
        loader(new FakeClips(19))
            .setBatchSize(16)
            .optPlacement(WindowPlacement.centre())
            .optFixedOrder()
            .build();
    try (VideoBatches evaluation = VideoBatches.evaluation(new FakeClips(19), INPUT);
        VideoBatches same = new VideoBatches(loader, Crop.centre(INPUT));
        NDManager manager = NDManager.newBaseManager()) {
      assertThat(evaluation.batchesPerPass()).isEqualTo(2);
      assertThat(labels(evaluation, manager))
          .containsExactlyElementsOf(IntStream.range(0, 19).boxed().toList());
      assertSameBatches(evaluation, same, 0, 4, manager);
    }
  }

  @Test
  void evaluatesSeveralWindowsOfEachVideoIfAsked() {
    ClipLoader loader =
        loader(new NoiseClips()).setBatchSize(8).optRepeats(2, false).optFixedOrder().build();
    try (VideoBatches evaluation =
            VideoBatches.evaluation(
                new NoiseClips(),
                INPUT,
                changed ->
                    changed
                        .setBatchSize(8)
                        .optRepeats(2, false)
                        .optPlacement(WindowPlacement.random()));
        VideoBatches same = new VideoBatches(loader, Crop.centre(INPUT));
        NDManager manager = NDManager.newBaseManager()) {
      assertThat(labels(evaluation, manager)).hasSize(20);
      assertSameBatches(evaluation, same, 0, 3, manager);
    }
  }

  @Test
  void evaluatesAnotherView() {
    ClipView view = new ClipView(SAMPLING, WindowPlacement.centre(), CORNER);
    ClipLoader.Builder loader =
        loader(new FakeClips(9)).setBatchSize(16).optFixedOrder().optSeed(3);
    try (VideoBatches evaluation =
            VideoBatches.evaluation(new FakeClips(9), view, changed -> changed.optSeed(3));
        VideoBatches same = new VideoBatches(loader.build(), CORNER);
        NDManager manager = NDManager.newBaseManager()) {
      assertSameBatches(evaluation, same, 0, 1, manager);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void evaluationLeavesBrokenVideosOut(int threads) {
    // All of the first batch, some of the second, the last of all.
    FakeClips clips = new FakeClips(11, 0, 1, 2, 4, 10);
    try (VideoBatches evaluation =
            VideoBatches.evaluation(
                clips,
                new ClipView(SAMPLING, WindowPlacement.centre(), CORNER),
                loader -> loader.setBatchSize(3).optThreads(threads));
        VideoBatches whole =
            VideoBatches.evaluation(
                new FakeClips(11),
                new ClipView(SAMPLING, WindowPlacement.centre(), CORNER),
                loader -> loader.setBatchSize(3));
        NDManager manager = NDManager.newBaseManager()) {
      for (int pass = 0; pass < 2; pass++) {
        assertThat(labels(evaluation, manager)).containsExactly(3, 5, 6, 7, 8, 9);
      }
      ClipBatch none = evaluation.batch(0, manager);
      assertThat(none.size()).isZero();
      assertThat(none.sources()).isEmpty();
      assertThat(none.labels()).isEmpty();
      assertThat(none.clips().getShape()).isEqualTo(new Shape(0));
      assertThat(none.clips().getDataType()).isEqualTo(DataType.FLOAT32);
      // What is drawn for a clip does not depend on what is left out before it.
      ClipBatch some = evaluation.batch(1, manager);
      assertThat(some.clips().getShape()).isEqualTo(new Shape(2, 3, 2, 2, 2));
      assertThat(some.clips()).isEqualTo(whole.batch(1, manager).clips().get("::2"));
      assertThat(evaluation.brokenFiles())
          .extracting(ClipReadException::file)
          .containsExactly("video0", "video1", "video10", "video2", "video4");
    }
  }

  @Test
  void evaluationOfNothingButBrokenVideosFails() {
    ClipSource broken = new FakeClips(3, 0, 1, 2);
    try (VideoBatches evaluation =
            VideoBatches.evaluation(
                broken, INPUT, loader -> loader.setBatchSize(3).optMaxBrokenShare(1));
        NDManager manager = NDManager.newBaseManager()) {
      assertThatThrownBy(() -> evaluation.batch(0, manager))
          .isInstanceOf(TooManyBrokenFilesException.class)
          .hasMessage(
              "3 of 3 videos cannot be read, and so none is left; one is"
                  + " video0: decode: out of order");
      assertThatThrownBy(() -> labels(evaluation, manager))
          .isInstanceOf(TooManyBrokenFilesException.class);
    }
  }

  @Test
  void evaluatesTheSoundAmongRealVideosOnceEach() {
    try (VideoBatches evaluation = VideoBatches.evaluation(VideoFolder.of(Videos.folder()), INPUT);
        NDManager manager = NDManager.newBaseManager()) {
      List<String> seen = new ArrayList<>();
      evaluation.forEachBatch(
          manager, batch -> batch.sources().forEach(source -> seen.add(source.id())));
      assertThat(evaluation.brokenFiles()).hasSize(4);
      assertThat(seen).isSorted().doesNotHaveDuplicates();
      assertThat(seen).doesNotContain("bad_empty.mp4", "bad_text.mp4");
    }
  }

  private static List<Integer> labels(VideoBatches batches, NDManager manager) {
    List<Integer> labels = new ArrayList<>();
    batches.forEachBatch(
        manager, batch -> Arrays.stream(batch.labels()).forEach(label -> labels.add(label)));
    return labels;
  }

  private static void assertSameBatches(
      VideoBatches found, VideoBatches expected, long from, long to, NDManager manager) {
    for (long i = from; i < to; i++) {
      try (NDManager step = manager.newSubManager()) {
        ClipBatch batch = found.batch(i, step);
        ClipBatch same = expected.batch(i, step);
        assertThat(batch.sources()).isEqualTo(same.sources());
        assertThat(batch.clips()).isEqualTo(same.clips());
      }
    }
  }

  private static ClipLoader.Builder noise() {
    return loader(new NoiseClips()).optRepeats(4, true).setBatchSize(12).optSeed(5);
  }

  private static ClipLoader.Builder loader(ClipSource source) {
    return ClipLoader.builder().setSource(source).setSampling(SAMPLING).setBatchSize(4);
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
