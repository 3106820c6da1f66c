package org.mae4j.examples.guide;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Collections;
import org.mae4j.api.Encoder;
import org.mae4j.api.TokenMask;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.models.Models;
import org.mae4j.models.VideoMae;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.objective.MaskedError;
import org.mae4j.models.objective.Objective;
import org.mae4j.models.objective.PredictionTarget;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.Pretrainer;
import org.mae4j.train.PretrainingState;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.recipe.PretrainingRecipes;

/** Pretrains a model to predict what another one, the teacher, makes of the hidden tokens. */
public final class LatentTargets {

  private LatentTargets() {}

  static PredictionTarget latentsOf(Encoder teacher) {
    TokenMask all = TokenMask.allVisible(teacher.grid());
    return clips -> { // (N, 3, T, H, W), nothing hidden
      NDArray latents = teacher.encode(clips, Collections.nCopies((int) clips.size(0), all));
      return latents.get(":, " + teacher.prefixTokens() + ":"); // (N, L, D), no class token
    };
  }

  public static void main(String[] arguments) {
    Usage.require(arguments, "LatentTargets", "TEACHER", "FOLDER", "STEPS", "MODEL");
    Path file = Path.of(arguments[0]);
    VideoMaeConfig config = Models.config(VideoMaeConfig.class, file); // or a smaller one
    PretrainingRecipe small = PretrainingRecipes.SMALL.withObjective(Objective.OWN);
    PretrainingRecipe recipe =
        small
            .withModel(
                config.predictingLatents(config.encoder().width()),
                small.clips().withInput(Models.input(file)))
            .withSteps(Long.parseLong(arguments[2]));
    try (NDManager manager = TorchEngine.newManager();
        VideoMae teacher = Models.loadVideoMae(file, manager);
        PretrainingState state = PretrainingState.start(recipe, 1, manager);
        VideoBatches clips =
            VideoBatches.training(VideoFolder.of(Path.of(arguments[1])), recipe.clips(), 1)) {
      Pretrainer.Builder trainer = Pretrainer.builder().setState(state).setBatches(clips);
      trainer.optObjective(latentsOf(teacher), MaskedError.ABSOLUTE).build().run();
      state.saveModel(Path.of(arguments[3]));
    }
  }
}
