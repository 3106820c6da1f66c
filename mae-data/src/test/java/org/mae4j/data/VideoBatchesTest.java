package org.mae4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.ClipSource;
import org.mae4j.api.FrameSampling;
import org.mae4j.data.augment.ClipAugmentation;
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
      ClipBatch batch = batches.read(0, manager);
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
      ClipBatch batch = batches.read(0, manager);
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
      one.read(0, manager).clips().close();
      float[] resumed = other.read(5, manager).clips().toFloatArray();
      assertThat(one.read(5, manager).clips().toFloatArray()).isEqualTo(resumed);
    }
  }

  @Test
  void leavesNoArrayBehindButTheBatch() {
    ClipLoader loader = loader(new FakeClips(9)).optRepeats(2, true).build();
    try (VideoBatches batches = new VideoBatches(loader, CORNER);
        NDManager manager = NDManager.newBaseManager()) {
      for (long i = 0; i < 3; i++) {
        NDArray clips = batches.read(i, manager).clips();
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
      batches.read(0, manager).clips().close();
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
        batches.read(i, manager).clips().close();
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

  private static ClipLoader.Builder loader(ClipSource source) {
    return ClipLoader.builder()
        .setSource(source)
        .setSampling(new FrameSampling(2, 1, 30))
        .setBatchSize(4);
  }
}
