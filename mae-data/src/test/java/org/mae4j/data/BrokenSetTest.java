package org.mae4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.FrameSampling;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.data.ffmpeg.VideoCodec;
import org.mae4j.data.ffmpeg.VideoWriter;

/**
 * Loading from real files of which a fifth is broken. The system property {@code mae4j.clips} sets
 * how many clips are read.
 */
class BrokenSetTest {

  private static final int CLIPS = Integer.getInteger("mae4j.clips", 10_000);
  private static final int VIDEOS = 20;
  private static final int BATCH = 50;
  private static final long MEMORY_SLACK = 64L << 20;

  @TempDir private Path folder;

  @BeforeEach
  void writeVideos() throws IOException {
    write(folder.resolve("00.mp4"));
    byte[] whole = Files.readAllBytes(folder.resolve("00.mp4"));
    for (int i = 1; i < VIDEOS; i++) {
      Files.write(
          folder.resolve(String.format(Locale.ROOT, "%02d.mp4", i)),
          i % 5 == 4 ? broken(whole, i) : whole);
    }
  }

  private static byte[] broken(byte[] whole, int number) {
    return switch (number) {
      case 4 -> new byte[0];
      case 9 -> "no video at all".getBytes(StandardCharsets.UTF_8);
      case 14 -> blank(whole);
      default -> Arrays.copyOf(whole, whole.length / 2);
    };
  }

  /** A sound header, and nothing but zeros where the frames were. */
  private static byte[] blank(byte[] whole) {
    byte[] bytes = whole.clone();
    int box = new String(whole, StandardCharsets.ISO_8859_1).indexOf("mdat");
    int length = ByteBuffer.wrap(whole).getInt(box - Integer.BYTES);
    Arrays.fill(bytes, box + Integer.BYTES, box - Integer.BYTES + length, (byte) 0);
    return bytes;
  }

  @Test
  void completesNamesEachOnceAndLeavesNothingOpen() throws IOException {
    Path handles = Path.of("/proc/self/fd");
    assumeTrue(Files.isDirectory(handles), "open handles can be counted on Linux only");
    run(CLIPS / 10);
    long open = count(handles);
    long growth = Long.MAX_VALUE;
    // Java takes up its heap bit by bit and is done at some time; what leaks grows in every run.
    for (int attempt = 0; attempt < 5 && growth >= MEMORY_SLACK; attempt++) {
      long resident = resident();
      assertThat(run(CLIPS))
          .extracting(ClipReadException::getMessage)
          .containsExactly(
              "04.mp4: open: Invalid data found when processing input",
              "09.mp4: open: Invalid data found when processing input",
              "14.mp4: decode: Invalid data found when processing input",
              "19.mp4: open: Invalid data found when processing input");
      growth = resident() - resident;
    }
    assertThat(count(handles)).isEqualTo(open);
    assertThat(growth).isLessThan(MEMORY_SLACK);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8})
  void readsTheSameWhateverTheThreadsAndWhereverItResumes(int threads) {
    List<Integer> expected = hashes(1, 0);
    assertThat(hashes(threads, 0)).isEqualTo(expected);
    assertThat(hashes(threads, 3)).isEqualTo(expected.subList(3, expected.size()));
  }

  private List<Integer> hashes(int threads, int firstBatch) {
    try (ClipLoader loader = loader(8, threads)) {
      List<Integer> hashes = new ArrayList<>();
      for (long batch = firstBatch; batch < 10; batch++) {
        try (LoadedBatch loaded = loader.load(batch)) {
          hashes.add(loaded.videos().stream().map(BrokenSetTest::hash).toList().hashCode());
        }
      }
      return hashes;
    }
  }

  /** Of the clips' names, times and pixels. */
  private static int hash(List<Clip> clips) {
    Clip clip = clips.get(0);
    int hash = clip.info().id().hashCode();
    for (int t = 0; t < clip.shape().frames(); t++) {
      hash = 31 * hash + Double.hashCode(clip.timestamp(t));
    }
    return 31 * hash + clip.pixels().hashCode();
  }

  private List<ClipReadException> run(int clips) {
    try (ClipLoader loader = loader(BATCH, 2)) {
      IntStream.range(0, clips / BATCH).forEach(batch -> loader.load(batch).close());
      return loader.brokenFiles();
    }
  }

  private ClipLoader loader(int batch, int threads) {
    return ClipLoader.builder()
        .setSource(VideoFolder.of(folder))
        .setSampling(new FrameSampling(2, 2, 30))
        .setBatchSize(batch)
        .optThreads(threads)
        .build();
  }

  private static long count(Path handles) throws IOException {
    try (var list = Files.list(handles)) {
      return list.count();
    }
  }

  /** Bytes of this process in memory, without garbage: a collection gives its pages back. */
  private static long resident() throws IOException {
    System.gc();
    String pages = Files.readString(Path.of("/proc/self/statm")).split(" ", -1)[1];
    return Long.parseLong(pages) * 4096;
  }

  private static void write(Path file) {
    try (VideoWriter writer =
        VideoWriter.builder()
            .setFile(file)
            .setCodec(VideoCodec.MPEG4)
            .setSize(32, 32)
            .setFrameRate(30, 1)
            .build()) {
      ByteBuffer frame = ByteBuffer.allocate(3 * 32 * 32);
      for (int i = 0; i < 30; i++) {
        for (int p = 0; p < frame.capacity(); p++) {
          frame.put(p, (byte) (p / 7 + 8 * i));
        }
        writer.write(frame);
      }
      writer.finish();
    }
  }
}
