package org.mae4j.examples.guide;

import java.nio.file.Path;
import org.mae4j.data.TranscodedVideos;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.VideoFolder;

/** Makes small copies of a folder's videos, and goes on with them. */
public final class CopyAFolder {

  private CopyAFolder() {}

  public static void main(String[] arguments) {
    Usage.require(arguments, "CopyAFolder", "FOLDER", "COPIES");
    Path folder = Path.of(arguments[0]);
    Path copies = Path.of(arguments[1]);
    int threads = Runtime.getRuntime().availableProcessors();
    try (TranscodedVideos small = TranscodedVideos.of(VideoFolder.of(folder), copies)) {
      // Told as they come: MADE, PRESENT from an earlier run, or BROKEN, which says why.
      small.makeAll(threads, copy -> System.out.println(copy.state() + " " + copy.video().id()));
      ClipDataset videos = small.dataset();
      System.out.println(videos);
    }
  }
}
