package org.mae4j.examples;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Seeds;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.ffmpeg.ProbeCache;
import org.mae4j.data.ffmpeg.VideoFacts;
import org.mae4j.data.ffmpeg.VideoReader;

/** Opens videos and decodes the clip in the middle. For use by several threads at once. */
final class FileChecker {

  private final VideoReader reader;
  private final ProbeCache cache;
  private final FrameSampling sampling;

  FileChecker(VideoReader reader, ProbeCache cache, FrameSampling sampling) {
    this.reader = reader;
    this.cache = cache;
    this.sampling = sampling;
  }

  /**
   * Checks one.
   *
   * @param thumbnailWidth in pixels; 0 for none
   */
  FileCheck check(Path file, ClipInfo info, int thumbnailWidth) {
    long begin = System.nanoTime();
    Optional<VideoFacts> facts = Optional.empty();
    Optional<ClipReadException> failure = Optional.empty();
    Optional<BufferedImage> thumbnail = Optional.empty();
    ClipRequest request = ClipRequest.one(sampling, WindowPlacement.centre(), Seeds.generator(0));
    // First what may run in another process: where that dies, this one keeps off the file.
    try (Clip clip = reader.read(file, info, request).get(0)) {
      if (thumbnailWidth > 0) {
        thumbnail = Optional.of(thumbnail(clip, thumbnailWidth));
      }
    } catch (ClipReadException e) {
      failure = Optional.of(e);
    }
    if (failure.isEmpty() || isHarmless(failure.get())) {
      try {
        facts = Optional.of(cache.facts(file, info.id()));
      } catch (ClipReadException e) {
        failure = failure.or(() -> Optional.of(e));
      }
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    return new FileCheck(info, size(file), facts, failure, seconds, thumbnail);
  }

  private static boolean isHarmless(ClipReadException failure) {
    return switch (failure.stage()) {
      case SEEK, DECODE, CONVERT -> true;
      case OPEN, PROBE, TIMEOUT, CRASH -> false;
    };
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }

  private static BufferedImage thumbnail(Clip clip, int width) {
    int fullWidth = clip.shape().width();
    int fullHeight = clip.shape().height();
    BufferedImage frame = new BufferedImage(fullWidth, fullHeight, BufferedImage.TYPE_INT_RGB);
    ByteBuffer pixels = clip.pixels();
    int at = 3 * fullWidth * fullHeight * (clip.shape().frames() / 2);
    for (int y = 0; y < fullHeight; y++) {
      for (int x = 0; x < fullWidth; x++, at += 3) {
        frame.setRGB(
            x,
            y,
            ((pixels.get(at) & 0xff) << 16)
                | ((pixels.get(at + 1) & 0xff) << 8)
                | (pixels.get(at + 2) & 0xff));
      }
    }
    int height = Math.max(1, Math.round((float) fullHeight * width / fullWidth));
    BufferedImage small = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = small.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.drawImage(frame, 0, 0, width, height, null);
    graphics.dispose();
    return small;
  }
}
