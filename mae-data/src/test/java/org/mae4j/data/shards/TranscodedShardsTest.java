package org.mae4j.data.shards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Seeds;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.VideoCopy;
import org.mae4j.data.VideoCopy.State;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.data.ffmpeg.VideoCodec;
import org.mae4j.data.ffmpeg.VideoTranscoder;
import org.mae4j.data.ffmpeg.VideoWriter;

class TranscodedShardsTest {

  private static final int VIDEOS = 7;
  private static final VideoTranscoder SMALL = new VideoTranscoder(32, 15);

  @TempDir private Path folder;
  private Path files;
  private Path originals;
  private Path copies;

  @BeforeEach
  void write() throws IOException {
    files = folder.resolve("files");
    originals = folder.resolve("originals");
    copies = folder.resolve("copies");
    for (int i = 0; i < VIDEOS; i++) {
      Path of = Files.createDirectories(files.resolve("class " + i % 3));
      write(of.resolve(i + ".mp4"), i);
    }
    Files.writeString(files.resolve("class 2/broken.mp4"), "no video");
    ClipDataset videos = VideoFolder.ofClasses(files);
    long bytes = Files.size(videos.path(0));
    try (ShardWriter writer =
        ShardWriter.builder().setFolder(originals).optShardBytes(3 * bytes + 10_000).build()) {
      for (int i = 0; i < videos.size(); i++) {
        writer.add(videos.info(i), videos.path(i));
      }
      assertThat(writer.finish()).hasSizeBetween(2, 4);
    }
  }

  @Test
  void areTheShardsOfTheirOriginals() {
    try (TarShards shards = TarShards.of(originals);
        TranscodedShards transcoded = TranscodedShards.of(shards, copies, SMALL)) {
      List<VideoCopy> told = new ArrayList<>();
      List<VideoCopy> made = transcoded.makeAll(2, told::add);
      assertThat(told).containsExactlyInAnyOrderElementsOf(made);
      assertThat(made).hasSize(VIDEOS + 1);
      assertThat(made).filteredOn(copy -> copy.state() == State.MADE).hasSize(VIDEOS);
      assertThat(made)
          .filteredOn(copy -> copy.state() == State.BROKEN)
          .extracting(VideoCopy::remark)
          .allMatch(remark -> remark.startsWith("class 2/broken.mp4: "))
          .hasSize(1);
      assertWhole();
      assertThat(copies.toFile().list()).containsExactlyInAnyOrder(originals.toFile().list());
    }
  }

  @Test
  void areMadeOfAFolder() {
    ClipDataset videos = VideoFolder.ofClasses(files);
    try (TranscodedShards transcoded = TranscodedShards.of(videos, 3, copies, SMALL)) {
      transcoded.makeAll(1, copy -> {});
      assertWhole();
      assertThat(copies.toFile().list())
          .containsExactlyInAnyOrder("shard-000000.tar", "shard-000001.tar", "shard-000002.tar");
    }
  }

  @Test
  void areMadeOnce() throws IOException {
    make();
    Path shard = copies.resolve("shard-000000.tar");
    FileTime mark = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(shard, mark);
    assertThat(make()).noneMatch(copy -> copy.state() == State.MADE);
    assertThat(Files.getLastModifiedTime(shard)).isEqualTo(mark);
    Files.delete(copies.resolve("shard-000001.tar"));
    assertThat(make()).anyMatch(copy -> copy.state() == State.MADE);
    assertThat(Files.getLastModifiedTime(shard)).isEqualTo(mark);
    assertWhole();
  }

  @Test
  void areMadeAgainOfThoseThatHaveChanged() throws IOException {
    ClipDataset videos = VideoFolder.ofClasses(files);
    try (TranscodedShards transcoded = TranscodedShards.of(videos, 10, copies, SMALL)) {
      transcoded.makeAll(1, copy -> {});
    }
    write(files.resolve("class 1/4.mp4"), 6);
    try (TranscodedShards transcoded = TranscodedShards.of(videos, 10, copies, SMALL)) {
      assertThat(transcoded.makeAll(1, copy -> {}))
          .filteredOn(copy -> copy.state() == State.MADE)
          .extracting(copy -> copy.video().id())
          .containsExactly("class 1/4.mp4");
    }
    assertThat(shades()).containsExactlyInAnyOrder(0, 1, 2, 3, 6, 5, 6);
  }

  @Test
  void areMadeOnceByTwo() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<List<VideoCopy>>> runs = threads.invokeAll(List.of(this::make, this::make));
      List<VideoCopy> all = new ArrayList<>(runs.get(0).get());
      all.addAll(runs.get(1).get());
      assertThat(all).filteredOn(copy -> copy.state() == State.MADE).hasSize(VIDEOS);
      assertWhole();
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void areNotWrittenOverOtherShards() {
    try (TarShards shards = TarShards.of(originals)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> TranscodedShards.of(shards, originals, SMALL))
          .withMessageEndingWith("shard-000000.tar must go into another folder");
    }
    ClipDataset videos = VideoFolder.ofClasses(files);
    try (TranscodedShards transcoded = TranscodedShards.of(videos, 10, originals, SMALL)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> transcoded.makeAll(1, copy -> {}))
          .withMessageContaining("shard-000000.tar is there already, and no shard of copies");
    }
  }

  private List<VideoCopy> make() {
    try (TarShards shards = TarShards.of(originals);
        TranscodedShards transcoded = TranscodedShards.of(shards, copies, SMALL)) {
      return transcoded.makeAll(1, copy -> {});
    }
  }

  private void assertWhole() {
    assertThat(shades()).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6);
    try (TarShards found = TarShards.of(copies)) {
      assertThat(found.leftOut()).isEmpty();
      for (int i = 0; i < found.size(); i++) {
        ClipInfo info = found.info(i);
        assertThat(info.label())
            .isEqualTo(OptionalInt.of(info.id().charAt("class ".length()) - '0'));
      }
    }
  }

  private List<Integer> shades() {
    List<Integer> shades = new ArrayList<>();
    try (TarShards found = TarShards.of(copies)) {
      for (int i = 0; i < found.size(); i++) {
        ClipRequest request =
            ClipRequest.one(
                new FrameSampling(2, 4, 30), WindowPlacement.centre(), Seeds.generator(1));
        try (Clip clip = found.clips(i, request).get(0)) {
          assertThat(clip.shape().height()).isEqualTo(32);
          shades.add(Math.round((clip.pixels().get(0) & 0xff) / 40f));
        }
      }
    }
    return shades;
  }

  /** 20 frames of one shade of grey. */
  private static void write(Path file, int shade) {
    int height = 48;
    int width = 64;
    byte[] frame = new byte[3 * height * width];
    Arrays.fill(frame, (byte) (40 * shade));
    try (VideoWriter writer =
        VideoWriter.builder()
            .setFile(file)
            .setCodec(VideoCodec.MPEG4)
            .setSize(width, height)
            .setFrameRate(30, 1)
            .build()) {
      for (int i = 0; i < 20; i++) {
        writer.write(ByteBuffer.wrap(frame));
      }
      writer.finish();
    }
  }
}
