package org.mae4j.train.recipe;

import java.util.List;
import java.util.Objects;
import org.mae4j.api.FrameSampling;
import org.mae4j.models.ImageMaeConfig;
import org.mae4j.models.MaskedAutoencoderConfig;
import org.mae4j.models.VideoMaeConfig;

/**
 * What it takes to run a pretraining recipe small. {@link PretrainingRecipe#toScale} puts it in.
 *
 * @param name names the scale in reports
 * @param source where its numbers are from
 * @param cost in words
 * @param expected the result, in words
 * @param model the geometry
 * @param maskRatio share of tokens hidden
 * @param normalizedTargets whether the pixels to predict are normalised within each patch
 * @param maxGradientNorm limit of gradients; infinite for no clipping
 * @param learningRate the schedule
 * @param videosPerBatch videos per step
 * @param clipsPerVideo clips of each
 * @param sampling frames of a clip
 * @param crop augmentation and normalisation
 */
public record PretrainingScale(
    String name,
    String source,
    String cost,
    String expected,
    MaskedAutoencoderConfig<?> model,
    double maskRatio,
    boolean normalizedTargets,
    double maxGradientNorm,
    LearningRateSchedule learningRate,
    int videosPerBatch,
    int clipsPerVideo,
    FrameSampling sampling,
    CropSettings crop) {

  /**
   * A model of a million parameters on 32x32 clips that learns to see motion within minutes on a
   * CPU. Found by trying: at 128 tokens a mask of 90% leaves 12, which was worse than 75%; a small
   * model needs the higher rate, its warm-up and positions that start from sines and cosines, or it
   * stays on the plateau of the mean colour. After 1,500 steps the error of hidden middle frames is
   * 0.20 with a rate of 2e-3, 0.16 with 4e-3; after 3,000 steps of the latter 0.11.
   */
  public static final PretrainingScale TOY =
      toy(
          "toy",
          "linear probe of 12 motions, 50 examples each: 55% after 3,000 steps",
          VideoMaeConfig.TOY,
          0.75,
          false);

  /**
   * {@link #TOY} for recognising: pixels to predict are normalised within their patch, so that the
   * pale walls count as much as the bright toys. Found by trying, with 10 and 50 examples of each
   * of 10 kinds of walls, one seed: a model of 1,200 steps reaches 33 and 58% instead of 19 and
   * 40%, one of 2,400 steps 63 and 81% instead of 54 and 79%, and on 12 motions 45 and 58% instead
   * of 45 and 62%.
   */
  public static final PretrainingScale TOY_RECOGNITION =
      toy("toy recognition", "", VideoMaeConfig.TOY, 0.75, true);

  /**
   * {@link #TOY} for filling in whole frames: a wider decoder, and masks that leave half of the
   * tokens. Found by trying, one seed: where three quarters of the clips have whole frames hidden,
   * the error of hidden middle frames is 0.076 at home and 0.085 elsewhere after 3,600 steps
   * (copying the nearest frame: 0.097 and 0.099). With one half of the clips and the decoder of
   * {@link #TOY} it is 0.096 and 0.107, with random masks of 75% after 4,800 steps 0.103 and 0.119.
   */
  public static final PretrainingScale TOY_INTERPOLATION =
      toy("toy interpolation", "", VideoMaeConfig.TOY_WIDE_DECODER, 0.5, false);

  /**
   * An image model beside {@link #TOY}: the same transformers over single frames. A frame has an
   * eighth of a clip's tokens, so that four times as many in a step take about as long.
   *
   * <p>Found by trying: after 1,200 steps on plain pixels a linear probe of 10 kinds of walls, 50
   * examples each, finds 11%, which is guessing, as the 10% are that it finds with patches half as
   * wide after 2,400; on pixels normalised within their patch 32%, and finetuning reaches 74%.
   */
  public static final PretrainingScale TOY_IMAGE =
      new PretrainingScale(
          "toy",
          "MAE4J, for the toy nursery",
          "the time of the video model",
          "",
          ImageMaeConfig.TOY,
          0.75,
          true,
          Double.POSITIVE_INFINITY,
          TOY.learningRate(),
          64,
          1,
          new FrameSampling(1, 3, 30),
          TOY.crop());

  /**
   * A small model on 64x64 clips of two seconds, to see ordinary videos learnt within minutes on a
   * CPU, with the paper's crops and repeated clips, which save decoding.
   */
  public static final PretrainingScale SMALL =
      new PretrainingScale(
          "small",
          "MAE4J, for a first look at one's own videos",
          "16,000 clips: a few minutes on two cores",
          "",
          VideoMaeConfig.SMALL_64,
          0.75,
          false,
          Double.POSITIVE_INFINITY,
          new LearningRateSchedule(2e-3, 0, 50, 1_000),
          2,
          8,
          new FrameSampling(16, 4, 30),
          CropSettings.PAPER_PRETRAINING);

  private static PretrainingScale toy(
      String name,
      String expected,
      VideoMaeConfig model,
      double maskRatio,
      boolean normalizedTargets) {
    return new PretrainingScale(
        name,
        "MAE4J, for the toy nursery",
        "70,400 clips: 5 to 10 minutes on two cores",
        expected,
        model,
        maskRatio,
        normalizedTargets,
        Double.POSITIVE_INFINITY,
        new LearningRateSchedule(4e-3, 0, 220, 4_400),
        16,
        1,
        new FrameSampling(16, 3, 30),
        new CropSettings(
            0.8, 1, 0.9, 1.1, 0.5, CropSettings.GREY_MEAN, CropSettings.GREY_DEVIATION));
  }

  public PretrainingScale {
    for (Object part : List.of(name, source, cost, expected, model, learningRate, sampling, crop)) {
      Objects.requireNonNull(part);
    }
  }
}
