package org.mae4j.examples.guide;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.VideoFiles;
import org.mae4j.eval.attention.AttentionMap;
import org.mae4j.eval.attention.AttentionPicture;
import org.mae4j.models.Models;
import org.mae4j.models.VideoMae;
import org.mae4j.models.torch.TorchEngine;

/** Draws where in a video's clip a model's class token looks, in the last block. */
public final class LookAtAttention {

  private LookAtAttention() {}

  public static void main(String[] arguments) throws IOException {
    Usage.require(arguments, "LookAtAttention", "MODEL", "VIDEO", "PICTURE.png");
    Path modelFile = Path.of(arguments[0]);
    Path video = Path.of(arguments[1]);
    Path picture = Path.of(arguments[2]);
    try (NDManager manager = TorchEngine.newManager();
        VideoMae model = Models.loadVideoMae(modelFile, manager);
        VideoBatches clips = VideoBatches.evaluation(VideoFiles.of(video), model.input())) {
      NDArray clip = clips.batch(0, manager).clips(); // (1, 3, T, H, W), normalised
      int last = model.vit().transformer().depth() - 1;
      AttentionMap map = AttentionMap.ofHeads(model.classAttention(clip, last).get(0));
      AttentionPicture drawing = new AttentionPicture(model.input().normalization());
      ImageIO.write(drawing.draw(clip.get(0), map), "png", picture.toFile());
      System.out.println(AttentionPicture.legend(map));
    }
  }
}
