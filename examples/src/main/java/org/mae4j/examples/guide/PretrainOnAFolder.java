package org.mae4j.examples.guide;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.TokenMask;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.Pretrainer;
import org.mae4j.train.PretrainingState;
import org.mae4j.train.metrics.MetricsFile;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.recipe.PretrainingRecipes;

/** Pretrains a small model on a folder of videos, by a masking strategy of one's own. */
public final class PretrainOnAFolder {

  private PretrainOnAFolder() {}

  public static void main(String[] arguments) {
    Usage.require(arguments, "PretrainOnAFolder", "FOLDER", "STEPS", "MODEL");
    ClipDataset videos = VideoFolder.of(Path.of(arguments[0]));
    long steps = Long.parseLong(arguments[1]);
    Path modelFile = Path.of(arguments[2]);
    MaskingStrategy hideTheSecondHalf =
        (grid, random) ->
            TokenMask.ofVisible(grid.tokens(), IntStream.range(0, grid.tokens() / 2).toArray());
    PretrainingRecipe recipe =
        PretrainingRecipes.SMALL // or one of the paper's
            .withMaskRatio(0.5) // what the strategy hides
            .withSteps(steps);
    long seed = 1;
    try (NDManager manager = TorchEngine.newManager();
        PretrainingState state = PretrainingState.start(recipe, seed, manager);
        VideoBatches clips = VideoBatches.training(videos, recipe.clips(), seed);
        MetricsFile losses = new MetricsFile(Path.of(modelFile + ".jsonl"))) { // a line a step
      Pretrainer.builder()
          .setState(state)
          .setBatches(clips)
          .optMasking(hideTheSecondHalf)
          .addListener(losses)
          .build()
          .run();
      state.saveModel(modelFile);
    }
  }
}
