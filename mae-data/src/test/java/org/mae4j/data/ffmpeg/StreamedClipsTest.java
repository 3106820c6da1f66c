package org.mae4j.data.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipInput.CentreCrop.Rounding;
import org.mae4j.api.ClipInput.Interpolation;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipSource;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.RandomCrop;
import org.mae4j.api.TrainingClips;
import org.mae4j.api.TrainingClips.RandomDistortion;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.ClipLoader;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.augment.ClipAugmentation;
import org.mae4j.data.augment.Crop;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.ClipReader;
import org.mae4j.data.dataset.InMemoryReader;
import org.mae4j.data.image.ImageReader;
import org.mae4j.models.torch.TorchEngine;

/**
 * Clips that are cut as their frames come are those that are cut out of whole clips, to the bit.
 */
class StreamedClipsTest {

  private static final FrameSampling SAMPLING = new FrameSampling(4, 3, 30);
  private static final int SIZE = 20;
  private static final ClipInput INPUT = ClipInput.video(SAMPLING, SIZE);

  @TempDir private static Path folder;
  private static List<ClipInfo> files;

  @BeforeAll
  static void write() throws IOException {
    int one = 1 << 16;
    video().write(folder.resolve("a.mp4"));
    video().displayMatrix(0, one, 0, -one, 0, 0, 0, 0, 1 << 30).write(folder.resolve("turned.mp4"));
    video().size(97, 75).write(folder.resolve("odd.mp4"));
    video().size(300, 200).write(folder.resolve("wide.mp4"));
    video().frames(5).write(folder.resolve("short.mp4"));
    // Its header says 60 frames.
    byte[] cut = Files.readAllBytes(video().write(folder.resolve("cut.avi")));
    Files.write(folder.resolve("cut.avi"), Arrays.copyOf(cut, cut.length / 2));
    Path joined = video().encoder("mpeg2video").frames(30).write(folder.resolve("joined.ts"));
    Path second = folder.resolve("second.ts");
    video().encoder("mpeg2video").size(96, 80).frames(30).times(i -> 30 + i).write(second);
    Files.write(joined, Files.readAllBytes(second), StandardOpenOption.APPEND);
    Files.delete(second);
    Files.writeString(folder.resolve("text.mp4"), "no video");
    image(folder.resolve("still.png"));
    try (Stream<Path> list = Files.list(folder)) {
      files =
          list.map(file -> file.getFileName().toString())
              .sorted()
              .map(name -> new ClipInfo(name, OptionalInt.empty()))
              .toList();
    }
  }

  private static VideoFixture video() {
    return new VideoFixture();
  }

