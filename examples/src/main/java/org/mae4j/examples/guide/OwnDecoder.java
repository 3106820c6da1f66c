package org.mae4j.examples.guide;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Pooling;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.training.Autoencoder;
import org.mae4j.api.training.PairedAutoencoder;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.models.ClassifierConfig;
import org.mae4j.models.ModelConfig;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.VitConfig;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.Pretrainer;
import org.mae4j.train.PretrainingState;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.recipe.PretrainingRecipes;

/** Pretrains the library's encoder under a decoder of one's own. */
public final class OwnDecoder {

  private OwnDecoder() {}

  /** What the recipe, checkpoints and model files say of the model: enough to make it. */
  record Config(VitConfig vit, ClipShape clip, TokenGrid grid) implements ModelConfig<Autoencoder> {
    @Override
    public String kind() {
      return "vit_cross";
    }

    @Override
    public Autoencoder create(ClipInput input, Kernels kernels, NDManager manager, long seed) {
      ClassifierConfig encoder = new ClassifierConfig(vit, 0, Pooling.MEAN); // without a head
      return new PairedAutoencoder<>(
          encoder.create(input, kernels, manager, seed), CrossDecoder.of(vit, manager, seed));
    }
  }

  public static void main(String[] arguments) {
    Usage.require(arguments, "OwnDecoder", "FOLDER", "STEPS", "MODEL");
    VitConfig vit = VideoMaeConfig.SMALL_64.vit();
    PretrainingRecipe recipe =
        PretrainingRecipes.SMALL
            .withModel(new Config(vit, vit.clip(), vit.grid()))
            .withSteps(Long.parseLong(arguments[1]));
    try (NDManager manager = TorchEngine.newManager();
        PretrainingState state = PretrainingState.start(recipe, 1, manager);
        VideoBatches clips =
            VideoBatches.training(VideoFolder.of(Path.of(arguments[0])), recipe.clips(), 1)) {
      Pretrainer.builder().setState(state).setBatches(clips).build().run();
      state.saveModel(Path.of(arguments[2])); // Models.load(Config.class, file, ...) reads it
    }
  }
}
