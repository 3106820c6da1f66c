package org.mae4j.examples.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.data.VideoCopy;
import org.mae4j.data.VideoCopy.State;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.Manifest;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.data.ffmpeg.VideoCodec;
import org.mae4j.data.ffmpeg.VideoWriter;
import org.mae4j.data.shards.TarShards;
import org.mae4j.examples.support.Examples;
import picocli.CommandLine;

class TranscodeVideosTest {

  private static final int VIDEOS = 4;

  @TempDir private Path folder;
  private Path videos;
  private Path out;

  @BeforeEach
  void write() throws IOException {
    videos = folder.resolve("videos");
    out = folder.resolve("out");
    for (int i = 0; i < VIDEOS; i++) {
      write(Files.createDirectories(videos.resolve("c" + i % 2)).resolve(i + ".mp4"));
    }
  }

  @Test
  void copiesAFolderOnce() {
    assertThat(run("--videos", videos, "--out", out)).allMatch(TranscodeVideosTest::isMade);
    assertThat(run("--videos", videos, "--out", out)).noneMatch(TranscodeVideosTest::isMade);
    assertThat(VideoFolder.ofClasses(out).listHash())
        .isEqualTo(VideoFolder.ofClasses(videos).listHash());
  }

  @Test
  void copiesInPartsThatAreAllTogether() {
    List<VideoCopy> first = run("--videos", videos, "--out", out, "--part", "1/2");
    List<VideoCopy> second = run("--videos", videos, "--out", out, "--part", "2/2");
    assertThat(first.size() + second.size()).isEqualTo(VIDEOS);
    assertThat(VideoFolder.of(out).listHash()).isEqualTo(VideoFolder.of(videos).listHash());
  }

  @Test
  void copiesWhatAListNames() throws IOException {
    Path list = Files.writeString(folder.resolve("some.txt"), "c0/2.mp4 7\nc1/3.mp4 0\n");
    run("--list", list, "--root", videos, "--out", out);
    ClipDataset copies = Manifest.read(out.resolve("some.txt"));
    ClipDataset originals = Manifest.builder().setFile(list).optRoot(videos).build();
    assertThat(copies.clips()).isEqualTo(originals.clips());
    assertThat(copies.root()).isEqualTo(out);
  }

  @Test
  void copiesToShardsAndFromShardsToShards() {
    run("--videos", videos, "--out", out, "--shards", 3, "--classes");
    Path again = folder.resolve("again");
    // What is copied already is no larger than the copies, which are made of it all the same.
    run("--videos", out, "--out", again, "--rate", 5);
    for (Path each : List.of(out, again)) {
      try (TarShards shards = TarShards.of(each)) {
        assertThat(shards.runs()).containsExactly(3, 1);
        assertThat(shards.info(3).id()).isEqualTo("c1/3.mp4");
        assertThat(shards.info(3).label()).hasValue(1);
      }
    }
  }

  @Test
  void endsWellIfThereIsAnyCopy() throws IOException {
    Files.writeString(videos.resolve("c0/broken.mp4"), "no video");
    assertThat(execute("--videos", videos, "--out", out)).isZero();
    Path broken = Files.createDirectory(folder.resolve("broken"));
    Files.writeString(broken.resolve("broken.mp4"), "no video");
    assertThat(execute("--videos", broken, "--out", out)).isEqualTo(Examples.BAD_INPUT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"videos", "videos/copies", "."})
  void refusesToCopyIntoTheVideosOrAroundThem(String where) throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
    assertThatThrownBy(() -> run("--videos", videos, "--out", link.resolve(where)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("--out must neither lie in --videos nor hold it");
  }

  @Test
  void refusesOptionsThatDoNotGoTogether() throws IOException {
    Path list = Files.writeString(folder.resolve("a.txt"), "videos/c0/2.mp4\n");
    assertThatThrownBy(() -> run("--videos", videos, "--list", list, "--out", out))
        .hasMessage("exactly one of --videos and --list must be given");
    assertThatThrownBy(() -> run("--list", list, "--out", folder))
        .hasMessageStartingWith("the copies get a list of their own, which must not be " + list);
    assertThatThrownBy(() -> run("--videos", videos, "--out", out, "--part", "3/2"))
        .hasMessage("a part must be from 1 to 2, but was 3, by --part");
    assertThatThrownBy(() -> run("--videos", videos, "--out", out, "--threads", 0))
        .hasMessage("--threads must be at least 1, but was 0");
    assertThatThrownBy(() -> run("--videos", videos, "--out", out, "--short-side", 15))
        .hasMessage("short side must be even and at least 16, but was 15");
    assertThat(out).doesNotExist();
  }

  private static boolean isMade(VideoCopy copy) {
    return copy.state() == State.MADE;
  }

  private static List<VideoCopy> run(Object... arguments) {
    TranscodeVideos program = new TranscodeVideos();
    new CommandLine(program).parseArgs(strings(arguments));
    return program.run();
  }

  private static int execute(Object... arguments) {
    return Examples.execute(new TranscodeVideos(), strings(arguments));
  }

  private static String[] strings(Object... arguments) {
    return Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new);
  }

  /** 20 frames of grey. */
  private static void write(Path file) {
    byte[] frame = new byte[3 * 48 * 64];
    try (VideoWriter writer =
        VideoWriter.builder()
            .setFile(file)
            .setCodec(VideoCodec.MPEG4)
            .setSize(64, 48)
            .setFrameRate(30, 1)
            .build()) {
      for (int i = 0; i < 20; i++) {
        writer.write(ByteBuffer.wrap(frame));
      }
      writer.finish();
    }
  }
}
