package org.mae4j.examples.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.VideoFolder;

/**
 * A folder with four copies of a good video for each that cannot be read.
 *
 * @param all all of its files
 * @param good those that can be read
 */
public record BrokenVideos(ClipDataset all, ClipDataset good) {

  /** Files in the folder. */
  public static final int FILES = 20;

  private static final int PER_BROKEN = 5;

  /** Writes the folder's files; two are half a video, one is no video, one is empty. */
  public static BrokenVideos write(Path folder, Path video) throws IOException {
    byte[] whole = Files.readAllBytes(video);
    for (int i = 0; i < FILES; i++) {
      Path file = folder.resolve(String.format(Locale.ROOT, "%02d.mp4", i));
      if (isGood(i)) {
        Files.createSymbolicLink(file, video.toAbsolutePath());
      } else {
        Files.write(file, damage(whole, i / PER_BROKEN));
      }
    }
    ClipDataset all = VideoFolder.of(folder);
    int[] good = IntStream.range(0, FILES).filter(BrokenVideos::isGood).toArray();
    return new BrokenVideos(all, all.subset(good));
  }

  private static boolean isGood(int file) {
    return file % PER_BROKEN != PER_BROKEN - 1;
  }

  private static byte[] damage(byte[] whole, int way) {
    return switch (way) {
      case 0 -> new byte[0];
      case 1 -> "no video at all".getBytes(StandardCharsets.UTF_8);
      default -> Arrays.copyOf(whole, whole.length / 2);
    };
  }
}
