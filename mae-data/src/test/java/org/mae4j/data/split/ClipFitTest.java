package org.mae4j.data.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.FrameSampling;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.Trees;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.data.ffmpeg.VideoCodec;

class ClipFitTest {

  /** From the first frame to the last, 1.5 s. */
  private static final FrameSampling CLIP = new FrameSampling(4, 15, 30);

  @TempDir private Path root;

  @Test
  void refusesAClipThatIsLongerThanEveryVideo() throws IOException {
    Trees.video(root.resolve("half.mp4"), VideoCodec.MPEG4, 16, 16, 15);
    Trees.video(root.resolve("whole.mp4"), VideoCodec.MPEG4, 16, 16, 30);
    Files.writeString(root.resolve("broken.mp4"), "no video");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClipFit.requireOne(VideoFolder.of(root), CLIP))
        .withMessage(
            "a clip of 4 frames spans 1.50 s, but the longest of 3 videos in "
                + root
                + " lasts 1.00 s: sample shorter clips or take longer videos");
  }

  @Test
  void takesAClipThatFitsIntoOneOfManyShortVideos() {
    for (int i = 0; i < 5; i++) {
      Trees.video(root.resolve(i + ".mp4"), VideoCodec.MPEG4, 16, 16, i == 3 ? 45 : 10);
    }
    ClipFit.requireOne(VideoFolder.of(root), CLIP);

    ClipDataset shorter = VideoFolder.of(root).subset(0, 1, 2, 4);
    assertThatIllegalArgumentException().isThrownBy(() -> ClipFit.requireOne(shorter, CLIP));
  }

  @Test
  void cannotTellWhereAContainerDoesNotSay() throws IOException {
    ClipDataset videos = files("a.webm", "b.webm");
    ClipFit.requireOne(
        videos,
        CLIP,
        (file, info) -> {
          if (info.id().equals("a.webm")) {
            throw new ClipReadException(info.id(), Stage.PROBE, "its container does not say");
          }
          return 0.1;
        });
  }

  @Test
  void leavesVideosOfWhichNoneOpensToTheirReader() throws IOException {
    ClipFit.requireOne(files("a.webm", "b.webm"), CLIP);
  }

  @Test
  void asksNothingForSingleFrames() throws IOException {
    ClipFit.requireOne(
        files("a.webm"),
        new FrameSampling(1, 30, 30),
        (file, info) -> {
          throw new AssertionError("asked for " + info.id());
        });
  }

  private ClipDataset files(String... names) throws IOException {
    for (String name : names) {
      Files.writeString(root.resolve(name), "no video");
    }
    ClipDataset videos = VideoFolder.of(root);
    assertThat(videos.size()).isEqualTo(names.length);
    return videos;
  }
}
