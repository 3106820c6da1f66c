package org.mae4j.data.dataset;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.frames.FrameReceiver;
import org.mae4j.data.ffmpeg.VideoReader;
import org.mae4j.data.image.ImageReader;

/** Reads the clips of one file. Safe for use by several threads at once. */
@FunctionalInterface
public interface ClipReader {

  /**
   * Reads one file's clips.
   *
   * @param info of the clips; its id names the file in messages
   * @return {@code request.clips()} clips, which the caller has to close; they may be one and the
   *     same, repeated
   * @throws ClipReadException if the file cannot be read or decoded
   */
  List<Clip> read(Path file, ClipInfo info, ClipRequest request);

  /**
   * Does the same frame by frame, so that a clip need not be in memory whole. Unless this is
   * overridden it shows the frames of {@link #read(Path, ClipInfo, ClipRequest)}.
   *
   * @param receiver is shown {@code request.clips()} clips, unless this throws
   */
  default void read(Path file, ClipInfo info, ClipRequest request, FrameReceiver receiver) {
    FrameReceiver.show(read(file, info, request), receiver);
  }

  /** Reads files that are named as images by one reader, and all others by the other. */
  static ClipReader of(VideoReader videos, ImageReader images) {
    Objects.requireNonNull(videos, "videos");
    Objects.requireNonNull(images, "images");
    return new ClipReader() {
      @Override
      public List<Clip> read(Path file, ClipInfo info, ClipRequest request) {
        return MediaKind.IMAGE.matches(file.getFileName().toString())
            ? images.decode(file, info, request)
            : videos.decode(file, info, request);
      }

      @Override
      public void read(Path file, ClipInfo info, ClipRequest request, FrameReceiver receiver) {
        if (MediaKind.IMAGE.matches(file.getFileName().toString())) {
          images.read(file, info, request, receiver);
        } else {
          videos.read(file, info, request, receiver);
        }
      }
    };
  }

  /** As {@link #of(VideoReader, ImageReader)}, images by the reader with its defaults. */
  static ClipReader of(VideoReader videos) {
    return of(videos, ImageReader.create());
  }

  /** The two readers with their defaults. */
  static ClipReader create() {
    return of(VideoReader.create(), ImageReader.create());
  }
}
