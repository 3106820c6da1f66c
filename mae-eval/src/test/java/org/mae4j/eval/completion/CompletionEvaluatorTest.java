package org.mae4j.eval.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Decoder;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.PatchShape;
import org.mae4j.api.TokenMask;
import org.mae4j.api.masking.ContentMasking;
import org.mae4j.eval.FixedBatches;
import org.mae4j.eval.PixelEncoder;
import org.mae4j.eval.completion.CompletionReport.Comparison;
import org.mae4j.models.Models;
import org.mae4j.models.TransformerShape;
import org.mae4j.models.VideoMae;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.VitConfig;
import org.mae4j.models.kernels.PortableKernels;
import org.mae4j.models.masking.RandomMasking;
import org.mae4j.models.objective.MaskedError;
import org.mae4j.models.objective.PixelTarget;
import org.mae4j.models.torch.TorchEngine;

class CompletionEvaluatorTest {

  /** Four frames of one pixel, a token each. */
  private static final ClipShape DOT = new ClipShape(4, 1, 1);

  private static final PixelEncoder DOT_ENCODER = new PixelEncoder(DOT, new PatchShape(1, 1, 1));

  private static final MaskingStrategy HIDE_MIDDLE = (grid, random) -> TokenMask.ofVisible(4, 0, 3);

  /** A decoder that says 2 everywhere. */
  private static final Decoder ALWAYS_TWO =
      (latents, masks) -> latents.getManager().full(new Shape(masks.size(), 4, 3), 2f);

  /** Squares of time: 0 1 4 9 in red, ten more in green, minus that in blue. */
  private static final float[] SQUARES = {0, 1, 4, 9, 10, 11, 14, 19, 0, -1, -4, -9};

  private static final float[] STILL = {2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2};

  private static FixedBatches clips(float[]... clips) {
    FixedBatches batches = new FixedBatches(DOT, 2);
    for (float[] clip : clips) {
      batches.add(OptionalInt.empty(), clip);
    }
    return batches;
  }

  private static CompletionReport hidingTheMiddle(float[]... clips) {
    return CompletionEvaluator.builder()
        .setMasking(HIDE_MIDDLE)
        .build()
        .evaluate(DOT_ENCODER, ALWAYS_TWO, clips(clips));
  }

  @Test
  void judgesTheModelOnMaskedTokensOnly() {
    // (1-2)^2 (4-2)^2 (11-2)^2 (14-2)^2 (1+2)^2 (4+2)^2, a sixth of their sum
    assertThat(hidingTheMiddle(SQUARES).model().mean()).isEqualTo(275 / 6.0, within(1e-5));
  }

  @Test
  void meanColourIsOfEachChannelOfTheVisiblePatches() {
    // visible means 4.5, 14.5, -4.5: 3.5^2 and 0.5^2 in each channel
    assertThat(error(Baseline.MEAN_COLOUR)).isEqualTo(6.25, within(1e-6));
  }

  @Test
  void nearestFrameCopies() {
    // 1 from 0 and 4 from 9 in each channel
    assertThat(error(Baseline.NEAREST_FRAME)).isEqualTo(13, within(1e-6));
  }

  @Test
  void crossFadeIsLinear() {
    // 1 against 3 and 4 against 6 in each channel
    assertThat(error(Baseline.CROSS_FADE)).isEqualTo(4, within(1e-5));
  }

  private static double error(Baseline baseline) {
    return hidingTheMiddle(SQUARES).baselines().get(baseline).mean();
  }

  @Test
  void keepsClipsInOrderOverBatches() {
    CompletionReport report = hidingTheMiddle(SQUARES, STILL, STILL);
    assertThat(report.clips()).containsExactly("clip0", "clip1", "clip2");
    assertThat(report.model().values().get(0)).isGreaterThan(1);
    assertThat(report.model().values().subList(1, 3)).containsExactly(0.0, 0.0);
  }

