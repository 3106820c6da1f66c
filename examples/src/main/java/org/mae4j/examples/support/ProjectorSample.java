package org.mae4j.examples.support;

import ai.djl.ndarray.NDArray;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.Normalization;
import org.mae4j.train.tensorboard.ProjectorPoints;

/** As many of some videos as TensorBoard's projector takes, evenly chosen while they come. */
public final class ProjectorSample {

  private final int every;
  private final List<ClipInfo> clips = new ArrayList<>();
  private final List<float[]> rows = new ArrayList<>();
  private final List<BufferedImage> pictures = new ArrayList<>();
  private long offered;

  /** Of so many videos, fewer of which may come, of so many features each. */
  public ProjectorSample(int videos, int features) {
    every = Math.max(1, (videos - 1) / ProjectorPoints.most(features) + 1);
  }

  /** Takes a clip (3, T, H, W), or passes it over. */
  public void offer(ClipInfo clip, float[] row, NDArray pixels, Normalization colours) {
    if (offered++ % every == 0) {
      clips.add(clip);
      rows.add(row);
      pictures.add(ProjectorPoints.middleFrame(pixels, colours));
    }
  }

  /** Of those taken so far. */
  public int size() {
    return clips.size();
  }

  /**
   * Writes them into a new folder.
   *
   * @throws IllegalArgumentException if there is something of that name already
   */
  public void write(Path folder) {
    new ProjectorPoints(clips, rows.toArray(float[][]::new)).withPictures(pictures).write(folder);
  }
}
