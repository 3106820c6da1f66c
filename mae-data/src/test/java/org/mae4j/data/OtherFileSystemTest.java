package org.mae4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipReadException.Stage;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipSource;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.data.ffmpeg.VideoCodec;
import org.mae4j.data.ffmpeg.VideoWriter;

/** Videos inside a zip archive, stored and packed, read through its file system. */
class OtherFileSystemTest {

  private static final ClipRequest LATE =
      ClipRequest.one(
          new FrameSampling(4, 2, 30), new WindowPlacement.AtFraction(0.8), new Random(0));

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void givesTheSameClipsAsFromAFolder(boolean packed) throws IOException {
    Path plain = Files.createDirectory(folder.resolve("plain"));
    for (String name : List.of("a.mp4", "b.avi", "c.mkv")) {
      write(plain.resolve(name));
    }
    ClipDataset expected = VideoFolder.of(plain);
    try (FileSystem zip = zip(packed)) {
      copyAll(plain, zip.getPath("/"));
    }
    try (FileSystem zip = FileSystems.newFileSystem(folder.resolve("videos.zip"))) {
      ClipDataset actual = VideoFolder.of(zip.getPath("/"));
      assertThat(actual.size()).isEqualTo(3);
      for (int i = 0; i < 3; i++) {
        assertThat(actual.info(i)).isEqualTo(expected.info(i));
        assertThat(pixels(actual, i)).isEqualTo(pixels(expected, i));
      }
    }
  }

  @Test
  void namesAFileThatIsNoVideo() throws IOException {
    try (FileSystem zip = zip(true)) {
      Files.writeString(zip.getPath("/text.mp4"), "no video");
    }
    try (FileSystem zip = FileSystems.newFileSystem(folder.resolve("videos.zip"))) {
      ClipDataset videos = VideoFolder.of(zip.getPath("/"));
      ClipReadException failure =
          catchThrowableOfType(ClipReadException.class, () -> videos.clips(0, LATE));
      assertThat(failure.file()).isEqualTo("text.mp4");
      assertThat(failure.stage()).isEqualTo(Stage.OPEN);
    }
  }

  private FileSystem zip(boolean packed) throws IOException {
    Map<String, ?> options = Map.of("create", "true", "noCompression", packed ? "false" : "true");
    return FileSystems.newFileSystem(folder.resolve("videos.zip"), options);
  }

  private static void copyAll(Path from, Path to) throws IOException {
    try (var files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName().toString()));
      }
    }
  }

  private static byte[] pixels(ClipSource source, int index) {
    try (Clip clip = source.clips(index, LATE).get(0)) {
      byte[] bytes = new byte[clip.pixels().remaining()];
      clip.pixels().get(bytes);
      return bytes;
    }
  }

  private static void write(Path file) {
    try (VideoWriter writer =
        VideoWriter.builder()
            .setFile(file)
            .setCodec(VideoCodec.MPEG4)
            .setSize(64, 48)
            .setFrameRate(30, 1)
            .build()) {
      ByteBuffer frame = ByteBuffer.allocate(3 * 64 * 48);
      for (int i = 0; i < 60; i++) {
        for (int p = 0; p < frame.capacity(); p++) {
          frame.put(p, (byte) (p / 7 + 4 * i));
        }
        writer.write(frame);
      }
      writer.finish();
    }
  }
}
