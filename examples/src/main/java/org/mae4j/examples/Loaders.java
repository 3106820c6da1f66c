package org.mae4j.examples;

import java.util.List;
import org.mae4j.api.ClipSource;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.ClipLoader;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.augment.ClipAugmentation;
import org.mae4j.data.augment.Normalization;
import org.mae4j.data.augment.RandomResizedCrop;
import org.mae4j.data.augment.UniformCrop;
import org.mae4j.train.CropSettings;
import org.mae4j.train.PretrainingRecipe;

/** Turns what a recipe says about its data into loaders. */
final class Loaders {

  private Loaders() {}

  /** Random windows and crops, in an endless seeded order. */
  static VideoBatches training(ClipSource videos, PretrainingRecipe recipe, long seed) {
    CropSettings crop = recipe.crop();
    ClipAugmentation augmentation =
        RandomResizedCrop.builder()
            .setSize(recipe.model().clip().height())
            .optArea(crop.minArea(), crop.maxArea())
            .optAspect(crop.minAspect(), crop.maxAspect())
            .optFlip(crop.flip())
            .optNormalization(normalization(crop))
            .build();
    ClipLoader loader =
        ClipLoader.builder()
            .setSource(videos)
            .setSampling(recipe.sampling())
            .setBatchSize(recipe.videosPerBatch() * recipe.clipsPerVideo())
            .optRepeats(recipe.clipsPerVideo(), true)
            .optSeed(seed)
            .build();
    return new VideoBatches(loader, augmentation);
  }

  /** One fixed pass of centre crops. */
  static VideoBatches evaluation(
      ClipSource videos,
      PretrainingRecipe recipe,
      long seed,
      WindowPlacement placement,
      int windowsPerVideo) {
    ClipAugmentation augmentation =
        UniformCrop.builder()
            .setSize(recipe.model().clip().height())
            .optNormalization(normalization(recipe.crop()))
            .build();
    ClipLoader loader =
        ClipLoader.builder()
            .setSource(videos)
            .setSampling(recipe.sampling())
            .setBatchSize(16 * windowsPerVideo)
            .optRepeats(windowsPerVideo, false)
            .optPlacement(placement)
            .optFixedOrder()
            .optSeed(seed)
            .build();
    return new VideoBatches(loader, augmentation);
  }

  static Normalization normalization(CropSettings crop) {
    return new Normalization(floats(crop.mean()), floats(crop.deviation()));
  }

  private static List<Float> floats(List<Double> values) {
    return values.stream().map(Double::floatValue).toList();
  }
}
