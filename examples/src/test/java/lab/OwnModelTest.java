package lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Encoder;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.FewShotTask;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.PatchShape;
import org.mae4j.api.Pooling;
import org.mae4j.api.RandomCrop;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.api.TrainingClips;
import org.mae4j.api.training.Autoencoder;
import org.mae4j.api.training.Trainable;
import org.mae4j.eval.completion.CompletionEvaluator;
import org.mae4j.eval.completion.CompletionReport;
import org.mae4j.eval.embedding.ClipFeatures;
import org.mae4j.eval.embedding.EmbeddingFile;
import org.mae4j.eval.fewshot.LinearProbe;
import org.mae4j.models.Models;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.masking.Masking;
import org.mae4j.models.objective.MaskedError;
import org.mae4j.models.objective.Objective;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.Checkpoints;
import org.mae4j.train.Pretrainer;
import org.mae4j.train.PretrainingState;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.metrics.TrainingListener;
import org.mae4j.train.optim.AdamWSettings;
import org.mae4j.train.recipe.LearningRateSchedule;
import org.mae4j.train.recipe.Origin;
import org.mae4j.train.recipe.PretrainingRecipe;

/** A model of somebody's own, through the public interfaces alone. */
class OwnModelTest {

  static final ClipShape CLIP = new ClipShape(4, 16, 16);
  static final MixerConfig MIXER = new MixerConfig(CLIP, new PatchShape(2, 8, 8), 24, 2);
  static final TrainingClips CLIPS =
      new TrainingClips(
          ClipInput.video(new FrameSampling(4, 1, 30), 16), RandomCrop.PAPER_PRETRAINING, 4, 1);
  static final PretrainingRecipe RECIPE =
      new PretrainingRecipe(
          "a mixer",
          Origin.of("a test"),
          new CrossMaeConfig(MIXER, 16, 384),
          CLIPS,
          2,
          0.5,
          Masking.RANDOM,
          Objective.PIXELS,
          new AdamWSettings(0.9, 0.95, 1e-8, 0.05, Double.POSITIVE_INFINITY),
          List.of(),
          new LearningRateSchedule(3e-3, 0, 2, 6),
          OptionalDouble.of(0.9));

  @TempDir Path folder;
  private final Kernels kernels = new ScriptedKernels();
  private NDManager manager;

  @BeforeEach
  void openManager() {
    manager = TorchEngine.newManager();
  }

  @AfterEach
  void closeAll() {
    kernels.close();
    manager.close();
  }

  /** What the decoder has to predict for each. */
  private static PretrainingRecipe predicting(Objective objective) {
    int values =
        switch (objective) {
          case PIXELS, NORMALIZED_PIXELS -> 384;
          case LATENTS -> 24;
          case OWN -> 3;
        };
    return RECIPE.withModel(new CrossMaeConfig(MIXER, 16, values)).withObjective(objective);
  }

  @ParameterizedTest
  @EnumSource
  void aRunThatGoesOnEndsAsOneLeftInPeace(Objective objective) {
    PretrainingRecipe recipe = predicting(objective);
    Checkpoints whole = new Checkpoints(folder.resolve("whole"), 1);
    Checkpoints parts = new Checkpoints(folder.resolve("parts"), 2);
    List<Double> losses;
    try (PretrainingState state = PretrainingState.start(recipe, 3, kernels, manager)) {
      losses = run(state, whole, 6);
    }
    try (PretrainingState state = PretrainingState.start(recipe, 3, kernels, manager)) {
      run(state, parts, 3);
    }
    Path half = parts.newest().orElseThrow();
    try (PretrainingState state = PretrainingState.resume(half, recipe, 3, Set.of(), manager)) {
      assertThat(state.recipe()).isEqualTo(recipe);
      assertThat(run(state, parts, 6)).isEqualTo(losses.subList(3, 6));
    }

    assertThat(losses.get(5)).isLessThan(losses.get(0));
    assertThat(parts.newest().orElseThrow()).hasSameBinaryContentAs(whole.newest().orElseThrow());
  }

  @Test
  void aSeedDecidesTheWeights() {
    assertThat(started(3)).isEqualTo(started(3)).isNotEqualTo(started(4));
  }

  private Map<String, List<Float>> started(long seed) {
    try (PretrainingState state = PretrainingState.start(RECIPE, seed, manager)) {
      return values(state.model().weights());
    }
  }

  @Test
  void whatIsHiddenIsNotSeen() {
    Mixer mixer = MIXER.create(CLIPS.input(), kernels, manager, 1);
    NDArray clips = new Waves(CLIP, 2, 1, 2, 1).batch(0, manager).clips();
    List<TokenMask> masks =
        List.of(TokenMask.ofVisible(8, 0, 1, 2, 3), TokenMask.ofVisible(8, 0, 1, 2, 3));
    float[] seen = mixer.encode(clips, masks).toFloatArray();

    NDArray other = clips.duplicate();
    other.set(new NDIndex(":, :, 2:"), 7);

    assertThat(mixer.encode(other, masks).toFloatArray()).isEqualTo(seen);
    other.set(new NDIndex(":, :, :2"), 7);
    assertThat(mixer.encode(other, masks).toFloatArray()).isNotEqualTo(seen);
  }

