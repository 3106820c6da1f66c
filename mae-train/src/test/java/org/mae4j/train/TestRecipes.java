package org.mae4j.train;

import java.util.List;
import java.util.OptionalDouble;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipShape;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.PatchShape;
import org.mae4j.api.RandomCrop;
import org.mae4j.api.TrainingClips;
import org.mae4j.models.ImageMaeConfig;
import org.mae4j.models.ParameterLayout;
import org.mae4j.models.PositionStart;
import org.mae4j.models.Positions;
import org.mae4j.models.TransformerShape;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.VitConfig;
import org.mae4j.models.masking.Masking;
import org.mae4j.models.objective.Objective;
import org.mae4j.train.optim.AdamWSettings;
import org.mae4j.train.recipe.LearningRateSchedule;
import org.mae4j.train.recipe.Origin;
import org.mae4j.train.recipe.PretrainingRecipe;

/** Recipes of a model that trains in milliseconds. */
public final class TestRecipes {

  static final ClipShape CLIP = new ClipShape(4, 16, 16);

  private TestRecipes() {}

  public static PretrainingRecipe tiny(long steps, int clips, int batchesPerStep) {
    VideoMaeConfig model =
        new VideoMaeConfig(
            VitConfig.video(CLIP, new PatchShape(2, 8, 8), new TransformerShape(32, 2, 4)),
            new TransformerShape(16, 1, 4));
    return new PretrainingRecipe(
        "test",
        Origin.of("a test"),
        model,
        clips(4, clips),
        batchesPerStep,
        0.5,
        Masking.RANDOM,
        Objective.PIXELS,
        new AdamWSettings(0.9, 0.95, 1e-8, 0.05, Double.POSITIVE_INFINITY),
        List.of(),
        new LearningRateSchedule(3e-3, 0, 2, steps),
        OptionalDouble.empty());
  }

  static PretrainingRecipe image(long steps) {
    VitConfig vit =
        new VitConfig(
            new ClipShape(1, 16, 16),
            new PatchShape(1, 4, 4),
            new TransformerShape(32, 2, 4),
            4,
            1e-6,
            true,
            true,
            Positions.FIXED,
            PositionStart.SMALL_RANDOM,
            ParameterLayout.IMAGE);
    return new PretrainingRecipe(
        "image test",
        Origin.of("a test"),
        new ImageMaeConfig(vit, new TransformerShape(16, 1, 4)),
        clips(1, 2),
        1,
        0.5,
        Masking.RANDOM,
        Objective.PIXELS,
        new AdamWSettings(0.9, 0.95, 1e-8, 0, Double.POSITIVE_INFINITY),
        List.of(),
        LearningRateSchedule.constant(3e-3, steps),
        OptionalDouble.empty());
  }

  /** Consecutive frames of 16 x 16 pixels. */
  static TrainingClips clips(int frames, int videosPerBatch) {
    return new TrainingClips(
        ClipInput.video(new FrameSampling(frames, 1, 30), 16),
        RandomCrop.PAPER_PRETRAINING,
        videosPerBatch,
        1);
  }
}
