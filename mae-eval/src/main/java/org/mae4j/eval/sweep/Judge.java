package org.mae4j.eval.sweep;

import ai.djl.ndarray.NDManager;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.Pooling;
import org.mae4j.api.training.Autoencoder;
import org.mae4j.eval.completion.CompletionEvaluator;
import org.mae4j.eval.completion.CompletionReport;
import org.mae4j.eval.completion.ReconstructionGallery;
import org.mae4j.eval.fewshot.LinearProbe;
import org.mae4j.models.masking.CentreFramesMasking;
import org.mae4j.models.masking.RandomMasking;
import org.mae4j.models.objective.Objective;
import org.mae4j.train.recipe.PretrainingRecipe;

/**
 * Judges the models of a sweep, all in the same way.
 *
 * @param data judged on
 * @param maskings for completion, by name; none for those that suit the clip
 */
record Judge(SweepData data, Map<String, MaskingStrategy> maskings) {

  /** Hides as much as the paper's models of toys are trained with, whatever the recipe has. */
  private static final double RANDOM_RATIO = 0.75;

  /** 4 of 16 frames, as in the paper. */
  private static final double CENTRE_RATIO = 0.25;

  private static final int PICTURED_CLIPS = 2;

  /** Decides masks, the same ones for all models. */
  private static final long SEED = 0;

  /**
   * What it found.
   *
   * @param pictures of the same clips for all models, by the name of the masking
   */
  record Judgement(
      Optional<FewShotReport> probe,
      Map<String, CompletionReport> completion,
      Map<String, List<BufferedImage>> pictures,
      List<ClipReadException> brokenFiles) {}

  /** The maskings that models of a recipe are judged under; none if it predicts no pixels. */
  Map<String, MaskingStrategy> maskings(PretrainingRecipe recipe) {
    if (recipe.objective() != Objective.PIXELS) {
      return Map.of();
    }
    if (!maskings.isEmpty()) {
      return maskings;
    }
    Map<String, MaskingStrategy> suiting = new LinkedHashMap<>();
    suiting.put("random 75%", new RandomMasking(RANDOM_RATIO));
    if (recipe.model().grid().time() * CENTRE_RATIO >= 1) {
      suiting.put("middle frames", new CentreFramesMasking(CENTRE_RATIO));
    }
    return suiting;
  }

  Judgement judge(PretrainingRecipe recipe, Autoencoder model, NDManager manager) {
    Map<String, CompletionReport> completion = new LinkedHashMap<>();
    Map<String, List<BufferedImage>> pictures = new LinkedHashMap<>();
    List<ClipReadException> broken = new ArrayList<>();
    try (BatchSource unseen = data.unseen().apply(recipe)) {
      maskings(recipe)
          .forEach(
              (name, masking) -> {
                completion.put(
                    name,
                    CompletionEvaluator.builder()
                        .setMasking(masking)
                        .optSeed(SEED)
                        .build()
                        .evaluate(model, model, unseen));
                pictures.put(name, draw(recipe, model, masking, unseen, manager));
              });
      broken.addAll(unseen.brokenFiles());
    }
    Optional<FewShotReport> probe =
        data.withTask(
            recipe,
            task -> {
              FewShotReport report =
                  LinearProbe.builder().setPooling(Pooling.PER_SLOT).build().evaluate(model, task);
              broken.addAll(task.train().brokenFiles());
              task.views().forEach(view -> broken.addAll(view.brokenFiles()));
              return report;
            });
    return new Judgement(probe, completion, pictures, broken);
  }

  private static List<BufferedImage> draw(
      PretrainingRecipe recipe,
      Autoencoder model,
      MaskingStrategy masking,
      BatchSource unseen,
      NDManager manager) {
    try (ReconstructionGallery gallery =
        ReconstructionGallery.of(
            unseen,
            PICTURED_CLIPS,
            masking,
            model.grid(),
            SEED,
            recipe.clips().input().normalization(),
            manager)) {
      return gallery.draw(model, model);
    }
  }
}
