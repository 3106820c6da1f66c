package org.mae4j.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Seeds;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.ffmpeg.VideoCodec;

/** What a name is taken for can be read, too. */
class MediaKindTest {

  private static final int FRAMES = 20;

  @TempDir private Path root;

  @ParameterizedTest
  @CsvSource({
    "3g2,MPEG4",
    "f4v,H264",
    "m2t,H264",
    "MTS,H264",
    "asf,MPEG4",
    "nut,FFV1",
    "h264,H264",
    "ivf,VP8",
    "obu,AV1",
    "3GP,MPEG4",
    "qt,MJPEG",
    "mk3d,VP9"
  })
  void readsWhatItWrites(String ending, VideoCodec codec) throws IOException {
    Path written = root.resolve("made." + standIn(ending));
    Trees.video(written, codec, 32, 32, FRAMES);
    checkIsRead(Files.move(written, root.resolve("video." + ending)));
  }

  /** Of endings that FFmpeg does not know as such. */
  private static String standIn(String ending) {
    return switch (ending) {
      case "qt" -> "mov";
      case "mk3d" -> "mkv";
      case "MTS" -> "m2t";
      default -> ending;
    };
  }

  /** Grey of FFmpeg's, which Java cannot write. A GIF is a video, and no image. */
  @ParameterizedTest
  @ValueSource(strings = {"vob", "m2v", "gif"})
  void readsWhatOthersWrite(String ending) throws IOException {
    try (InputStream video = MediaKindTest.class.getResourceAsStream("grey." + ending)) {
      Files.copy(video, root.resolve("video." + ending));
    }
    checkIsRead(root.resolve("video." + ending));
  }

  @Test
  void readsRawFrames() throws IOException {
    ByteArrayOutputStream video = new ByteArrayOutputStream();
    video.writeBytes("YUV4MPEG2 W32 H32 F30:1 Ip A1:1 C444\n".getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < FRAMES; i++) {
      video.writeBytes("FRAME\n".getBytes(StandardCharsets.US_ASCII));
      byte[] frame = new byte[3 * 32 * 32];
      Arrays.fill(frame, (byte) (10 * i));
      video.writeBytes(frame);
    }
    checkIsRead(Files.write(root.resolve("video.y4m"), video.toByteArray()));
  }

  private void checkIsRead(Path file) {
    ClipDataset videos = VideoFolder.of(root);
    assertThat(videos.size()).isEqualTo(1);
    assertThat(videos.path(0)).isEqualTo(file);
    ClipRequest request =
        ClipRequest.one(new FrameSampling(4, 2, 30), WindowPlacement.centre(), Seeds.generator(1));
    try (Clip clip = videos.clips(0, request).get(0)) {
      assertThat(IntStream.range(0, 4).mapToObj(clip::timestamp)).doesNotHaveDuplicates();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.mp4", "A.MP4", "a.b.M2TS", "x.dv", "x.vob", "x.f4v", "x.y4m", "x.Gif"})
  void takesForAVideo(String name) {
    assertThat(MediaKind.VIDEO.matches(name)).isTrue();
    assertThat(MediaKind.IMAGE.matches(name)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mp4", ".mp4", "a.", "a", "a.mp4 ", "a.mp4.part", "a.jpg", "a.m3u8"})
  void takesForNoVideo(String name) {
    assertThat(MediaKind.VIDEO.matches(name)).isFalse();
  }
}
