package org.mae4j.eval.fewshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipShape;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.FewShotTask;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.PatchShape;
import org.mae4j.api.Pooling;
import org.mae4j.api.RandomCrop;
import org.mae4j.api.Seeds;
import org.mae4j.api.TrainingClips;
import org.mae4j.eval.FixedBatches;
import org.mae4j.models.ClassifierConfig;
import org.mae4j.models.Models;
import org.mae4j.models.TransformerShape;
import org.mae4j.models.VideoMae;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.Vit;
import org.mae4j.models.VitClassifier;
import org.mae4j.models.VitConfig;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.recipe.FinetuningRecipe;
import org.mae4j.train.recipe.FinetuningRecipes;
import org.mae4j.train.recipe.LearningRateSchedule;
import org.mae4j.train.recipe.Regularization;

/** Dark clips against bright ones, which a model of two thousand weights learns in some steps. */
class FinetuneEvaluatorTest {

  private static final ClipShape CLIP = new ClipShape(2, 4, 4);
  private static final VideoMaeConfig MODEL =
      new VideoMaeConfig(
          VitConfig.video(CLIP, new PatchShape(2, 2, 2), new TransformerShape(8, 2, 2)),
          new TransformerShape(8, 1, 2));

  private static NDManager manager;
  private static Kernels kernels;
  private static VideoMae pretrained;

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    manager = TorchEngine.newManager();
    kernels = new ScriptedKernels();
    pretrained = Models.create(MODEL, kernels, manager, 1);
  }

  @AfterAll
  static void close() {
    kernels.close();
    manager.close();
  }

  private static FinetuningRecipe recipe(double rate, int steps) {
    FinetuningRecipe paper = FinetuningRecipes.VIDEO_SSV2_10_V1;
    return paper
        .withModel(
            new ClassifierConfig(MODEL.vit(), 7, Pooling.MEAN),
            new TrainingClips(
                ClipInput.video(new FrameSampling(2, 1, 30), 4), RandomCrop.PAPER_FINETUNING, 4, 1))
        .withName("small")
        .withLayerDecay(1)
        .withLearningRate(LearningRateSchedule.constant(rate, steps))
        .withRegularization(Regularization.NONE);
  }

  private static FixedBatches clips(int count, long seed) {
    RandomGenerator random = Seeds.generator(seed);
    FixedBatches batches = new FixedBatches(CLIP, 4);
    for (int i = 0; i < count; i++) {
      float brightness = i % 2 == 0 ? -0.3f : 0.3f;
      float[] pixels = new float[3 * 2 * 4 * 4];
      for (int p = 0; p < pixels.length; p++) {
        pixels[p] = brightness + (float) (0.5 * random.nextGaussian());
      }
      batches.add(OptionalInt.of(i % 2), pixels);
    }
    return batches;
  }

  private static FewShotTask task() {
    return new FewShotTask("brightness", List.of("dark", "bright"), clips(12, 1), clips(40, 2));
  }

  private static Map<String, float[]> weights() {
    return weights(pretrained);
  }

  private static Map<String, float[]> weights(Vit model) {
    Map<String, float[]> weights = new TreeMap<>();
    model.weights().forEach((name, array) -> weights.put(name, array.toFloatArray()));
    return weights;
  }

  @Test
  void learnsTheTaskOnACopyOfTheEncoder() {
    Map<String, float[]> before = weights();
    FewShotReport report =
        FinetuneEvaluator.builder()
            .setRecipe(recipe(3e-3, 60))
            .build()
            .evaluate(pretrained, task());

    assertThat(report.accuracy()).isGreaterThan(0.9);
    assertThat(report.classes()).containsExactly("dark", "bright");
    assertThat(report.trainClips()).isEqualTo(12);
    assertThat(report.method()).startsWith("finetuned by small, ");
    weights().forEach((name, values) -> assertThat(values).containsExactly(before.get(name)));
  }

  /** At a rate of almost nothing the classifier stays what it began as. */
  @Test
  void startsTheHeadAsALinearProbe() {
    FewShotReport probe =
        LinearProbe.builder().setPooling(Pooling.MEAN).build().evaluate(pretrained, task());
    FewShotReport finetuned =
        FinetuneEvaluator.builder()
            .setRecipe(recipe(1e-12, 1))
            .optProbeFirst()
            .build()
            .evaluate(pretrained, task());

    assertThat(finetuned.predictions()).isEqualTo(probe.predictions());
    assertThat(finetuned.method()).contains("the head started as a linear probe");
  }

  @Test
  void takesTheBestCheckpointOnValidationClips() {
    FinetuningRecipe ruinous = recipe(0.5, 30);
    FewShotReport chosen =
        FinetuneEvaluator.builder()
            .setRecipe(ruinous)
            .optProbeFirst()
            .optValidation(clips(20, 3), folder)
            .build()
            .evaluate(pretrained, task());

    assertThat(chosen.method()).contains("checkpoint chosen by top1 on validation clips");
    assertThat(folder).isNotEmptyDirectory();
  }

  /** An average that keeps almost all of itself is the encoder that was given. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void judgesTheAverageOfTheWeightsWhereTheRecipeHasOne(boolean validated) {
    FinetuneEvaluator.Builder builder =
        FinetuneEvaluator.builder().setRecipe(recipe(0.05, 6).withEmaDecay(0.999999));
    if (validated) {
      builder.optValidation(clips(20, 3), folder);
    }

    Map<String, float[]> judged =
        builder.build().train(pretrained, task(), state -> weights((VitClassifier) state.model()));

    Map<String, float[]> given = weights(pretrained);
    given.keySet().retainAll(judged.keySet());
    assertThat(given).isNotEmpty();
    given.forEach(
        (name, values) ->
            assertThat(judged.get(name)).as(name).containsExactly(values, within(1e-4f)));
  }

  @Test
  void refusesAnEncoderThatIsNoVisionTransformer() {
    BagOfFrames frames = new BagOfFrames(image(), 2);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                FinetuneEvaluator.builder()
                    .setRecipe(recipe(1e-3, 1))
                    .build()
                    .evaluate(frames, task()))
        .withMessage("only an encoder that is Trainable can be finetuned, but BagOfFrames is not");
  }

  private static VideoMae image() {
    VideoMaeConfig still =
        new VideoMaeConfig(
            VitConfig.video(new ClipShape(1, 4, 4), new PatchShape(1, 2, 2), MODEL.encoder()),
            MODEL.decoder());
    return Models.create(still, kernels, manager, 1);
  }
}