  @Test
  void arraysDoNotPileUp() {
    List<Integer> arrays = new ArrayList<>();
    try (PretrainingState state = PretrainingState.start(RECIPE.withSteps(12), 3, manager)) {
      NDManager owner = owner(state.model());
      trainer(state)
          .addListener(
              new TrainingListener() {
                @Override
                public void onStep(StepMetrics metrics) {
                  arrays.add(owner.getManagedArrays().size());
                }
              })
          .build()
          .run();
    }
    // The batch that is read meanwhile may be there or not.
    assertThat(arrays.get(10)).isCloseTo(arrays.get(0), within(2));
  }

  @Test
  void whatIsSavedIsLoadedEmbeddedAndJudged() {
    Path file = folder.resolve("model.safetensors");
    Map<String, List<Float>> averaged;
    Map<String, List<Float>> trained;
    try (PretrainingState state = PretrainingState.start(RECIPE, 3, manager)) {
      trainer(state).build().run();
      state.saveModel(file);
      trained = values(state.model().weights());
      averaged = state.withAveragedWeights(() -> values(state.model().weights()));
    }
    assertThat(averaged).isNotEqualTo(trained);

    assertThat(Models.input(file)).isEqualTo(CLIPS.input());
    try (Autoencoder model = Models.load(CrossMaeConfig.class, file, kernels, manager)) {
      assertThat(values(model.weights())).isEqualTo(averaged);
      Waves clips = new Waves(CLIP, 4, 3, 2, 5);
      ClipFeatures mean = ClipFeatures.of(model, Pooling.MEAN, clips);
      assertThat(mean.size()).isEqualTo(12);
      assertThat(mean.width()).isEqualTo(24);
      assertThat(ClipFeatures.of(model, Pooling.PER_SLOT, clips).width()).isEqualTo(48);
      Path rows = folder.resolve("rows.csv");
      EmbeddingFile.write(rows, model, Pooling.MEAN, clips);
      assertThat(rows).content().hasLineCount(13);

      FewShotReport report =
          LinearProbe.builder()
              .setPooling(Pooling.PER_SLOT)
              .build()
              .evaluate(model, task(clips, new Waves(CLIP, 4, 3, 2, 6)));
      assertThat(report.accuracy()).isGreaterThan(0.9);
      CompletionReport completion =
          CompletionEvaluator.builder()
              .setMasking(Masking.RANDOM.at(0.5))
              .build()
              .evaluate(model, model, clips);
      assertThat(completion.model().mean()).isBetween(0.0, 2.0);
    }
  }

  /** Notes whether its latents lead back to parameters. */
  private record Watched(Mixer mixer, List<Boolean> recorded) implements Encoder {

    @Override
    public NDArray encode(NDArray clips, List<TokenMask> masks) {
      NDArray latents = mixer.encode(clips, masks);
      recorded.add(latents.hasGradient());
      return latents;
    }

    @Override
    public ClipShape clip() {
      return mixer.clip();
    }

    @Override
    public TokenGrid grid() {
      return mixer.grid();
    }

    @Override
    public int width() {
      return mixer.width();
    }
  }

  /** Not even on a thread that has never met the library's own models. */
  @Test
  void evaluatorsRecordNothing() throws Exception {
    Mixer mixer = MIXER.create(CLIPS.input(), kernels, manager, 1);
    List<Boolean> recorded = new ArrayList<>();
    Watched watched = new Watched(mixer, recorded);
    Thread thread =
        new Thread(() -> ClipFeatures.of(watched, Pooling.MEAN, new Waves(CLIP, 4, 2, 2, 5)));
    thread.start();
    thread.join();

    assertThat(recorded).containsExactly(false, false);
  }

  static FewShotTask task(Waves train, Waves test) {
    return new FewShotTask("waves", List.of("flat", "steep"), train, test);
  }

  static NDManager owner(Trainable model) {
    return model.weights().values().iterator().next().getManager();
  }

  static Map<String, List<Float>> values(Map<String, NDArray> arrays) {
    Map<String, List<Float>> values = new LinkedHashMap<>();
    arrays.forEach(
        (name, array) ->
            values.put(name, Stream.of(array.toArray()).map(Number::floatValue).toList()));
    return values;
  }

  /** Trains until so many steps are made; returns the losses. */
  private static List<Double> run(PretrainingState state, Checkpoints checkpoints, long until) {
    List<Double> losses = new ArrayList<>();
    List<Pretrainer> trainer = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onStep(StepMetrics metrics) {
            losses.add(metrics.loss());
            if (metrics.step() == until) {
              trainer.get(0).requestStop();
            }
          }
        };
    trainer.add(trainer(state).optCheckpoints(checkpoints, 100).addListener(listener).build());
    trainer.get(0).run();
    return losses;
  }

  private static Pretrainer.Builder trainer(PretrainingState state) {
    Pretrainer.Builder builder =
        Pretrainer.builder().setState(state).setBatches(new Waves(CLIP, 4, 4, 2, 7));
    return state.recipe().objective() == Objective.OWN
        ? builder.optObjective(new MeanColours(), MaskedError.SQUARED)
        : builder;
  }
}
