package org.mae4j.examples.guide;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mae4j.api.MaskingStrategy;
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
    Path modelFile = Path.of(arguments[0]);
    Path video = Path.of(arguments[1]);
    Path picture = Path.of(arguments[2]);
    try (NDManager manager = TorchEngine.newManager();
        VideoMae model = Models.loadVideoMae(modelFile, manager);
        VideoBatches clips = VideoBatches.evaluation(VideoFiles.of(video), model.input())) {
      NDArray clip = clips.batch(0, manager).clips(); // (1, 3, T, H, W), normalised
      MaskingStrategy masking = new CentreFramesMasking(0.25); // a quarter of the frames
      long seed = 1; // for strategies that draw at random
      CompletedClip completed = CompletedClip.of(model, clip, masking, seed);
      byte[] gif = completed.gif(model.input().normalization(), 150); // milliseconds a frame
      Files.write(picture, gif);
    }
  }
}
