package org.mae4j.data.ffmpeg;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipRequest;
import org.mae4j.data.ffmpeg.internal.libav.Libav;
import org.mae4j.data.ffmpeg.internal.libav.Probe;
import org.mae4j.data.ffmpeg.internal.libav.ReadWatch;
import org.mae4j.data.ffmpeg.internal.libav.VideoInput;
import org.mae4j.data.ffmpeg.internal.libav.VideoStream;
import org.mae4j.data.internal.MediaInMemory;
import org.mae4j.data.internal.MemoryBudget;
import org.mae4j.data.internal.PixelBuffers;

/**
 * Decodes in this process: opens a file, decodes what is asked for on the calling thread, and
 * closes the file. Safe for use by several threads at once.
 */
final class FileDecoder {

  private final ReaderSettings settings;
  private final PixelBuffers buffers;
  private final Optional<ProbeCache> cache;

  FileDecoder(ReaderSettings settings, PixelBuffers buffers, Optional<ProbeCache> cache) {
    this.settings = settings;
    this.buffers = buffers;
    this.cache = cache;
  }

  /** As {@link VideoReader#decode(Path, ClipInfo, ClipRequest)}. */
  List<Clip> decode(VideoInput input, ClipInfo info, ClipRequest request) {
    return decode(input, info, request, () -> {});
  }

  /**
   * As the other method.
   *
   * @param listener is told about once a second that reading goes on
   */
  List<Clip> decode(VideoInput input, ClipInfo info, ClipRequest request, Runnable listener) {
    try (ReadWatch watch = watch(info.id(), listener);
        VideoStream video = open(input, info.id(), watch);
        StreamFrames frames = new StreamFrames(video, settings.rotate())) {
      return new ClipSampler(frames, info, settings.frameRule(), buffers).sample(request);
    }
  }

  /** As {@link org.mae4j.data.internal.WholeFileReader}. */
  Optional<MediaInMemory> load(Path file, String id, MemoryBudget budget) {
    try (ReadWatch watch = watch(id, () -> {});
        VideoStream video = open(new VideoInput.OfPath(file), id, watch);
        StreamFrames frames = new StreamFrames(video, settings.rotate())) {
      return VideoInMemory.decode(frames, settings.frameRule(), buffers, budget);
    }
  }

  private ReadWatch watch(String id, Runnable listener) {
    Libav.start(settings.maxPixels());
    return new ReadWatch(id, settings.timeLimit(), listener);
  }

  private VideoStream open(VideoInput input, String id, ReadWatch watch) {
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
