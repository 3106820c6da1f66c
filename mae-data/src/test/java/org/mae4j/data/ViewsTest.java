package org.mae4j.data;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipInput.Interpolation;
import org.mae4j.api.ClipSource;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.RandomCrop;
import org.mae4j.api.Seeds;
import org.mae4j.data.augment.Crop;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.ImageFolder;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.data.ffmpeg.VideoCodec;
import org.mae4j.data.ffmpeg.VideoWriter;

/** From files on disk to batches, by each way of looking at them. */
class ViewsTest {

  private static final FrameSampling SAMPLING = new FrameSampling(4, 2, 30);
  private static final ClipInput SMALL = ClipInput.video(SAMPLING, 16);

  @TempDir private Path root;

  @Test
  void looksThroughWindowsAndSquaresOfVideos() throws IOException {
    ClipDataset videos = videos();
    List<Float> starts = new ArrayList<>();
    List<Float> colours = new ArrayList<>();
    for (ClipView view : ClipView.uniform(3, SMALL)) {
      float[] first = look(view, videos, 0);
      starts.add(first[0]);
      colours.add(first[1]);
    }
    // Brightness of the first frame tells the time, blue the place in the picture.
    for (int window = 0; window < 3; window++) {
      assertThat(starts.get(3 * window)).isEqualTo(starts.get(3 * window + 2));
      assertThat(colours.subList(3 * window, 3 * window + 3)).isSorted().doesNotHaveDuplicates();
    }
    // 60 frames, of which a window spans 8: the starts are 0, 26 and 52.
    assertThat(level(starts.get(0))).isBetween(0f, 3f);
    assertThat(level(starts.get(3))).isBetween(101f, 107f);
    assertThat(level(starts.get(6))).isBetween(205f, 211f);
  }

  @Test
  void looksAtTheMiddleOfVideosTheSameEveryTime() throws IOException {
    ClipDataset videos = videos();
    float[] once = look(ClipView.centre(SMALL), videos, 1);
    assertThat(once).isEqualTo(look(ClipView.centre(SMALL), videos, 2));
    assertThat(level(once[0])).isBetween(101f, 107f);
  }

  @Test
  void looksAtVideosAsThePapersValidationDoes() throws IOException {
    ClipDataset videos = videos();
    float[] once = look(ClipView.paperRandom(SMALL), videos, 1);
    assertThat(once).isEqualTo(look(ClipView.paperRandom(SMALL), videos, 1));
    assertThat(once).isNotEqualTo(look(ClipView.paperRandom(SMALL), videos, 2));
  }

  @Test
  void looksAtImagesAsAtVideosInWhichNothingMoves() throws IOException {
    ClipDataset images = images();
    List<ClipView> views = new ArrayList<>(ClipView.uniform(2, SMALL));
    views.add(ClipView.centre(SMALL));
    views.add(ClipView.paperRandom(SMALL));
    for (ClipView view : views) {
      look(view, images, 0);
    }
    assertThat(look(views.get(0), images, 0)).isEqualTo(look(views.get(3), images, 0));
    assertThat(look(views.get(0), images, 0)).isNotEqualTo(look(views.get(2), images, 0));
  }

  @Test
  void looksAtImagesAsUsual() throws IOException {
    try (NDManager manager = NDManager.newBaseManager();
        VideoBatches batches =
            VideoBatches.evaluation(images(), ClipInput.photograph(SAMPLING, 224))) {
      ClipBatch batch = batches.batch(0, manager);
      assertThat(batch.clips().getShape()).isEqualTo(new Shape(2, 3, 4, 224, 224));
      assertStill(batch.clips());
      assertThat(batch.labels()).containsExactly(0, 1);
    }
  }

  @Test
  void trainsOnRandomPartsOfImages() throws IOException {
    ClipLoader loader =
        ClipLoader.builder()
            .setSource(images())
            .setSampling(SAMPLING)
            .setBatchSize(4)
            .optRepeats(2, true)
            .build();
    ClipInput input = SMALL.withInterpolation(Interpolation.PILLOW_BILINEAR);
    Crop crop = Crop.random(RandomCrop.PAPER_FINETUNING, input);
    try (NDManager manager = NDManager.newBaseManager();
        VideoBatches batches = new VideoBatches(loader, crop)) {
      NDArray clips = batches.batch(0, manager).clips();
      assertThat(clips.getShape()).isEqualTo(new Shape(4, 3, 4, 16, 16));
      assertStill(clips);
      assertThat(clips.get(0).toFloatArray()).isNotEqualTo(clips.get(1).toFloatArray());
    }
  }

  private static void assertStill(NDArray clips) {
    float[] first = clips.get(":, :, 0").toFloatArray();
    for (int frame = 1; frame < clips.getShape().get(2); frame++) {
      assertThat(clips.get(":, :, " + frame).toFloatArray()).isEqualTo(first);
    }
  }

  /** Red and blue of the middle pixel of the first frame of the first clip. */
  private static float[] look(ClipView view, ClipSource source, long seed) {
    try (NDManager manager = NDManager.newBaseManager();
        VideoBatches batches =
            VideoBatches.evaluation(source, view, loader -> loader.optSeed(seed))) {
      ClipBatch batch = batches.batch(0, manager);
      assertThat(batch.clips().getShape()).isEqualTo(new Shape(2, 3, 4, 16, 16));
      assertThat(batch.labels()).containsExactly(0, 1);
      return new float[] {
        batch.clips().getFloat(0, 0, 0, 8, 8), batch.clips().getFloat(0, 2, 0, 8, 8)
      };
    }
  }

  /** Undoes the paper's normalisation. */
  private static float level(float value) {
    return (value * 0.225f + 0.45f) * 255;
  }

  /** Two classes of one video each: red grows by 4 with each frame, blue from left to right. */
  private ClipDataset videos() throws IOException {
    for (String name : List.of("a", "b")) {
      Path folder = Files.createDirectories(root.resolve("videos/" + name));
      try (VideoWriter writer =
          VideoWriter.builder()
              .setFile(folder.resolve("1.avi"))
              .setCodec(VideoCodec.FFV1)
              .setSize(64, 32)
              .setFrameRate(30, 1)
              .build()) {
        for (int i = 0; i < 60; i++) {
          ByteBuffer frame = ByteBuffer.allocate(3 * 64 * 32);
          while (frame.hasRemaining()) {
            int x = frame.position() / 3 % 64;
            frame.put((byte) (4 * i)).put((byte) 100).put((byte) (4 * x));
          }
          writer.write(frame.flip());
        }
        writer.finish();
      }
    }
    return VideoFolder.builder().setFolder(root.resolve("videos")).optClassFolders().build();
  }

  private ClipDataset images() throws IOException {
    long[] seeds = {1, 2};
    for (long seed : seeds) {
      BufferedImage image = new BufferedImage(300, 200, BufferedImage.TYPE_INT_RGB);
      int noise = Seeds.generator(seed).nextInt(100);
      for (int y = 0; y < 200; y++) {
        for (int x = 0; x < 300; x++) {
          image.setRGB(x, y, ((5 * x / 6) << 16) | (y << 8) | ((x + y + noise) % 256));
        }
      }
      Path folder = Files.createDirectories(root.resolve("images/" + seed));
      ImageIO.write(image, "png", folder.resolve("1.png").toFile());
    }
    return ImageFolder.builder().setFolder(root.resolve("images")).optClassFolders().build();
  }
}
