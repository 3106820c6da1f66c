package org.mae4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipShape;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.MaskingStrategy;
import org.mae4j.api.PatchShape;
import org.mae4j.api.RandomCrop;
import org.mae4j.api.TokenMask;
import org.mae4j.api.TrainingClips;
import org.mae4j.models.Models;
import org.mae4j.models.Positions;
import org.mae4j.models.TransformerShape;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.VitConfig;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.PortableKernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.objective.AveragedTeacher;
import org.mae4j.models.objective.MaskedError;
import org.mae4j.models.objective.Objective;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.models.weights.Weights;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.optim.AdamWSettings;
import org.mae4j.train.recipe.LearningRateSchedule;
import org.mae4j.train.recipe.PretrainingRecipe;

/**
 * Five steps of V-JEPA by its authors' code. Where all that is masked is predicted, their predictor
 * is our decoder without class token: it attends over the same tokens in another order.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LatentPretrainingGoldenTest {

  private static final int STEPS = 5;

  /** Odd, as are the masked tokens of a batch: errors of even number may have no mean sign. */
  private static final int CLIPS = 3;

  private static final int VISIBLE = 3;
  private static final int TOKENS = 8;
  private static final double RATE = 1e-3;

  private static final VideoMaeConfig MODEL =
      new VideoMaeConfig(
              VitConfig.video(
                      new ClipShape(4, 8, 8),
                      new PatchShape(2, 4, 4),
                      new TransformerShape(24, 2, 3))
                  .withClassToken(false)
                  .withPositions(Positions.FIXED),
              new TransformerShape(16, 1, 2))
          .predictingLatents(24);

  private static final PretrainingRecipe RECIPE =
      TestRecipes.tiny(STEPS, CLIPS, 1)
          .withObjective(Objective.LATENTS)
          .withModel(
              MODEL,
              new TrainingClips(
                  ClipInput.video(new FrameSampling(4, 1, 30), 8),
                  RandomCrop.PAPER_PRETRAINING,
                  CLIPS,
                  1))
          .withOptimizer(new AdamWSettings(0.9, 0.999, 1e-8, 0.04, Double.POSITIVE_INFINITY))
          .withLearningRate(LearningRateSchedule.constant(RATE, STEPS));

  private final List<Kernels> kernels = List.of(new ScriptedKernels(), new PortableKernels());
  private NDManager manager;

  Stream<Kernels> kernels() {
    return kernels.stream();
  }

  @BeforeEach
  void openManager() {
    manager = TorchEngine.newManager();
  }

  @AfterEach
  void closeManager() {
    manager.close();
  }

  @AfterAll
  void closeKernels() {
    kernels.forEach(Kernels::close);
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("kernels")
  void lossesWeightsAndTeacherEqualTheReference(Kernels kernel) {
    List<Double> losses = new ArrayList<>();
    try (PretrainingState state = PretrainingState.start(RECIPE, 1, kernel, manager)) {
      Models.replaceWeights(state.model(), Weights.of(tensors("weights")), true);
      try (AveragedTeacher teacher =
          new AveragedTeacher(state.model(), state.model().encoderWeights(), 0.9, 1)) {
        assertTargets(teacher);
        Pretrainer.builder()
            .setState(state)
            .setBatches(new GoldenClips())
            .optMasking(goldenMasks())
            .optObjective(teacher, MaskedError.ABSOLUTE)
            .addListener(
                new TrainingListener() {
                  @Override
                  public void onStep(StepMetrics metrics) {
                    losses.add(metrics.loss());
                  }
                })
            .build()
            .run();

        assertWeights(state.model().trainableWeights(), "weights_after_step5");
        assertWeights(teacher.state(), "teacher_after_step5");
      }
    }
    float[] expected = tensors("expected").read("loss", manager).toFloatArray();
    for (int i = 0; i < STEPS; i++) {
      assertThat(losses.get(i)).isCloseTo(expected[i], within(1e-5));
    }
  }

  private void assertTargets(AveragedTeacher teacher) {
    NDArray clips = tensors("input").read("clips", manager).get(0);
    NDArray expected = tensors("expected").read("targets_step1", manager);
    double distance = teacher.of(clips).sub(expected).abs().max().getFloat();
    assertThat(distance).isLessThan(2e-5);
  }

  private void assertWeights(Map<String, NDArray> weights, String file) {
    Safetensors expected = tensors(file);
    weights.forEach(
        (name, weight) -> {
          // Adam turns the rounding noise that is a key bias's gradient into steps.
          double tolerance = name.endsWith("attn.k.bias") ? STEPS * RATE : 2e-5;
          double distance =
              weight.stopGradient().sub(expected.read(name, manager)).abs().max().getFloat();
          assertThat(distance).as(name).isLessThan(tolerance);
        });
  }

  /** Clip after clip, as they are drawn. */
  private MaskingStrategy goldenMasks() {
    float[] visible = tensors("input").read("visible", manager).toFloatArray();
    int[] next = {0};
    return (grid, random) -> {
      int[] tokens = new int[VISIBLE];
      for (int i = 0; i < VISIBLE; i++) {
        tokens[i] = (int) visible[next[0]++];
      }
      return TokenMask.ofVisible(TOKENS, tokens);
    };
  }

  private static final class GoldenClips implements BatchSource {

    @Override
    public long batchesPerPass() {
      return STEPS;
    }

    @Override
    public ClipBatch batch(long index, NDManager scope) {
      NDArray clips = tensors("input").read("clips", scope).get(index);
      return new ClipBatch(clips, Collections.nCopies(CLIPS, ClipInfo.unlabelled("golden")), 0);
    }

    @Override
    public void close() {}
  }

  private static Safetensors tensors(String name) {
    try {
      return Safetensors.open(
          Path.of(
              LatentPretrainingGoldenTest.class
                  .getResource("/goldens/o_vjepa_5steps/" + name + ".safetensors")
                  .toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
