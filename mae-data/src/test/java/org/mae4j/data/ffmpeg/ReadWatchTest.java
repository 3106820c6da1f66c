package org.mae4j.data.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EXIT;

import java.nio.file.Path;
import java.time.Duration;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.data.ffmpeg.internal.libav.ReadWatch;

class ReadWatchTest {

  @TempDir private Path folder;

  @Test
  void makesLibavStopReadingWhenTheTimeIsUp() {
    assertThat(open(Duration.ofNanos(1))).isEqualTo(AVERROR_EXIT());
  }

  @Test
  void makesLibavStopReadingWhenTheThreadIsInterrupted() {
    Thread.currentThread().interrupt();
    assertThat(open(Duration.ofDays(1))).isEqualTo(AVERROR_EXIT());
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void letsLibavReadMeanwhile() {
    assertThat(open(Duration.ofDays(1))).isZero();
  }

  /** libav's return value when it opens a good file under a watch. */
  private int open(Duration limit) {
    boolean interrupted = Thread.interrupted();
    Path file = new VideoFixture().write(folder.resolve("video.mp4"));
    AVFormatContext format = avformat_alloc_context();
    try (ReadWatch watch = new ReadWatch("video.mp4", limit)) {
      watch.attachTo(format);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      return avformat_open_input(
          format, file.toString(), (AVInputFormat) null, (AVDictionary) null);
    } finally {
      avformat_close_input(format);
    }
  }
}
