package org.mae4j.examples.support;

import java.util.List;
import org.mae4j.api.ClipSource;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Normalization;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.ClipLoader;
import org.mae4j.data.ClipView;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.augment.ClipAugmentation;
import org.mae4j.data.augment.RandAugment;
import org.mae4j.data.augment.RandomErasing;
import org.mae4j.data.augment.RandomResizedCrop;
import org.mae4j.data.augment.UniformCrop;
import org.mae4j.train.recipe.CropSettings;
import org.mae4j.train.recipe.FinetuningRecipe;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.recipe.Regularization;

/** Turns what a recipe says about its data into loaders. */
public final class Loaders {

  /** Videos in a batch where nothing is learnt. */
  private static final int EVALUATED = 16;

  private Loaders() {}

  /** Random windows and crops, in an endless seeded order. */
  public static VideoBatches training(ClipSource videos, PretrainingRecipe recipe, long seed) {
    ClipLoader loader =
        ClipLoader.builder()
            .setSource(videos)
            .setSampling(recipe.sampling())
            .setBatchSize(recipe.videosPerBatch() * recipe.clipsPerVideo())
            .optRepeats(recipe.clipsPerVideo(), true)
            .optSeed(seed)
            .build();
    return new VideoBatches(loader, crop(recipe.crop(), recipe.model().clip().height()));
  }

  /** One clip a video: random windows and crops, in an endless seeded order. */
  public static VideoBatches training(ClipSource videos, FinetuningRecipe recipe, long seed) {
    ClipLoader loader =
        ClipLoader.builder()
            .setSource(videos)
            .setSampling(recipe.sampling())
            .setBatchSize(recipe.videosPerBatch())
            .optSeed(seed)
            .build();
    return new VideoBatches(loader, augmentation(recipe));
  }

  /** The recipe's crop, between RandAugment and erasing where it has them. */
  private static ClipAugmentation augmentation(FinetuningRecipe recipe) {
    Regularization regularization = recipe.regularization();
    ClipAugmentation crop = crop(recipe.crop(), recipe.model().vit().clip().height());
    if (regularization.randAugmentOperations() > 0) {
      crop =
          new RandAugment(
              regularization.randAugmentOperations(), regularization.randAugmentMagnitude(), crop);
    }
    return regularization.erasing() > 0 ? new RandomErasing(regularization.erasing(), crop) : crop;
  }

  private static ClipAugmentation crop(CropSettings crop, int size) {
    return RandomResizedCrop.builder()
        .setSize(size)
        .optArea(crop.minArea(), crop.maxArea())
        .optAspect(crop.minAspect(), crop.maxAspect())
        .optFlip(crop.flip())
        .optNormalization(normalization(crop))
        .build();
  }

  /** One fixed pass of centre crops. */
  public static VideoBatches evaluation(
      ClipSource videos,
      PretrainingRecipe recipe,
      long seed,
      WindowPlacement placement,
      int windowsPerVideo) {
    ClipLoader loader =
        ClipLoader.builder()
            .setSource(videos)
            .setSampling(recipe.sampling())
            .setBatchSize(EVALUATED * windowsPerVideo)
            .optRepeats(windowsPerVideo, false)
            .optPlacement(placement)
            .optFixedOrder()
            .optSeed(seed)
            .build();
    return new VideoBatches(loader, centre(recipe.crop(), recipe.model().clip().height()));
  }

  /** One fixed pass of centred windows and centre crops. */
  public static VideoBatches evaluation(ClipSource videos, FinetuningRecipe recipe) {
    return evaluation(
        videos, recipe.sampling(), centre(recipe.crop(), recipe.model().vit().clip().height()));
  }

  /** One fixed pass of centred windows, seen in one way that draws nothing. */
  public static VideoBatches evaluation(
      ClipSource videos, FrameSampling sampling, ClipAugmentation view) {
    return new ClipView(WindowPlacement.centre(), view).batches(videos, sampling, EVALUATED, 0);
  }

  /** The square in the middle. */
  public static ClipAugmentation centre(CropSettings crop, int size) {
    return UniformCrop.builder().setSize(size).optNormalization(normalization(crop)).build();
  }

  /** What to take from pixels in [0, 1], and to divide by. */
  public static Normalization normalization(CropSettings crop) {
    return new Normalization(floats(crop.mean()), floats(crop.deviation()));
  }

  private static List<Float> floats(List<Double> values) {
    return values.stream().map(Double::floatValue).toList();
  }
}
