package org.mae4j.examples.guide;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.Seeds;
import org.mae4j.api.TokenMask;
import org.mae4j.data.VideoBatches;
import org.mae4j.models.Models;
import org.mae4j.models.VideoMae;
import org.mae4j.models.masking.RandomMasking;
import org.mae4j.models.torch.TorchEngine;

/** The two halves of a masked autoencoder, one after the other, on a video file. */
public final class EncodeAndDecode {

  private EncodeAndDecode() {}

  public static void main(String[] arguments) {
    Usage.require(arguments, "EncodeAndDecode", "MODEL", "VIDEO");
    Path modelFile = Path.of(arguments[0]);
    Path video = Path.of(arguments[1]);
    try (NDManager manager = TorchEngine.newManager(); // a GPU where there is one
        VideoMae model = Models.loadVideoMae(modelFile, manager)) {
      NDArray clip =
          VideoBatches.clip(video, model.input(), manager); // (1, 3, T, H, W), normalised
      MaskingStrategy masking = new RandomMasking(0.75); // or your own, a method
      List<TokenMask> masks = masking.masks(clip, model.grid(), List.of(Seeds.generator(1)));
      NDArray latents = model.encode(clip, masks); // (1, K + V, D): class token, visible ones
      NDArray pixels = model.decode(latents, masks); // (1, L, P): all patches
      System.out.println(clip.getShape() + " " + latents.getShape() + " " + pixels.getShape());
    }
  }
}
