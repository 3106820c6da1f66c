package org.mae4j.examples.guide;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.Pooling;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.eval.embedding.ClipFeatures;
import org.mae4j.models.Models;
import org.mae4j.models.VideoMae;
import org.mae4j.models.torch.TorchEngine;

/** Finds for each video of a folder the three others that are most like it. */
public final class Neighbours {

  private Neighbours() {}

  public static void main(String[] arguments) {
    Usage.require(arguments, "Neighbours", "MODEL", "FOLDER");
    Path modelFile = Path.of(arguments[0]);
    Path folder = Path.of(arguments[1]);
    try (NDManager manager = TorchEngine.newManager();
        VideoMae model = Models.loadVideoMae(modelFile, manager);
        VideoBatches clips = VideoBatches.evaluation(VideoFolder.of(folder), model.input())) {
      ClipFeatures features = ClipFeatures.of(model, Pooling.PER_SLOT, clips);
      for (int i = 0; i < features.size(); i++) {
        ClipInfo clip = features.clips().get(i);
        System.out.println(clip.id());
        for (ClipFeatures.Neighbour near : features.neighbours(i, 3)) {
          System.out.printf("  %.3f %s%n", near.similarity(), near.clip().id());
        }
      }
    }
  }
}
