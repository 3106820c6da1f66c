package org.mae4j.data.shards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipSource;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Seeds;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.ClipLoader;
import org.mae4j.data.LoadedBatch;
import org.mae4j.data.ffmpeg.VideoCodec;
import org.mae4j.data.ffmpeg.VideoReader;
import org.mae4j.data.ffmpeg.VideoWriter;

class TarShardsTest {

  private static final int VIDEOS = 23;
  private static final FrameSampling SAMPLING = new FrameSampling(2, 2, 30);

  @TempDir private Path folder;
  private Path shards;
  private List<Path> files;

  @BeforeEach
  void pack() throws IOException {
    shards = folder.resolve("shards");
    files = new ArrayList<>();
    long bytes = 0;
    for (int i = 0; i < VIDEOS; i++) {
      files.add(write(folder.resolve("video " + i + ".mp4"), i));
      bytes += Files.size(files.get(i));
    }
    try (ShardWriter writer =
        ShardWriter.builder().setFolder(shards).optShardBytes(bytes * 2 / 3).build()) {
      for (int i = 0; i < VIDEOS; i++) {
        OptionalInt label = i % 4 == 0 ? OptionalInt.empty() : OptionalInt.of(i % 3);
        writer.add(new ClipInfo("a/video " + i + ".mp4", label), files.get(i));
      }
      assertThat(writer.finish()).hasSize(3);
    }
  }

  @Test
  void givesTheVideosBackAsTheyWere() {
    try (TarShards source = TarShards.of(shards);
        VideoReader reader = VideoReader.create()) {
      assertThat(source.size()).isEqualTo(VIDEOS);
      assertThat(source.runs()).hasSize(3);
      for (int i : new int[] {0, 22, 5, 5, 11, 10, 21}) {
        ClipInfo info = source.info(i);
        assertThat(info.id()).isEqualTo("a/video " + i + ".mp4");
        assertThat(info.label())
            .isEqualTo(i % 4 == 0 ? OptionalInt.empty() : OptionalInt.of(i % 3));
        try (Clip found = source.clips(i, request()).get(0);
            Clip expected = reader.decode(files.get(i), info, request()).get(0)) {
          assertThat(found.pixels()).isEqualTo(expected.pixels());
        }
      }
    }
  }