  @Test
  void leavesOutClipsThatCannotBeRead() {
    ClipShape wide = new ClipShape(2, 1, 2);
    FixedBatches source = new FixedBatches(wide, 1);
    for (int clip = 0; clip < 3; clip++) {
      source.add(OptionalInt.empty(), new float[12]);
    }
    CompletionEvaluator evaluator =
        CompletionEvaluator.builder()
            .setMasking((grid, random) -> TokenMask.ofVisible(4, 0, 3))
            .build();
    PixelEncoder encoder = new PixelEncoder(wide, new PatchShape(1, 1, 1));
    assertThat(evaluator.evaluate(encoder, ALWAYS_TWO, source.breaking(1)).clips())
        .containsExactly("clip0", "clip2");
    source.breaking(0, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluator.evaluate(encoder, ALWAYS_TWO, source))
        .withMessage(
            "completion: at least 1 clip is needed, but there is none; 3 videos cannot be read,"
                + " the first: clip0: decode: no frames");
  }

  @Test
  void comparesClipByClip() {
    float[] ramp = {0, 1, 3, 4, 0, 1, 3, 4, 0, 1, 3, 4};
    Comparison comparison = hidingTheMiddle(SQUARES, ramp).versus(Baseline.MEAN_COLOUR);
    // The model is off by 1 on the ramp, as is the mean colour: no better there.
    assertThat(comparison.shareBetter()).isZero();
    assertThat(comparison.meanDifference()).isEqualTo((275 / 6.0 - 6.25) / 2, within(1e-5));
  }

