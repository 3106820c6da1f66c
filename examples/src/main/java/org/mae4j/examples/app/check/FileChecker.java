package org.mae4j.examples.app.check;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiFunction;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Seeds;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.dataset.ClipReader;
import org.mae4j.examples.app.ContactSheet;

/** Decodes an image, or the clip in the middle of a video. For use by several threads at once. */
final class FileChecker<F> {

  private final ClipReader reader;
  private final BiFunction<Path, String, F> prober;

  /**
   * A checker.
   *
   * @param prober gives what the file of a path and an id says of itself, or throws a {@link
   *     ClipReadException}
   */
  FileChecker(ClipReader reader, BiFunction<Path, String, F> prober) {
    this.reader = reader;
    this.prober = prober;
  }

  /**
   * Checks one.
   *
   * @param shown whether a thumbnail is wanted
   */
  FileCheck<F> check(Path file, ClipInfo info, boolean shown) {
    long begin = System.nanoTime();
    Optional<F> facts = Optional.empty();
    Optional<ClipReadException> failure = Optional.empty();
    Optional<BufferedImage> thumbnail = Optional.empty();
    ClipRequest request =
        ClipRequest.one(FrameSampling.PAPER, WindowPlacement.centre(), Seeds.generator(0));
    // First what may run in another process: where that dies, this one keeps off the file.
    try (Clip clip = reader.read(file, info, request).get(0)) {
      if (shown) {
        thumbnail = Optional.of(ContactSheet.thumbnail(clip));
      }
    } catch (ClipReadException e) {
      failure = Optional.of(e);
    }
    if (failure.isEmpty() || isHarmless(failure.get())) {
      try {
        facts = Optional.of(prober.apply(file, info.id()));
      } catch (ClipReadException e) {
        failure = failure.or(() -> Optional.of(e));
      }
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    return new FileCheck<>(info, size(file), facts, failure, seconds, thumbnail);
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
}
