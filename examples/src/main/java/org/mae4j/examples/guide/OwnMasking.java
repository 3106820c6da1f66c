package org.mae4j.examples.guide;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.mae4j.api.TokenMask;
import org.mae4j.api.masking.ClipContent;
import org.mae4j.api.masking.ContentMasking;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.Pretrainer;
import org.mae4j.train.PretrainingState;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.recipe.PretrainingRecipes;

/** Pretrains by a masking of one's own that sees the clips: what moves is to be predicted. */
public final class OwnMasking {

  private OwnMasking() {}

  /** Keeps a share of the tokens, what is still more likely; its name is kept with the run. */
  record KeepTheStill(double kept) implements ContentMasking {

    @Override
    public TokenMask mask(ClipContent clip, RandomGenerator random) {
      float[] motion = clip.motion(); // of each token; there are detail() and pixels(), too
      double[] key = new double[motion.length];
      for (int token = 0; token < key.length; token++) {
        key[token] = (motion[token] + 0.01) * random.nextDouble();
      }
      IntStream smallest =
          IntStream.range(0, key.length)
              .boxed()
              .sorted(Comparator.comparingDouble(token -> key[token]))
              .limit(Math.round(kept * key.length)) // as many in every clip
              .mapToInt(Integer::intValue);
      return TokenMask.ofVisible(key.length, smallest.toArray());
    }
  }

  public static void main(String[] arguments) {
    Usage.require(arguments, "OwnMasking", "FOLDER", "STEPS", "MODEL");
    ClipDataset videos = VideoFolder.of(Path.of(arguments[0]));
    PretrainingRecipe recipe =
        PretrainingRecipes.SMALL.withMaskRatio(0.75).withSteps(Long.parseLong(arguments[1]));
    try (NDManager manager = TorchEngine.newManager();
        PretrainingState state = PretrainingState.start(recipe, 1, manager);
        VideoBatches clips = VideoBatches.training(videos, recipe.clips(), 1)) {
      ContentMasking masking = new KeepTheStill(0.25);
      Pretrainer.builder().setState(state).setBatches(clips).optMasking(masking).build().run();
      state.saveModel(Path.of(arguments[2]));
    }
  }
}
