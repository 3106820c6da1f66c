package org.mae4j.examples.guide;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.FewShotTask;
import org.mae4j.api.Pooling;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.data.split.HoldOut;
import org.mae4j.eval.fewshot.LinearProbe;
import org.mae4j.models.Models;
import org.mae4j.models.VideoMae;
import org.mae4j.models.torch.TorchEngine;

/** Says how well a frozen model tells classes apart: half the videos teach, the others judge. */
public final class FewShotFromAFolder {

  private FewShotFromAFolder() {}

  public static void main(String[] arguments) {
    Usage.require(arguments, "FewShotFromAFolder", "MODEL", "CLASS-FOLDERS");
    Path modelFile = Path.of(arguments[0]);
    Path folder = Path.of(arguments[1]);
    ClipDataset videos = VideoFolder.builder().setFolder(folder).optClassFolders().build();
    HoldOut halves = HoldOut.of(videos, 0.5, 1); // half of each class, drawn by seed 1
    try (NDManager manager = TorchEngine.newManager();
        VideoMae model = Models.loadVideoMae(modelFile, manager);
        VideoBatches train = VideoBatches.evaluation(halves.train(), model.input());
        VideoBatches test = VideoBatches.evaluation(halves.validation(), model.input())) {
      FewShotTask task = new FewShotTask(videos.name(), videos.classes(), train, test);
      LinearProbe probe = LinearProbe.builder().setPooling(Pooling.PER_SLOT).build();
      FewShotReport report = probe.evaluate(model, task);
      System.out.printf(
          "%.1f %% of %d test clips right, %.1f %% by guessing%n",
          100 * report.accuracy(), report.testClips(), 100 * report.chance());
    }
  }
}