  @Test
  void theSameVideosGiveTheSameBytes() throws IOException {
    Path again = folder.resolve("again");
    for (Path target : List.of(again, folder.resolve("once more"))) {
      try (ShardWriter writer = ShardWriter.builder().setFolder(target).build()) {
        writer.add(ClipInfo.unlabelled("x"), files.get(0));
        writer.finish();
      }
    }
    assertThat(again.resolve("shard-000000.tar"))
        .hasSameBinaryContentAs(folder.resolve("once more/shard-000000.tar"));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8})
  void batchesAreTheSameWhateverTheThreadsAndWhereverItResumes(int threads) {
    List<String> expected = batches(1, 0);
    assertThat(batches(threads, 0)).isEqualTo(expected);
    assertThat(batches(threads, 7)).isEqualTo(expected.subList(7, expected.size()));
  }

  @Test
  void aPassReadsEachVideoOnceFromShardsAsTheyCome() {
    List<Integer> order = new ArrayList<>();
    try (ClipLoader loader = loader(1)) {
      for (long batch = 0; batch < VIDEOS; batch++) {
        try (LoadedBatch loaded = loader.load(batch)) {
          loaded.videos().forEach(clips -> order.add(number(clips.get(0).info().id())));
        }
      }
    }
    assertThat(order).hasSize(2 * VIDEOS);
    for (List<Integer> pass :
        List.of(order.subList(0, VIDEOS), order.subList(VIDEOS, 2 * VIDEOS))) {
      assertThat(pass).doesNotHaveDuplicates().isNotEqualTo(pass.stream().sorted().toList());
      // With a buffer of four, a video comes no more than three places early.
      List<Integer> stream = inShardOrder(pass);
      for (int i = 0; i < VIDEOS; i++) {
        assertThat(stream.indexOf(pass.get(i))).isLessThan(i + 4);
      }
    }
  }

  /** The videos of a pass by the order in which its shards begin. */
  private List<Integer> inShardOrder(List<Integer> pass) {
    List<Integer> runs;
    try (TarShards source = TarShards.of(shards)) {
      runs = source.runs();
    }
    int[] shardOf =
        IntStream.range(0, runs.size())
            .flatMap(shard -> IntStream.generate(() -> shard).limit(runs.get(shard)))
            .toArray();
    List<Integer> shardOrder = pass.stream().map(video -> shardOf[video]).distinct().toList();
    return shardOrder.stream()
        .flatMap(
            shard -> IntStream.range(0, VIDEOS).filter(video -> shardOf[video] == shard).boxed())
        .toList();
  }

  @Test
  void readsShardsOfOtherPrograms() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    try (OutputStream file = Files.newOutputStream(other.resolve("train-0.tar"));
        TarArchiveOutputStream tar = new TarArchiveOutputStream(file)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      put(tar, "./deep/sample.one.txt", "no dots in keys".getBytes(StandardCharsets.UTF_8));
      put(tar, "deep/" + "n".repeat(150) + ".cls", " 7\n".getBytes(StandardCharsets.UTF_8));
      put(tar, "deep/" + "n".repeat(150) + ".MP4", Files.readAllBytes(files.get(2)));
      put(tar, "deep/b.mp4", Files.readAllBytes(files.get(3)));
    }
    try (TarShards source = TarShards.of(other)) {
      assertThat(source.size()).isEqualTo(2);
      assertThat(source.info(0).label()).hasValue(7);
      assertThat(source.info(1)).isEqualTo(ClipInfo.unlabelled("train-0.tar/deep/b.mp4"));
      source.clips(0, request()).get(0).close();
    }
  }

  @Test
  void namesAVideoThatIsBroken() throws IOException {
    Path text = Files.writeString(folder.resolve("text.mp4"), "no video");
    Path broken = folder.resolve("broken");
    try (ShardWriter writer = ShardWriter.builder().setFolder(broken).build()) {
      writer.add(ClipInfo.unlabelled("the text.mp4"), text);
      writer.finish();
    }
    try (TarShards source = TarShards.of(broken)) {
      assertThatThrownBy(() -> source.clips(0, request()))
          .isInstanceOf(ClipReadException.class)
          .hasMessageStartingWith("the text.mp4: open: ");
    }
  }

  @Test
  void namesAShardThatBreaksOff() throws IOException {
    Path shard = shards.resolve("shard-000000.tar");
    byte[] bytes = Files.readAllBytes(shard);
    int firstVideo = 512 + (int) (Files.size(files.get(0)) + 511) / 512 * 512;
    for (int length : new int[] {300, 512, 700, firstVideo, firstVideo + 512 + 10}) {
      Files.write(shard, Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> TarShards.of(shards))
          .as("%d bytes", length)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("shard-000000.tar cannot be read as a shard");
    }
  }

  @Test
  void saysWhatAFolderOfShardsLooksLike() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TarShards.of(folder))
        .withMessageContaining("which would be a file like shard-000000.tar");
  }

  @Test
  void leavesNothingOfAShardThatIsNotCompleted() throws IOException {
    Path unfinished = folder.resolve("unfinished");
    try (ShardWriter writer = ShardWriter.builder().setFolder(unfinished).build()) {
      writer.add(ClipInfo.unlabelled("x"), files.get(0));
    }
    assertThat(unfinished).isEmptyDirectory();
  }

  @Test
  void leavesNothingOfAShardThatCannotBeCompleted() throws IOException {
    Path unfinished = folder.resolve("blocked");
    Files.createDirectories(unfinished.resolve("shard-000000.tar/in-its-place"));
    try (ShardWriter writer = ShardWriter.builder().setFolder(unfinished).build()) {
      writer.add(ClipInfo.unlabelled("x"), files.get(0));
      assertThatThrownBy(writer::finish)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageMatching(
              "(?s).*shard-000000\\.tar\\.[-0-9a-f]{36}\\.part cannot be completed.*");
    }
    try (var left = Files.list(unfinished)) {
      assertThat(left).containsExactly(unfinished.resolve("shard-000000.tar"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{\"id\": null}", "{\"label\": null}", "{\"label\": \"cat\"}"})
  void namesAShardWhoseDescriptionsAreOdd(String description) throws IOException {
    Path odd = Files.createDirectories(folder.resolve("odd"));
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(Files.newOutputStream(odd.resolve("a.tar")))) {
      byte[] bytes = description.getBytes(StandardCharsets.UTF_8);
      TarArchiveEntry entry = new TarArchiveEntry("0.json");
      entry.setSize(bytes.length);
      tar.putArchiveEntry(entry);
      tar.write(bytes);
      tar.closeArchiveEntry();
    }
    assertThatThrownBy(() -> TarShards.of(odd))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("a.tar cannot be read as a shard: 0.json: ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void namesTheMembersThatItLeavesOut() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    byte[] video = Files.readAllBytes(files.get(0));
    try (OutputStream file = Files.newOutputStream(other.resolve("a.tar"));
        TarArchiveOutputStream tar = new TarArchiveOutputStream(file)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
      put(tar, "0.mp4", video);
      put(tar, "0.mp4", Files.readAllBytes(files.get(1)));
      put(tar, "0.webm", video);
      put(tar, "0.json", "\uFEFF{\"id\": \"x\", \"label\": 3}".getBytes(StandardCharsets.UTF_8));
      put(tar, "0.json", "{\"id\": \"y\", \"label\": 4}".getBytes(StandardCharsets.UTF_8));
      put(tar, "1.jpg", video);
      put(tar, "._0.mp4", video);
      put(tar, "README", video);
      put(tar, "n".repeat(5000) + ".mp4", video);
      tar.putArchiveEntry(new TarArchiveEntry("link.mp4", TarConstants.LF_SYMLINK));
      tar.closeArchiveEntry();
      put(tar, "../../outside.mp4", video);
    }
    Files.writeString(other.resolve("._a.tar"), "a Mac's");
    Files.writeString(other.resolve("b.tar.gz"), "packed");
    Files.createDirectory(other.resolve("c.tar"));
    try (TarShards source = TarShards.of(other)) {
      assertThat(source.size()).isEqualTo(2);
      assertThat(source.info(0)).isEqualTo(new ClipInfo("x", OptionalInt.of(3)));
      assertThat(source.info(1).id()).isEqualTo("a.tar/../../outside.mp4");
      Map<String, String> leftOut = new TreeMap<>();
      source.leftOut().forEach((name, why) -> leftOut.put(name.replaceAll(" at byte .*", ""), why));
      assertThat(leftOut)
          .containsOnly(
              entry("a.tar/0.json", "second json of its name"),
              entry("a.tar/0.mp4", "second video of its name"),
              entry("a.tar/0.webm", "second video of its name"),
              entry("a.tar/1", "no video of this name"),
              entry("a.tar/._0.mp4", "hidden"),
              entry("a.tar/README", "no ending says what it is"),
              entry("a.tar/" + "n".repeat(5000) + ".mp4", "name of more than 4096 characters"),
              entry("a.tar/link.mp4", "link or another special file"),
              entry("._a.tar", "hidden"),
              entry("b.tar.gz", "packed, or not loaded to its end"),
              entry("c.tar", "no regular file"));
    }
    assertThat(folder.resolve("../outside.mp4")).doesNotExist();
  }

  @Test
  void namesTheMemberWhoseHeaderLies() throws IOException {
    Path shard = shards.resolve("shard-000000.tar");
    byte[] bytes = Files.readAllBytes(shard);
    byte[] other = bytes.clone();
    other[0]++;
    Files.write(shard, other);
    assertThatThrownBy(() -> TarShards.of(shards))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageEndingWith("100000000.mp4: its header does not agree with its checksum");
    int second = 512 + (int) (Files.size(files.get(0)) + 511) / 512 * 512;
    Arrays.fill(bytes, second + 124, second + 136, (byte) 255);
    Files.write(shard, bytes);
    assertThatThrownBy(() -> TarShards.of(shards))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("at or behind its member 000000000.mp4: ");
  }

  @Test
  void packsWhatIsLeftWhereAFileHasVanished() throws IOException {
    Path packed = folder.resolve("packed");
    try (ShardWriter writer = ShardWriter.builder().setFolder(packed).build()) {
      assertThatThrownBy(() -> writer.add(ClipInfo.unlabelled("x"), folder.resolve("gone.mp4")))
          .isInstanceOf(ClipReadException.class)
          .hasMessageStartingWith("x: open: ");
      writer.add(ClipInfo.unlabelled("y"), files.get(0));
      writer.finish();
    }
    try (TarShards source = TarShards.of(packed)) {
      assertThat(source.size()).isEqualTo(1);
    }
  }

  private List<String> batches(int threads, int first) {
    List<String> contents = new ArrayList<>();
    try (ClipLoader loader = loader(threads)) {
      for (long batch = first; batch < VIDEOS; batch++) {
        try (LoadedBatch loaded = loader.load(batch)) {
          loaded
              .videos()
              .forEach(
                  clips ->
                      contents.add(
                          clips.get(0)
                              + " "
                              + clips.get(0).timestamp(0)
                              + " "
                              + clips.get(0).pixels().hashCode()));
        }
      }
    }
    // A batch has two videos.
    List<String> batches = new ArrayList<>();
    for (int i = 0; i < contents.size(); i += 2) {
      batches.add(contents.get(i) + ", " + contents.get(i + 1));
    }
    return batches;
  }

  private ClipLoader loader(int threads) {
    ClipSource source = TarShards.builder().setFolder(shards).optShuffleBuffer(4).build();
    return ClipLoader.builder()
        .setSource(source)
        .setSampling(SAMPLING)
        .setBatchSize(2)
        .optThreads(threads)
        .build();
  }

  private static int number(String id) {
    return Integer.parseInt(id.replaceAll("[^0-9]", "").replaceAll("4$", ""));
  }

  private static ClipRequest request() {
    return ClipRequest.one(SAMPLING, WindowPlacement.centre(), Seeds.generator(1));
  }

  private static void put(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private static Path write(Path file, int shade) {
    try (VideoWriter writer =
        VideoWriter.builder()
            .setFile(file)
            .setCodec(VideoCodec.MPEG4)
            .setSize(32, 32)
            .setFrameRate(30, 1)
            .build()) {
      ByteBuffer frame = ByteBuffer.allocate(3 * 32 * 32);
      for (int i = 0; i < 20; i++) {
        for (int p = 0; p < frame.capacity(); p++) {
          frame.put(p, (byte) (p / 7 + 8 * i + 11 * shade));
        }
        writer.write(frame);
      }
      writer.finish();
    }
    return file;
  }
}
