package org.mae4j.examples.guide;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import org.mae4j.api.Pooling;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.eval.embedding.ClipFeatures;
import org.mae4j.models.Models;
import org.mae4j.models.VideoMae;
import org.mae4j.models.torch.TorchEngine;

/** Writes one row of features for each video of a folder. */
public final class EmbedAFolder {

  private EmbedAFolder() {}

  public static void main(String[] arguments) {
    Usage.require(arguments, "EmbedAFolder", "MODEL", "FOLDER", "ROWS.csv");
    Path modelFile = Path.of(arguments[0]);
    Path folder = Path.of(arguments[1]);
    Path rows = Path.of(arguments[2]);
    try (NDManager manager = TorchEngine.newManager();
        VideoMae model = Models.loadVideoMae(modelFile, manager);
        VideoBatches clips = VideoBatches.evaluation(VideoFolder.of(folder), model.input())) {
      // The mean token of each time slot: unlike CLASS_TOKEN and MEAN it knows what came first.
      ClipFeatures features = ClipFeatures.of(model, Pooling.PER_SLOT, clips);
      features.write(rows);
      features.broken().forEach(video -> System.out.println("left out: " + video.getMessage()));
    }
  }
}
