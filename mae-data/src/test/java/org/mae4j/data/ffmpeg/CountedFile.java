package org.mae4j.data.ffmpeg;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.FaultyFileSystem;

/** A file of which it is counted how much is read. */
final class CountedFile {

  private final Path file;
  private final AtomicLong bytes = new AtomicLong();

  CountedFile(Path file) {
    this.file =
        FaultyFileSystem.path(
            file,
            channel ->
                new FaultyFileSystem.Channel(channel) {
                  @Override
                  public int read(ByteBuffer target) throws IOException {
                    int count = super.read(target);
                    bytes.addAndGet(Math.max(0, count));
                    return count;
                  }
                });
  }

  /** One of the paper's clips, to be closed by the caller. */
  Clip clip(FrameSelection rule, double place) {
    ClipRequest request =
        ClipRequest.one(FrameSampling.PAPER, new WindowPlacement.AtFraction(place), new Random(0));
    try (VideoReader reader = VideoReader.builder().optFrameRule(rule).build()) {
      return reader.decode(file, ClipInfo.unlabelled("x"), request).get(0);
    }
  }

  /** Bytes that were read so far. */
  long bytes() {
    return bytes.get();
  }
}
