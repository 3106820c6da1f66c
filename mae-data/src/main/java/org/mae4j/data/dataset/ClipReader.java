package org.mae4j.data.dataset;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipRequest;
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

  /** Reads files that are named as images by one reader, and all others by the other. */
  static ClipReader of(VideoReader videos, ImageReader images) {
    Objects.requireNonNull(videos, "videos");
    Objects.requireNonNull(images, "images");
    return (file, info, request) ->
        MediaKind.IMAGE.matches(file.getFileName().toString())
            ? images.decode(file, info, request)
            : videos.decode(file, info, request);
  }

  /** The two readers with their defaults. */
  static ClipReader create() {
    return of(VideoReader.create(), ImageReader.create());
  }
}
