package org.mae4j.train;

import org.mae4j.api.ClipShape;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.PatchShape;
import org.mae4j.models.TransformerShape;
import org.mae4j.models.VideoMaeConfig;

/** Recipes of a model that trains in milliseconds. */
final class TestRecipes {

  static final ClipShape CLIP = new ClipShape(4, 16, 16);

  private TestRecipes() {}

  static PretrainingRecipe tiny(long steps, int clips, int batchesPerStep) {
    VideoMaeConfig model =
        VideoMaeConfig.builder()
            .setClip(CLIP)
            .setPatch(new PatchShape(2, 8, 8))
            .setEncoder(new TransformerShape(32, 2, 4))
            .setDecoder(new TransformerShape(16, 1, 4))
            .build();
    return new PretrainingRecipe(
        "test",
        "a test",
        model,
        0.5,
        false,
        new AdamWSettings(0.9, 0.95, 1e-8, 0.05, Double.POSITIVE_INFINITY),
        new LearningRateSchedule(3e-3, 0, 2, steps),
        clips,
        1,
        batchesPerStep,
        new FrameSampling(4, 1, 30),
        PretrainingRecipe.PAPER_S.crop());
  }
}
