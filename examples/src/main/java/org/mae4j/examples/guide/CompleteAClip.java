package org.mae4j.examples.guide;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.VideoFiles;
import org.mae4j.eval.completion.CompletedClip;
import org.mae4j.models.Models;
import org.mae4j.models.VideoMae;
import org.mae4j.models.masking.CentreFramesMasking;
import org.mae4j.models.torch.TorchEngine;

/** Hides the middle frames of a video's clip and has a model fill them in: an animated GIF. */
public final class CompleteAClip {

  private CompleteAClip() {}

  public static void main(String[] arguments) throws IOException {
    Usage.require(arguments, "CompleteAClip", "MODEL", "VIDEO", "PICTURE.gif");
    try (NDManager manager = TorchEngine.newManager();
        VideoMae model = Models.loadVideoMae(Path.of(arguments[0]), manager);
        VideoBatches clips =
            VideoBatches.evaluation(VideoFiles.of(Path.of(arguments[1])), model.input())) {
      CompletedClip completed =
          CompletedClip.of(
              model, clips.batch(0, manager).clips(), new CentreFramesMasking(0.25), 1);
      byte[] picture = completed.gif(model.input().normalization(), 150);
      Files.write(Path.of(arguments[2]), picture);
    }
  }
}
