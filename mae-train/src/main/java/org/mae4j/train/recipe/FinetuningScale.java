package org.mae4j.train.recipe;

import java.util.List;
import java.util.Objects;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Pooling;
import org.mae4j.models.ImageMaeConfig;
import org.mae4j.models.Positions;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.VitConfig;

/**
 * What it takes to run a finetuning recipe small. {@link FinetuningRecipe#toScale} puts it in.
 *
 * @param name names the scale in reports
 * @param source where its numbers are from
 * @param cost in words
 * @param expected the result, in words
 * @param vit the encoder
 * @param classes C
 * @param pooling what the head sees
 * @param layerDecay of the learning rate
 * @param learningRate the schedule
 * @param headOnly how much of it trains the head alone
 * @param videosPerBatch clips per step
 * @param sampling frames of a clip
 * @param crop augmentation and normalisation
 * @param selection which checkpoint is the best
 */
public record FinetuningScale(
    String name,
    String source,
    String cost,
    String expected,
    VitConfig vit,
    int classes,
    Pooling pooling,
    double layerDecay,
    LearningRateSchedule learningRate,
    double headOnly,
    int videosPerBatch,
    FrameSampling sampling,
    CropSettings crop,
    CheckpointSelection selection) {

  /**
   * The toy nursery's 12 motions with 10 examples each. The head sees the mean of each temporal
   * slot: a mean over all tokens hides the direction of a motion. Mirrored clips would be of
   * another class.
   *
   * <p>Found by trying with 50 examples a class, one seed each: small batches at a high rate learn
   * most from as many clips (3,600 clips of 12 motions at a layer decay of 0.75: 37% right with
   * batches of 24 at 1e-3, 52% at 2e-3, 61% with batches of 12 at 2e-3; without decay, 4e-3 is too
   * much for an untrained encoder). A layer decay of 0.75 learns more slowly (2,400 clips of 10
   * kinds of rooms: 58% against 70%). With a head that started as a linear probe, 3,600 clips of
   * rooms gave 57% at 1e-3; with a random head and small batches 78%.
   */
  public static final FinetuningScale TOY =
      new FinetuningScale(
          "toy",
          "MAE4J, for the toy nursery",
          "30 passes of 120 clips: about a minute on a core",
          "",
          VideoMaeConfig.TOY.vit(),
          12,
          Pooling.PER_SLOT,
          1,
          LearningRateSchedule.cosineOverPasses(2e-3, 0, 3, 30),
          0,
          12,
          new FrameSampling(16, 3, 30),
          new CropSettings(
              0.8, 1, 0.9, 1.1, 0, CropSettings.GREY_MEAN, CropSettings.GREY_DEVIATION),
          new CheckpointSelection("top1", true, "validation clips", 5, CheckpointSelection.NEVER));

  /**
   * The same for the image model, which sees 4 frames of each clip, evenly spread over the same
   * time: a clip backwards is the same frames.
   */
  public static final FinetuningScale TOY_IMAGE =
      new FinetuningScale(
          "toy",
          "MAE4J, for the toy nursery",
          TOY.cost(),
          "",
          ImageMaeConfig.TOY.vit().withPositions(Positions.JOINT),
          TOY.classes(),
          Pooling.PER_SLOT,
          1,
          TOY.learningRate(),
          0,
          12,
          new FrameSampling(4, 12, 30),
          TOY.crop(),
          TOY.selection());

  public FinetuningScale {
    for (Object part :
        List.of(
            name, source, cost, expected, vit, pooling, learningRate, sampling, crop, selection)) {
      Objects.requireNonNull(part);
    }
  }
}
