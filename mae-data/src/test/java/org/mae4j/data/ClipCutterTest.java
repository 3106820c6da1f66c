package org.mae4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipShape;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.RandomCrop;
import org.mae4j.api.Seeds;
import org.mae4j.api.TrainingClips;
import org.mae4j.api.frames.FrameReceiver.Frame;
import org.mae4j.api.frames.FrameReceiver.Rectangle;
import org.mae4j.data.augment.ClipAugmentation;
import org.mae4j.data.augment.Crop;
import org.mae4j.data.internal.FramePart;
import org.mae4j.data.internal.PixelBuffers;

/** What is held of frames as they come, and that all of it is given back. */
class ClipCutterTest {

  private static final int MOST = 32 << 20;
  private static final int FRAMES = 16;
  private static final ClipInfo INFO = new ClipInfo("video", OptionalInt.empty());
  private static final ClipInput INPUT = ClipInput.video(new FrameSampling(FRAMES, 1, 30), 64);
  private static final ClipAugmentation CROP = Crop.random(RandomCrop.PAPER_PRETRAINING, INPUT);

  private final PixelBuffers buffers = new PixelBuffers(0, MOST, Duration.ofMillis(50));
  private final List<NDArray> seen = new ArrayList<>();

  /** Clips whose parts are kept, that are cut as they come, and that are needed whole. */
  @SuppressWarnings("ImmutableEnumChecker") // nothing of it changes
  private enum Kind {
    KEPT(CROP, 60, 80),
    CUT(CROP, 480, 640),
    WHOLE((frames, random) -> CROP.apply(frames, random), 60, 80);

    private final ClipAugmentation augmentation;
    private final ClipShape shape;

    Kind(ClipAugmentation augmentation, int height, int width) {
      this.augmentation = augmentation;
      this.shape = new ClipShape(FRAMES, height, width);
    }
  }

  private ClipCutter cutter(ClipAugmentation augmentation) {
    ClipAugmentation watched =
        (frames, random) -> {
          seen.add(frames);
          return augmentation.apply(frames, random);
        };
    return new ClipCutter(
        augmentation,
        clip -> Seeds.generator(1, clip),
        MOST,
        group ->
            new CollectedClips(
                group,
                watched,
                clip -> Seeds.generator(1, clip),
                clips -> false,
                shape -> {},
                buffers),
        buffers);
  }

  /** Writes grey. */
  private static Frame grey() {
    return (part, pixels, offset) -> {
      for (int i = 0; i < FramePart.bytes(part); i += 997) {
        pixels.put(offset + i, (byte) 99);
      }
    };
  }

  private void assertThatAllIsBack() {
    ByteBuffer all = buffers.take(MOST);
    buffers.giveBack(all);
    assertThat(seen).allMatch(frames -> !frames.getManager().isOpen());
  }