  @Test
  void leavesOutFrameBaselinesWithoutAWholeVisibleFrame() {
    ClipShape wide = new ClipShape(2, 1, 2);
    FixedBatches source = new FixedBatches(wide, 1).add(OptionalInt.empty(), new float[12]);
    CompletionReport report =
        CompletionEvaluator.builder()
            .setMasking((grid, random) -> TokenMask.ofVisible(4, 0, 3))
            .build()
            .evaluate(new PixelEncoder(wide, new PatchShape(1, 1, 1)), ALWAYS_TWO, source);
    assertThat(report.baselines()).containsOnlyKeys(Baseline.MEAN_COLOUR);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> report.versus(Baseline.CROSS_FADE))
        .withMessageContaining("needs a wholly visible frame");
  }

  @Test
  void refusesADecoderOfLatents() {
    Decoder latents =
        new Decoder() {
          @Override
          public NDArray decode(NDArray encoded, List<TokenMask> masks) {
            throw new AssertionError("never asked");
          }

          @Override
          public boolean predictsPixels() {
            return false;
          }
        };
    String message =
        "to complete clips takes a decoder that predicts pixels, but that of %s predicts latents";
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                CompletionEvaluator.builder()
                    .setMasking(HIDE_MIDDLE)
                    .build()
                    .evaluate(DOT_ENCODER, latents, clips(SQUARES)))
        .withMessage(message, latents.getClass().getSimpleName());
    try (NDManager manager = TorchEngine.newManager()) {
      NDArray clip = manager.zeros(new Shape(1, 3, 4, 1, 1));
      TokenMask mask = TokenMask.ofVisible(4, 0, 3);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> CompletedClip.of(DOT_ENCODER, latents, clip, mask))
          .withMessage(message, latents.getClass().getSimpleName());
    }
  }

  @Test
  void equalsTheTrainingLoss() {
    assertThat(modelErrorLessLoss(8)).isEqualTo(0, within(1e-6));
  }

  @Test
  void equalsTheTrainingLossOfAModelThatPredictsFewerFrames() {
    assertThat(modelErrorLessLoss(4)).isEqualTo(0, within(1e-6));
  }

  /** A small real model on random clips, all of which hide as many tokens. */
  private static double modelErrorLessLoss(int predictedFrames) {
    VideoMaeConfig config =
        new VideoMaeConfig(
                VitConfig.video(
                    new ClipShape(8, 8, 12),
                    new PatchShape(2, 4, 4),
                    new TransformerShape(16, 1, 2)),
                new TransformerShape(8, 1, 2))
            .withPredictedFrames(predictedFrames);
    RandomGenerator random = new SplittableRandom(5);
    FixedBatches source = new FixedBatches(config.clip(), 3);
    for (int i = 0; i < 3; i++) {
      float[] clip = new float[3 * 8 * 8 * 12];
      for (int j = 0; j < clip.length; j++) {
        clip[j] = (float) random.nextGaussian();
      }
      source.add(OptionalInt.empty(), clip);
    }
    MaskingStrategy masking = new RandomMasking(0.75);
    try (NDManager manager = TorchEngine.newManager()) {
      VideoMae model = Models.create(config, new PortableKernels(), manager, 1);
      double evaluated =
          CompletionEvaluator.builder()
              .setMasking(masking)
              .optSeed(9)
              .build()
              .evaluate(model, model, source)
              .model()
              .mean();
      var clips = source.batch(0, manager).clips();
      RandomGenerator same = new SplittableRandom(9);
      List<TokenMask> masks =
          Stream.generate(() -> masking.mask(config.grid(), same)).limit(3).toList();
      var predictions = model.decode(model.encode(clips, masks), masks);
      return evaluated
          - MaskedError.SQUARED
              .of(predictions, PixelTarget.of(model, false).of(clips), masks)
              .getFloat();
    }
  }

  @Test
  void closesEveryBatch() {
    FixedBatches source = clips(SQUARES, STILL, STILL);
    CompletionEvaluator.builder()
        .setMasking(HIDE_MIDDLE)
        .build()
        .evaluate(DOT_ENCODER, ALWAYS_TWO, source);
    assertThat(source.managers()).hasSize(2).noneMatch(NDManager::isOpen);
  }

  @Test
  void rejectsAMaskThatHidesNothing() {
    BatchSource source = clips(SQUARES);
    CompletionEvaluator seesAll =
        CompletionEvaluator.builder().setMasking(new RandomMasking(0)).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> seesAll.evaluate(DOT_ENCODER, ALWAYS_TWO, source))
        .withMessage("random 0.0 must hide at least 1 of the 4 tokens, but hides none");
  }

  @Test
  void masksThatSeeAreDrawnFromTheClipsThatAreJudged() {
    // Hides the frame with the greatest change before it.
    ContentMasking hideTheJump =
        (clip, random) -> {
          float[] motion = clip.motion();
          int jump = IntStream.range(1, 4).reduce(1, (a, b) -> motion[a] < motion[b] ? b : a);
          return TokenMask.ofVisible(4, IntStream.range(0, 4).filter(i -> i != jump).toArray());
        };
    float[] jumpsEarly = {0, 7, 7, 8, 0, 7, 7, 8, 0, 7, 7, 8};
    CompletionReport report =
        CompletionEvaluator.builder()
            .setMasking(hideTheJump)
            .build()
            .evaluate(DOT_ENCODER, ALWAYS_TWO, clips(SQUARES, jumpsEarly, STILL));

    // 9, 19 and -9 are hidden of the first, 7 of the second, 2 of the third; the model says 2.
    assertThat(report.model().values())
        .containsExactly((7.0 * 7 + 17 * 17 + 11 * 11) / 3, 25.0, 0.0);
  }

  @Test
  void plainMasksAreDrawnByOneGeneratorClipAfterClip() {
    List<Integer> drawn = new ArrayList<>();
    MaskingStrategy one =
        (grid, random) -> {
          drawn.add(random.nextInt(4));
          return TokenMask.ofVisible(4, drawn.get(drawn.size() - 1));
        };
    CompletionEvaluator.builder()
        .setMasking(one)
        .optSeed(9)
        .build()
        .evaluate(DOT_ENCODER, ALWAYS_TWO, clips(SQUARES, STILL, STILL, STILL, SQUARES));

    RandomGenerator random = new SplittableRandom(9);
    assertThat(drawn).isEqualTo(Stream.generate(() -> random.nextInt(4)).limit(5).toList());
  }

  @Test
  void rejectsPredictionsThatAreNotWholeFrames() {
    Decoder odd = (latents, masks) -> latents.getManager().zeros(new Shape(masks.size(), 4, 4));
    CompletionEvaluator evaluator = CompletionEvaluator.builder().setMasking(HIDE_MIDDLE).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluator.evaluate(DOT_ENCODER, odd, clips(SQUARES)))
        .withMessage(
            "predictions per token must be a multiple of 3 up to 3 for clips of 4x1x1 in 4x1x1"
                + " tokens, but are 4");
  }

  @Test
  void needsAMasking() {
    assertThatNullPointerException().isThrownBy(() -> CompletionEvaluator.builder().build());
  }
}
