package org.mae4j.data.ffmpeg;

import java.nio.file.Path;
import org.mae4j.data.TranscodedVideos;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.data.internal.copies.CopyFolder;

/** Copies some videos, and dies with one copied and a claim on another. */
public final class KilledProgram {

  /** How it ends. */
  static final int STATUS = 9;

  private KilledProgram() {}

  /** With a folder of videos and one for copies. */
  public static void main(String[] arguments) {
    ClipDataset videos = VideoFolder.of(Path.of(arguments[0]));
    Path folder = Path.of(arguments[1]);
    VideoTranscoder transcoder = new VideoTranscoder(48, 30);
    new TranscodedVideos(videos, folder, transcoder, VideoReader.create())
        .makeAll(1, copy -> dieAtTheNext(videos.info(1).id(), folder, transcoder));
  }

  private static void dieAtTheNext(String id, Path folder, VideoTranscoder transcoder) {
    new CopyFolder(folder, transcoder)
        .whileClaimed(
            id,
            () -> {
              Runtime.getRuntime().halt(STATUS);
              return id;
            });
  }
}
