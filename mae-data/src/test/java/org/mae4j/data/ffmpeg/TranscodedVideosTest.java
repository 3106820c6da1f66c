package org.mae4j.data.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipSource;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Seeds;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.TranscodedVideos;
import org.mae4j.data.VideoCopy;
import org.mae4j.data.VideoCopy.State;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.VideoFolder;

class TranscodedVideosTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"mpeg4, 2, a.mp4", "mpeg4, 0, a.avi", "libvpx, 0, a.webm", "mpeg2video, 2, a.ts"})
  void showTheSameFrames(String encoder, int bFrames, String name) {
    Path video =
        new VideoFixture()
            .encoder(encoder)
            .bFrames(bFrames)
            .size(128, 96)
            .write(folder.resolve(name));
    try (TranscodedVideos copies = copies(video, 30);
        Clip clip = read(copies, new FrameSampling(60, 1, 30))) {
      assertThat(clip.shape().height()).isEqualTo(48);
      assertThat(clip.shape().width()).isEqualTo(64);
      assertThat(VideoFixture.numbers(clip)).containsExactly(IntStream.range(0, 60).toArray());
    }
  }

  @Test
  void showAtEachTimeWhatTheVideoShows() {
    // Frames of the video at 0, 1, 2, 3, 10, 11, 12, ... thirtieths of a second.
    Path video =
        new VideoFixture()
            .frames(20)
            .times(i -> i < 4 ? i : i + 6)
            .write(folder.resolve("gap.mp4"));
    try (TranscodedVideos copies = copies(video, 10);
        Clip clip = read(copies, new FrameSampling(9, 3, 30))) {
      assertThat(VideoFixture.numbers(clip)).containsExactly(0, 3, 3, 3, 6, 9, 12, 15, 18);
    }
  }

  @ParameterizedTest
  @CsvSource({"300, 7.5, 75", "299, 7.5, 75", "296, 7.5, 74", "1, 7.5, 1", "30, 0.1, 1"})
  void lastAsLongAsTheVideo(int frames, double rate, int expected) {
    Path video = new VideoFixture().frames(frames).write(folder.resolve("a.mp4"));
    try (TranscodedVideos copies = copies(video, rate)) {
      copies.makeAll(1, copy -> {});
      assertThat(VideoReader.facts(copies.copy(0), "a").frames()).hasValue(expected);
    }
  }

  @Test
  void areTurnedAsTheVideoIsShown() {
    int one = 1 << 16;
    Path video =
        new VideoFixture()
            .size(128, 96)
            .displayMatrix(0, one, 0, -one, 0, 0, 0, 0, 1 << 30)
            .write(folder.resolve("turned.mp4"));
    try (TranscodedVideos copies = copies(video, 30);
        Clip clip = read(copies, new FrameSampling(2, 1, 30))) {
      assertThat(clip.shape().height()).isEqualTo(64);
      assertThat(clip.shape().width()).isEqualTo(48);
    }
  }

  @Test
  void areMadeOnceAndAgainWhenTheVideoHasChanged() throws IOException {
    Path video = new VideoFixture().write(folder.resolve("a.mp4"));
    try (TranscodedVideos copies = copies(video, 30)) {
      read(copies, new FrameSampling(2, 1, 30)).close();
      FileTime mark = FileTime.fromMillis(1_000_000);
      Files.setLastModifiedTime(copies.copy(0), mark);
      read(copies, new FrameSampling(2, 1, 30)).close();
      // Copied to another machine, say.
      Files.setLastModifiedTime(video, FileTime.from(Instant.now().plusSeconds(100)));
      read(copies, new FrameSampling(2, 1, 30)).close();
      assertThat(Files.getLastModifiedTime(copies.copy(0))).isEqualTo(mark);
      new VideoFixture().frames(31).write(video);
      read(copies, new FrameSampling(2, 1, 30)).close();
      assertThat(Files.getLastModifiedTime(copies.copy(0))).isNotEqualTo(mark);
      assertThat(filesIn(folder.resolve("copies"))).containsExactly("a.mp4");
    }
  }

  @Test
  void nameAVideoThatIsBroken() throws IOException {
    Path text = Files.writeString(folder.resolve("text.mp4"), "no video");
    try (TranscodedVideos copies = copies(text, 30)) {
      assertThatThrownBy(() -> read(copies, new FrameSampling(2, 1, 30)))
          .isInstanceOf(ClipReadException.class)
          .hasMessageStartingWith("text.mp4: open: ");
      assertThat(filesIn(folder.resolve("copies"))).isEmpty();
    }
  }

  @Test
  void mayBeMadeByTwoAtOnce() throws Exception {
    Path video = new VideoFixture().write(folder.resolve("a.mp4"));
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (TranscodedVideos one = copies(video, 30);
        TranscodedVideos other = copies(video, 30)) {
      for (int i = 0; i < 5; i++) {
        List<Future<Clip>> clips =
            threads.invokeAll(
                List.of(
                    () -> read(one, new FrameSampling(60, 1, 30)),
                    () -> read(other, new FrameSampling(60, 1, 30))));
        for (Future<Clip> clip : clips) {
          try (Clip read = clip.get()) {
            assertThat(VideoFixture.numbers(read))
                .containsExactly(IntStream.range(0, 60).toArray());
          }
        }
        Files.delete(one.copy(0));
      }
      assertThat(filesIn(folder.resolve("copies"))).isEmpty();
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void areMadeOnceByTwoThatMakeAll() throws Exception {
    ClipDataset videos = videos(6);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (TranscodedVideos one = copies(videos);
        TranscodedVideos other = copies(videos)) {
      List<Future<List<VideoCopy>>> runs =
          threads.invokeAll(
              List.of(() -> one.makeAll(2, copy -> {}), () -> other.makeAll(2, copy -> {})));
      List<VideoCopy> all = new ArrayList<>(runs.get(0).get());
      all.addAll(runs.get(1).get());
      assertThat(all).hasSize(12).noneMatch(copy -> copy.state() == State.BROKEN);
      assertThat(all).filteredOn(copy -> copy.state() == State.MADE).hasSize(6);
      assertWhole(one);
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void goOnWhereAProcessWasKilled() throws Exception {
    ClipDataset videos = videos(5);
    Process killed =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                KilledProgram.class.getName(),
                videos.root().toString(),
                folder.resolve("copies").toString())
            .inheritIO()
            .start();
    assertThat(killed.waitFor()).isEqualTo(KilledProgram.STATUS);
    try (TranscodedVideos copies = copies(videos)) {
      List<String> left = filesIn(folder.resolve("copies"));
      assertThat(left).anyMatch(name -> name.endsWith(".claim"));
      List<State> states = copies.makeAll(1, copy -> {}).stream().map(VideoCopy::state).toList();
      assertThat(states).contains(State.MADE, State.PRESENT).doesNotContain(State.BROKEN);
      assertWhole(copies);
    }
  }

  @Test
  void nameABrokenVideoAndGoOn() throws IOException {
    ClipDataset two = videos(2);
    Files.writeString(folder.resolve("videos/1/broken.mp4"), "no video");
    Files.createFile(folder.resolve("videos/1/empty.avi"));
    Files.writeString(folder.resolve("videos/1/picture.jpg"), "no video");
    ClipDataset videos = VideoFolder.ofClasses(two.root());
    List<VideoCopy> told = new ArrayList<>();
    try (TranscodedVideos copies = copies(videos)) {
      List<VideoCopy> made = copies.makeAll(2, told::add);
      assertThat(told).containsExactlyInAnyOrderElementsOf(made);
      assertThat(made)
          .extracting(copy -> copy.video().id(), VideoCopy::state)
          .containsExactly(
              tuple("0/0.mp4", State.MADE),
              tuple("1/1.mp4", State.MADE),
              tuple("1/broken.mp4", State.BROKEN),
              tuple("1/empty.avi", State.BROKEN));
      assertThat(made.get(2).remark()).startsWith("1/broken.mp4: open: ").doesNotContain("\n");
      assertThat(made.get(0).seconds()).isEqualTo(2);
      assertThat(made.get(0).bytes()).isEqualTo(Files.size(copies.copy(0)));
      assertThat(copies.dataset().listHash()).isEqualTo(videos.subset(0, 1).listHash());
      assertThat(VideoFolder.ofClasses(folder.resolve("copies")).listHash())
          .isEqualTo(videos.subset(0, 1).listHash());
    }
  }

  @Test
  void keepNamesThatDifferInTheirEndingOnly() throws IOException {
    Path root = Files.createDirectory(folder.resolve("videos"));
    new VideoFixture().frames(3).write(root.resolve("a b.mp4"));
    new VideoFixture().frames(4).write(root.resolve("a b.avi"));
    try (TranscodedVideos copies = copies(VideoFolder.of(root))) {
      assertThat(copies.makeAll(1, copy -> {}))
          .extracting(copy -> Math.round(30 * copy.seconds()))
          .containsExactly(4L, 3L);
      assertThat(filesIn(folder.resolve("copies"))).containsExactly("a b.avi", "a b.mp4");
    }
  }

  @Test
  void sayWhereAFileBreaksOff() throws IOException {
    Path root = Files.createDirectory(folder.resolve("videos"));
    Path video = new VideoFixture().frames(150).gop(5).write(root.resolve("a.mkv"));
    byte[] bytes = Files.readAllBytes(video);
    Files.write(video, Arrays.copyOf(bytes, bytes.length / 2));
    try (TranscodedVideos copies = copies(VideoFolder.of(root))) {
      VideoCopy copy = copies.makeAll(1, made -> {}).get(0);
      assertThat(copy.state()).isEqualTo(State.MADE);
      assertThat(copy.remark())
          .matches("a.mkv: its copy lasts [1-4].\\d s of the 5.0 s that the file declares");
    }
  }

  @Test
  void areNotWrittenOverAnythingElse() throws IOException {
    ClipDataset videos = videos(1);
    Path there = folder.resolve("copies/0/0.mp4");
    Files.createDirectories(there.getParent());
    Files.copy(videos.path(0), there);
    try (TranscodedVideos copies = copies(videos)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> copies.makeAll(1, copy -> {}))
          .withMessage(
              there
                  + " is there already, and no whole copy of a video: choose another folder for"
                  + " copies, or take it away");
    }
    assertThat(there).hasSameBinaryContentAs(videos.path(0));
    // What a machine leaves whose power failed.
    Files.write(there, new byte[0]);
    try (TranscodedVideos copies = copies(videos)) {
      copies.makeAll(1, copy -> {});
      assertWhole(copies);
    }
  }

  @Test
  void areNotMixedWithThoseOfOtherSettings() throws IOException {
    ClipDataset videos = videos(1);
    try (TranscodedVideos copies = copies(videos)) {
      copies.makeAll(1, copy -> {});
    }
    try (TranscodedVideos others =
        new TranscodedVideos(
            videos, folder.resolve("copies"), new VideoTranscoder(48, 15), VideoReader.create())) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> others.makeAll(1, copy -> {}))
          .withMessageEndingWith(
              "0.mp4 was made with shorter side 48, 30.0 frames/s, not with shorter side 48, 15.0"
                  + " frames/s: choose another folder for copies, or take it away");
    }
  }

  @Test
  void showFramesNearlyWhereTheVideosClipsHaveThem() {
    Path video = new VideoFixture().frames(250).gop(10).write(folder.resolve("a.mp4"));
    FrameSampling sampling = FrameSampling.PAPER;
    try (VideoReader reader = VideoReader.create();
        TranscodedVideos copies = copies(video, 7.5);
        TranscodedVideos finer =
            copies(dataset(video, "a.mp4"), folder.resolve("finer"), new VideoTranscoder(48, 15))) {
      for (double place = 0; place <= 1; place += 0.125) {
        ClipRequest request =
            ClipRequest.one(sampling, new WindowPlacement.AtFraction(place), Seeds.generator(1));
        try (Clip expected = reader.decode(video, ClipInfo.unlabelled("a"), request).get(0);
            Clip coarse = copies.clips(0, request).get(0);
            Clip fine = finer.clips(0, request).get(0)) {
          int[] numbers = VideoFixture.numbers(expected);
          for (int i = 0; i < sampling.frames(); i++) {
            assertThat((VideoFixture.number(coarse, i) - numbers[i]) / 30.0)
                .isBetween(-0.201, 0.201);
            assertThat((VideoFixture.number(fine, i) - numbers[i]) / 30.0).isBetween(-0.067, 0.067);
          }
        }
      }
    }
  }

  @Test
  void refuseAVideoThatSeemsToStandStillForHours() throws IOException {
    Path video =
        new VideoFixture()
            .frames(5)
            .times(i -> i < 4 ? i : 200_000)
            .write(folder.resolve("gap.mp4"));
    try (TranscodedVideos copies = copies(video, 30)) {
      assertThatThrownBy(() -> read(copies, new FrameSampling(2, 1, 30)))
          .isInstanceOf(ClipReadException.class)
          .hasMessageMatching("gap.mp4: decode: a frame is shown until second 666\\d");
      assertThat(filesIn(folder.resolve("copies"))).isEmpty();
    }
  }

  @Test
  void mayLieInTheCurrentFolder() {
    Path video = folder.resolve("a.mp4");
    try (TranscodedVideos copies =
        copies(dataset(video, "a.mp4"), Path.of("."), new VideoTranscoder(48, 30))) {
      assertThat(copies.copy(0)).isEqualTo(Path.of("./a.mp4"));
    }
  }

  @Test
  void stayInTheirFolder() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                copies(
                    dataset(folder.resolve("a.mp4"), "../a.mp4"),
                    folder.resolve("copies"),
                    new VideoTranscoder(48, 30)))
        .withMessage("the copy of ../a.mp4 would lie outside " + folder.resolve("copies"));
  }

  @Test
  void refuseOtherFileSystems() throws IOException {
    Path video = folder.resolve("a.mp4");
    try (FileSystem zip =
        FileSystems.newFileSystem(folder.resolve("a.zip"), Map.of("create", "true"))) {
      Path inside = zip.getPath("/copies");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> copies(dataset(video, "a.mp4"), inside, new VideoTranscoder(48, 30)))
          .withMessage(
              "copies can be written into a folder of the default file system only, and /copies is"
                  + " none");
    }
  }

  @Test
  void refuseAnOddSideAndARateOfNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VideoTranscoder(255, 30))
        .withMessage("short side must be even and at least 16, but was 255");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VideoTranscoder(256, 0))
        .withMessage("frame rate must be in [0.1, 240], but was 0.0");
  }

  /** Of 60 frames at 30 frames/s each, in two folders. */
  private ClipDataset videos(int count) throws IOException {
    Path root = folder.resolve("videos");
    for (int i = 0; i < count; i++) {
      Path of = Files.createDirectories(root.resolve(String.valueOf(i % 2)));
      new VideoFixture().size(128, 96).frames(60).write(of.resolve(i + ".mp4"));
    }
    return VideoFolder.of(root);
  }

  /** All there, none torn, nothing else. */
  private void assertWhole(TranscodedVideos copies) throws IOException {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < copies.size(); i++) {
      ids.add(copies.info(i).id());
      try (Clip clip =
          VideoReader.create()
              .decode(
                  copies.copy(i),
                  copies.info(i),
                  ClipRequest.one(
                      new FrameSampling(60, 1, 30), WindowPlacement.centre(), Seeds.generator(1)))
              .get(0)) {
        assertThat(VideoFixture.numbers(clip)).containsExactly(IntStream.range(0, 60).toArray());
      }
    }
    assertThat(filesIn(folder.resolve("copies"))).containsExactlyInAnyOrderElementsOf(ids);
  }

  private static List<String> filesIn(Path root) throws IOException {
    try (var files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  private TranscodedVideos copies(ClipDataset videos) {
    return copies(videos, folder.resolve("copies"), new VideoTranscoder(48, 30));
  }

  private TranscodedVideos copies(Path video, double rate) {
    return copies(
        dataset(video, video.getFileName().toString()),
        folder.resolve("copies"),
        new VideoTranscoder(48, rate));
  }

  private static TranscodedVideos copies(
      ClipDataset videos, Path folder, VideoTranscoder transcoder) {
    return new TranscodedVideos(videos, folder, transcoder, VideoReader.create());
  }

  private static ClipDataset dataset(Path video, String id) {
    return new ClipDataset(
        "one",
        video.getParent(),
        List.of(ClipInfo.unlabelled(id)),
        List.of(),
        (file, info, request) -> {
          throw new AssertionError("the video itself is not to be read");
        });
  }

  private static Clip read(ClipSource source, FrameSampling sampling) {
    return source
        .clips(0, ClipRequest.one(sampling, WindowPlacement.centre(), Seeds.generator(1)))
        .get(0);
  }
}