  private static void image(Path file) throws IOException {
    BufferedImage image = new BufferedImage(70, 50, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(1);
    for (int i = 0; i < 70 * 50; i++) {
      image.setRGB(i % 70, i / 70, random.nextInt());
    }
    ImageIO.write(image, "png", file.toFile());
  }

  private static ClipDataset dataset(ClipReader reader) {
    return new ClipDataset("test", folder, files, List.of(), reader);
  }

  /** Of whole clips. */
  private static ClipSource whole() {
    ClipDataset clips = dataset(ClipReader.create());
    return new ClipSource() {
      @Override
      public int size() {
        return clips.size();
      }

      @Override
      public ClipInfo info(int index) {
        return clips.info(index);
      }

      @Override
      public List<Clip> clips(int index, ClipRequest request) {
        return clips.clips(index, request);
      }
    };
  }

  static Stream<Map.Entry<String, ClipAugmentation>> augmentations() {
    Map<String, ClipAugmentation> all = new LinkedHashMap<>();
    all.put("centre", Crop.centre(INPUT));
    all.put("left", Crop.spread(INPUT).get(0));
    all.put("right", Crop.spread(INPUT).get(2));
    all.put("random", Crop.random(RandomCrop.PAPER_PRETRAINING, INPUT));
    all.put("finetuning", Crop.random(RandomCrop.PAPER_FINETUNING, INPUT));
    all.put("short side", Crop.randomShortSide(22, 40, 0.5, INPUT));
    for (Interpolation kind : Interpolation.values()) {
      ClipInput other = INPUT.withInterpolation(kind);
      all.put("random " + kind, Crop.random(RandomCrop.PAPER_PRETRAINING, other));
      all.put(
          "framed " + kind,
          Crop.centre(other.withCrop(new ClipInput.CentreCrop(15, SIZE, Rounding.TORCHVISION))));
    }
    all.put("erased", training(0, 0.7));
    all.put("RandAugment", training(2, 0));
    all.put("all", training(1, 0.7));
    all.put("one's own", (frames, random) -> Crop.centre(INPUT).apply(frames, random).mul(2));
    return all.entrySet().stream();
  }

  private static ClipAugmentation training(int operations, double erasing) {
    return Crop.training(
        new TrainingClips(
            INPUT,
            RandomCrop.PAPER_FINETUNING,
            1,
            1,
            new RandomDistortion(operations, 0.5, erasing)));
  }

  @ParameterizedTest
  @MethodSource("augmentations")
  void areThoseOfWholeClips(Map.Entry<String, ClipAugmentation> augmentation) {
    ClipSource streamed = dataset(ClipReader.create());
    check(streamed, augmentation.getValue(), loader -> loader);
    // So many that frames take less than what is made of them.
    check(
        streamed, augmentation.getValue(), loader -> loader.setBatchSize(12).optRepeats(12, true));
    check(streamed, augmentation.getValue(), loader -> loader.setBatchSize(3).optRepeats(3, false));
  }

  @Test
  void areTheSameOutOfMemory() {
    try (InMemoryReader memory = InMemoryReader.create(1 << 28)) {
      check(
          dataset(memory),
          Crop.random(RandomCrop.PAPER_FINETUNING, INPUT),
          loader -> loader.setBatchSize(2).optRepeats(2, false));
      assertThat(memory.usedBytes()).isPositive();
    }
  }

  @Test
  void areTheSameFromAnotherProcess() {
    try (VideoReader isolated = VideoReader.builder().optIsolation(1).build()) {
      check(
          dataset(ClipReader.of(isolated, ImageReader.create())),
          Crop.random(RandomCrop.PAPER_FINETUNING, INPUT),
          loader -> loader.setBatchSize(2).optRepeats(2, false));
    }
  }

  private static void check(
      ClipSource streamed,
      ClipAugmentation augmentation,
      UnaryOperator<ClipLoader.Builder> options) {
    // As a lambda it has no frames but those of whole clips.
    ClipAugmentation ofWholeClips = (frames, random) -> augmentation.apply(frames, random);
    try (VideoBatches found = new VideoBatches(loader(streamed, options), augmentation);
        VideoBatches expected = new VideoBatches(loader(whole(), options), ofWholeClips);
        NDManager manager = TorchEngine.newManager()) {
      for (long i = 0; i < expected.batchesPerPass(); i++) {
        try (NDManager step = manager.newSubManager()) {
          ClipBatch batch = found.batch(i, step);
          ClipBatch right = expected.batch(i, step);
          assertThat(batch.sources()).isEqualTo(right.sources());
          assertThat(batch.clips().getShape()).isEqualTo(right.clips().getShape());
          assertThat(Arrays.equals(batch.clips().toFloatArray(), right.clips().toFloatArray()))
              .as("batch %s", right.sources())
              .isTrue();
          assertThat(step.getManagedArrays()).hasSize(2);
        }
      }
      assertThat(found.brokenFiles()).hasSameSizeAs(expected.brokenFiles()).isNotEmpty();
      assertThat(found.remarks()).isEqualTo(expected.remarks());
    }
  }

  private static ClipLoader loader(ClipSource source, UnaryOperator<ClipLoader.Builder> options) {
    return options
        .apply(
            ClipLoader.builder()
                .setSource(source)
                .setSampling(SAMPLING)
                .setBatchSize(1)
                .optPlacement(WindowPlacement.random())
                .optThreads(2)
                .optSeed(3))
        .build();
  }
}
