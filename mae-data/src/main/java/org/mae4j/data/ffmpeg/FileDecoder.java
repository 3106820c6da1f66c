package org.mae4j.data.ffmpeg;

import java.nio.file.Path;
import java.util.Optional;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.frames.FrameReceiver;
import org.mae4j.data.ffmpeg.internal.libav.Libav;
import org.mae4j.data.ffmpeg.internal.libav.Probe;
import org.mae4j.data.ffmpeg.internal.libav.ReadWatch;
import org.mae4j.data.ffmpeg.internal.libav.VideoInput;
import org.mae4j.data.ffmpeg.internal.libav.VideoStream;
import org.mae4j.data.internal.MediaInMemory;
import org.mae4j.data.internal.MemoryBudget;

/**
 * Decodes in this process: opens a file, decodes what is asked for on the calling thread, and
 * closes the file. Safe for use by several threads at once.
 */
final class FileDecoder {

  private final ReaderSettings settings;
  private final Optional<ProbeCache> cache;

  FileDecoder(ReaderSettings settings, Optional<ProbeCache> cache) {
    this.settings = settings;
    this.cache = cache;
  }

  /**
   * As {@link VideoReader#read(Path, ClipInfo, ClipRequest, FrameReceiver)}. What the receiver does
   * with frames, waiting for memory above all, does not count as time of reading.
   */
  void read(VideoInput input, ClipInfo info, ClipRequest request, FrameReceiver receiver) {
    read(input, info, request, receiver, () -> {});
  }

  /**
   * As the other method.
   *
   * @param listener is told about once a second that reading goes on
   */
  void read(
      VideoInput input,
      ClipInfo info,
      ClipRequest request,
      FrameReceiver receiver,
      Runnable listener) {
    try (ReadWatch watch = watch(info.id(), listener);
        VideoStream video = open(input, info.id(), watch);
        StreamFrames frames = new StreamFrames(video, settings.rotate())) {
      FrameReceiver uncounted = new UncountedReceiver(receiver, watch);
      new ClipSampler(frames, info, settings.frameRule(), uncounted).sample(request);
    }
  }

  /** As {@link org.mae4j.data.internal.WholeFileReader}. */
  Optional<MediaInMemory> load(Path file, String id, MemoryBudget budget) {
    try (ReadWatch watch = watch(id, () -> {});
        VideoStream video = open(new VideoInput.OfPath(file), id, watch);
        StreamFrames frames = new StreamFrames(video, settings.rotate())) {
      return VideoInMemory.decode(frames, settings.frameRule(), budget);
    }
  }

  private ReadWatch watch(String id, Runnable listener) {
    Libav.start(settings.maxPixels());
    return new ReadWatch(id, settings.timeLimit(), listener);
  }

  private VideoStream open(VideoInput input, String id, ReadWatch watch) {
    VideoStream video = openAsKnown(input, id, watch);
    if (settings.frameRule().mindsTheLength()) {
      try {
        video.measure();
      } catch (Throwable t) {
        video.close();
        throw t;
      }
    }
    return video;
  }

  private VideoStream openAsKnown(VideoInput input, String id, ReadWatch watch) {
    if (cache.isEmpty() || !(input instanceof VideoInput.OfPath file)) {
      return VideoStream.open(input, id, settings.stream(), settings.maxPixels(), watch);
    }
    Optional<Probe> known = cache.get().find(file.path());
    VideoStream video =
        VideoStream.open(input, id, settings.stream(), settings.maxPixels(), watch, known);
    if (known.isEmpty()) {
      cache.get().add(file.path(), video.probe());
    }
    return video;
  }
}