  private static void show(ClipCutter cutter, int first, int count, ClipShape shape) {
    cutter.begin(first, count, INFO, shape, false);
    for (int t = 0; t < FRAMES; t++) {
      cutter.add(grey());
    }
    cutter.end(new double[FRAMES], List.of());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void givesMemoryBackWhereAFileBreaksOff(Kind kind) {
    try (ClipCutter cutter = cutter(kind.augmentation)) {
      show(cutter, 0, 2, kind.shape);
      cutter.begin(2, 2, INFO, kind.shape, false);
      cutter.add(grey());
      cutter.addAgain();
    }
    assertThatAllIsBack();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void givesMemoryBackWhereAFrameCannotBeConverted(Kind kind) {
    try (ClipCutter cutter = cutter(kind.augmentation)) {
      cutter.begin(0, 3, INFO, kind.shape, false);
      Frame odd =
          (part, pixels, offset) -> {
            throw new IllegalStateException("by way of a test");
          };
      assertThatThrownBy(() -> cutter.add(odd)).hasMessage("by way of a test");
    }
    assertThatAllIsBack();
  }

  @Test
  void givesMemoryBackWhereAnAugmentationThrows() {
    ClipAugmentation odd =
        (frames, random) -> {
          frames.mul(2);
          throw new IllegalStateException("by way of a test");
        };
    try (ClipCutter cutter = cutter(odd)) {
      assertThatThrownBy(() -> show(cutter, 0, 2, Kind.WHOLE.shape)).hasMessage("by way of a test");
    }
    assertThat(seen).hasSize(1);
    assertThatAllIsBack();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void whatIsBegunAgainIsVoid(Kind kind) {
    try (ClipCutter cutter = cutter(kind.augmentation)) {
      show(cutter, 0, 1, kind.shape);
      show(cutter, 1, 1, kind.shape);
      cutter.begin(1, 1, INFO, kind.shape, false);
      cutter.add(grey());
      show(cutter, 1, 2, kind.shape);
      List<ReadClip> clips = cutter.take(3);
      clips.forEach(ReadClip::close);
    }
    assertThatAllIsBack();
  }

  @Test
  void choosesWhatTakesLessMemory() {
    try (ClipCutter cutter = cutter(CROP)) {
      show(cutter, 0, 1, Kind.KEPT.shape);
      show(cutter, 1, 1, Kind.CUT.shape);
      List<ReadClip> clips = cutter.take(2);
      assertThat(clips.get(0).content()).isInstanceOf(ReadClip.Part.class);
      assertThat(clips.get(1).content()).isInstanceOf(ReadClip.Made.class);
      clips.forEach(ReadClip::close);
      assertThat(((ReadClip.Made) clips.get(1).content()).clip().isReleased()).isTrue();
    }
    assertThatAllIsBack();
  }

  @Test
  void holdsOneFrameOfALargeVideo() {
    ClipShape large = new ClipShape(FRAMES, 2160, 3840);
    try (ClipCutter cutter = cutter(CROP)) {
      // A clip at full size is twelve times the memory that there is.
      show(cutter, 0, 1, large);
      cutter.take(1).forEach(ReadClip::close);
    }
    assertThatAllIsBack();
  }

  @Test
  void needsNoMemoryForFramesThatAreThere() {
    Frame there =
        new Frame() {
          @Override
          public void write(Rectangle part, ByteBuffer pixels, int offset) {
            throw new IllegalStateException("is not to be copied");
          }

          @Override
          public Optional<ByteBuffer> pixels() {
            return Optional.of(ByteBuffer.allocate(3 * 480 * 640));
          }
        };
    ByteBuffer all = buffers.take(MOST);
    try (ClipCutter cutter = cutter(CROP)) {
      cutter.begin(0, 1, INFO, Kind.CUT.shape, true);
      cutter.add(there);
      cutter.end(new double[FRAMES], List.of());
      cutter.take(1).forEach(ReadClip::close);
    }
    buffers.giveBack(all);
    assertThatAllIsBack();
  }

  @Test
  void keepsNothingWhereMemoryIsShort() {
    ByteBuffer others = buffers.take(MOST / 2);
    try (ClipCutter cutter = cutter(CROP)) {
      show(cutter, 0, 1, Kind.KEPT.shape);
      List<ReadClip> clips = cutter.take(1);
      assertThat(clips.get(0).content()).isInstanceOf(ReadClip.Made.class);
      clips.forEach(ReadClip::close);
    }
    buffers.giveBack(others);
    assertThatAllIsBack();
  }

  @Test
  void refusesAtOnceWhatNeverFits() {
    PixelBuffers patient = new PixelBuffers(0, 8 << 20, Duration.ofHours(1));
    ByteBuffer held = patient.take(1000);
    try (ClipCutter cutter =
        new ClipCutter(CROP, clip -> Seeds.generator(1, clip), MOST, group -> null, patient)) {
      cutter.begin(0, 1, INFO, new ClipShape(FRAMES, 2160, 3840), false);
      assertThatThrownBy(() -> cutter.add(grey()))
          .isInstanceOf(ClipReadException.class)
          .hasMessageMatching(
              "video: convert: a frame of 3840x2160 is \\d\\d MB, more than the 8 MB of memory that"
                  + " a clip may have .*");
    }
    patient.giveBack(held);
  }

  @Test
  void refusesASourceThatShowsTooFewClips() {
    try (ClipCutter cutter = cutter(CROP)) {
      show(cutter, 0, 1, Kind.KEPT.shape);
      assertThatThrownBy(() -> cutter.take(2))
          .hasMessage("a source must show the 2 clips it is asked for, but showed 1");
    }
    assertThatAllIsBack();
  }

  @Test
  void refusesABatchThatTheMachineHasNoMemoryFor() {
    TrainingClips clips =
        new TrainingClips(ClipInput.PAPER_VIDEO, RandomCrop.PAPER_PRETRAINING, 16_000_000, 16);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VideoBatches.training(new FakeClips(9), clips, 1))
        .withMessageMatching(
            "a batch of 256000000 clips of 16x224x224 takes \\d+ MB, and this machine has \\d+:"
                + " fewer clips at once take less .*");
  }
}
