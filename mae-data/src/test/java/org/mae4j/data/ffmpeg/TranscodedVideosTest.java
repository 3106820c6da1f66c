package org.mae4j.data.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
  void areMadeOnceAndAgainWhenTheVideoIsNewer() throws IOException {
    Path video = new VideoFixture().write(folder.resolve("a.mp4"));
    try (TranscodedVideos copies = copies(video, 30)) {
      read(copies, new FrameSampling(2, 1, 30)).close();
      FileTime mark = FileTime.fromMillis(Files.getLastModifiedTime(video).toMillis() + 1000);
      Files.setLastModifiedTime(copies.copy(0), mark);
      read(copies, new FrameSampling(2, 1, 30)).close();
      assertThat(Files.getLastModifiedTime(copies.copy(0))).isEqualTo(mark);
      Files.setLastModifiedTime(video, FileTime.fromMillis(mark.toMillis() + 1000));
      read(copies, new FrameSampling(2, 1, 30)).close();
      assertThat(Files.getLastModifiedTime(copies.copy(0))).isNotEqualTo(mark);
      try (var files = Files.list(folder.resolve("copies"))) {
        assertThat(files).containsExactly(copies.copy(0));
      }
    }
  }

  @Test
  void nameAVideoThatIsBroken() throws IOException {
    Path text = Files.writeString(folder.resolve("text.mp4"), "no video");
    try (TranscodedVideos copies = copies(text, 30)) {
      assertThatThrownBy(() -> read(copies, new FrameSampling(2, 1, 30)))
          .isInstanceOf(ClipReadException.class)
          .hasMessageStartingWith("text.mp4: open: ");
      assertThat(folder.resolve("copies")).isEmptyDirectory();
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
      assertThat(folder.resolve("copies")).isEmptyDirectory();
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void takeAwayWhatOneThatWasKilledHasLeft() throws IOException {
    Path copies = Files.createDirectory(folder.resolve("copies"));
    Path ofTheDead = Files.createFile(copies.resolve("1.unfinished.mp4.x.part"));
    Path ofAnother = Files.createFile(copies.resolve("2.unfinished.mp4.y.part"));
    Files.setLastModifiedTime(ofTheDead, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
    Path video = new VideoFixture().write(folder.resolve("a.mp4"));
    try (TranscodedVideos made = copies(video, 30)) {
      read(made, new FrameSampling(2, 1, 30)).close();
      assertThat(ofTheDead).doesNotExist();
      assertThat(ofAnother).exists();
      assertThat(made.copy(0)).exists();
    }
  }

  @Test
  void refuseAVideoThatSeemsToStandStillForHours() {
    Path video =
        new VideoFixture()
            .frames(5)
            .times(i -> i < 4 ? i : 200_000)
            .write(folder.resolve("gap.mp4"));
    try (TranscodedVideos copies = copies(video, 30)) {
      assertThatThrownBy(() -> read(copies, new FrameSampling(2, 1, 30)))
          .isInstanceOf(ClipReadException.class)
          .hasMessageMatching("gap.mp4: decode: a frame is shown until second 666\\d");
      assertThat(folder.resolve("copies")).isEmptyDirectory();
    }
  }

  @Test
  void mayLieInTheCurrentFolder() {
    Path video = folder.resolve("a.mp4");
    try (TranscodedVideos copies = copies(video, "a", Path.of("."), 30)) {
      assertThat(copies.copy(0)).isEqualTo(Path.of("./a.mp4"));
    }
  }

  @Test
  void stayInTheirFolder() {
    try (TranscodedVideos copies = copies(folder.resolve("a.mp4"), "../a", 30)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> copies.copy(0))
          .withMessage("the copy of ../a would lie outside " + folder.resolve("copies"));
    }
  }

  @Test
  void refuseAnOddSide() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VideoTranscoder(255, 30))
        .withMessage("short side must be even and at least 16, but was 255");
  }

  private TranscodedVideos copies(Path video, int rate) {
    return copies(video, video.getFileName().toString(), rate);
  }

  private TranscodedVideos copies(Path video, String id, int rate) {
    return copies(video, id, folder.resolve("copies"), rate);
  }

  private static TranscodedVideos copies(Path video, String id, Path folder, int rate) {
    ClipSource one =
        new ClipSource() {
          @Override
          public int size() {
            return 1;
          }

          @Override
          public ClipInfo info(int index) {
            return ClipInfo.unlabelled(id);
          }

          @Override
          public List<Clip> clips(int index, ClipRequest request) {
            throw new AssertionError("the video itself is not to be read");
          }
        };
    return new TranscodedVideos(
        one, index -> video, folder, new VideoTranscoder(48, rate), VideoReader.create());
  }

  private static Clip read(ClipSource source, FrameSampling sampling) {
    return source
        .clips(0, ClipRequest.one(sampling, WindowPlacement.centre(), Seeds.generator(1)))
        .get(0);
  }
}
