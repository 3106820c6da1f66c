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

/**
 * How well a frozen model tells the classes of a folder apart: half to learn from, half to judge.
 */
public final class FewShotFromAFolder {

  private FewShotFromAFolder() {}

  public static void main(String[] arguments) {
    Usage.require(arguments, "FewShotFromAFolder", "MODEL", "FOLDER-OF-CLASS-FOLDERS");
    ClipDataset videos =
        VideoFolder.builder().setFolder(Path.of(arguments[1])).optClassFolders().build();
    HoldOut parts = HoldOut.of(videos, 0.5, 1);
    try (NDManager manager = TorchEngine.newManager();
        VideoMae model = Models.loadVideoMae(Path.of(arguments[0]), manager);
        VideoBatches train = VideoBatches.evaluation(parts.train(), model.input());
        VideoBatches test = VideoBatches.evaluation(parts.validation(), model.input())) {
      FewShotTask task = new FewShotTask(videos.name(), videos.classes(), train, test);
      FewShotReport report =
          LinearProbe.builder().setPooling(Pooling.PER_SLOT).build().evaluate(model, task);
      System.out.printf(
          "%.1f %% of %d test clips right, %.1f %% by guessing%n",
          100 * report.accuracy(), report.testClips(), 100 * report.chance());
    }
  }
}
