package org.mae4j.examples.app;

import ai.djl.ndarray.NDManager;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipInput;
import org.mae4j.api.Encoder;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.Pooling;
import org.mae4j.api.training.Autoencoder;
import org.mae4j.eval.completion.CompletionEvaluator;
import org.mae4j.eval.completion.CompletionReport;
import org.mae4j.eval.completion.ReconstructionGallery;
import org.mae4j.eval.fewshot.LinearProbe;
import org.mae4j.examples.app.footage.Footage;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.masking.CentreFramesMasking;
import org.mae4j.models.masking.RandomMasking;
import org.mae4j.train.PretrainingState;

/**
 * What a pretrained model can do on clips it has not seen.
 *
 * @param random errors under random masks at the recipe's ratio
 * @param centre errors under centre-frames masks
 * @param randomStrips some clips completed under random masks
 * @param centreStrips the same clips under centre-frames masks
 * @param pretrainedProbe a linear probe on the encoder, if there is a task
 * @param untrainedProbe the same probe on the encoder before training
 */
record PretrainingEvaluation(
    CompletionReport random,
    CompletionReport centre,
    List<BufferedImage> randomStrips,
    List<BufferedImage> centreStrips,
    Optional<FewShotReport> pretrainedProbe,
    Optional<FewShotReport> untrainedProbe) {

  /** The share of tokens that centre-frames masking hides: 4 of 16 frames, as in the paper. */
  static final double CENTRE_RATIO = 0.25;

  private static final int STRIPS = 3;

  static PretrainingEvaluation of(
      PretrainingState state, Footage footage, Kernels kernels, NDManager manager) {
    Autoencoder model = state.model();
    MaskingStrategy random = new RandomMasking(state.recipe().maskRatio());
    MaskingStrategy centre = new CentreFramesMasking(CENTRE_RATIO);
    CompletionReport randomReport;
    CompletionReport centreReport;
    List<BufferedImage> randomStrips;
    List<BufferedImage> centreStrips;
    try (BatchSource unseen = footage.unseen()) {
      randomReport = complete(model, random, unseen);
      centreReport = complete(model, centre, unseen);
      randomStrips = strips(state, random, unseen, manager);
      centreStrips = strips(state, centre, unseen, manager);
    }
    try (NDManager scope = manager.newSubManager()) {
      ClipInput input = state.recipe().clips().input();
      Autoencoder untrained = state.recipe().model().create(input, kernels, scope, state.seed());
      return new PretrainingEvaluation(
          randomReport,
          centreReport,
          randomStrips,
          centreStrips,
          probe(model, footage),
          probe(untrained, footage));
    }
  }

  private static CompletionReport complete(
      Autoencoder model, MaskingStrategy masking, BatchSource unseen) {
    return CompletionEvaluator.builder().setMasking(masking).build().evaluate(model, model, unseen);
  }

  private static Optional<FewShotReport> probe(Encoder encoder, Footage footage) {
    LinearProbe probe = LinearProbe.builder().setPooling(Pooling.PER_SLOT).build();
    return footage.task().map(task -> probe.evaluate(encoder, task));
  }

  private static List<BufferedImage> strips(
      PretrainingState state, MaskingStrategy masking, BatchSource unseen, NDManager manager) {
    try (ReconstructionGallery gallery = gallery(state, masking, unseen, STRIPS, manager)) {
      return gallery.draw(state.model(), state.model());
    }
  }

  /** Some clips under masks. */
  static ReconstructionGallery gallery(
      PretrainingState state,
      MaskingStrategy masking,
      BatchSource unseen,
      int clips,
      NDManager manager) {
    return ReconstructionGallery.of(
        unseen,
        clips,
        masking,
        state.model().grid(),
        state.seed(),
        state.recipe().clips().input().normalization(),
        manager);
  }
}
