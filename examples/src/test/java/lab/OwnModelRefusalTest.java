package lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipShape;
import org.mae4j.api.PatchShape;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.training.Autoencoder;
import org.mae4j.eval.completion.CompletionEvaluator;
import org.mae4j.models.ModelConfig;
import org.mae4j.models.Models;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.masking.Masking;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.WeightFileException;
import org.mae4j.train.CheckpointException;
import org.mae4j.train.Checkpoints;
import org.mae4j.train.Pretrainer;
import org.mae4j.train.PretrainingState;
import org.mae4j.train.RecipeMismatchException;
import org.mae4j.train.recipe.PretrainingRecipe;

/** What is said of a model of somebody's own that cannot be trained, saved or gone on with. */
class OwnModelRefusalTest {

  private static final PretrainingRecipe RECIPE = OwnModelTest.RECIPE;

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

  @ParameterizedTest
  @EnumSource
  void aMistakeIsToldInOneLine(OddEncoder.Fault fault) {
    String message =
        switch (fault) {
          case NAME_OF_THE_DECODER ->
              "the parameters of an autoencoder must have different names, but both encoder (odd"
                  + " encoder) and decoder (cross decoder) have a decoder.keys";
          case NAME_OF_THE_OPTIMIZER -> taken("optimizer.", "optimizer.rate");
          case NAME_OF_THE_AVERAGE -> taken("average.", "average.pool");
          case NAME_OF_THE_TARGET -> taken("target.", "target.width");
          case BLANK_NAME ->
              "parameters must have names, but odd encoder with cross decoder has one called ' '";
          case NO_VALUE ->
              "parameters must have values, but scale of odd encoder with cross decoder has none";
          case BLOCK_NOT_INITIALISED ->
              "the model of kind odd must be made with values for all parameters: The array for"
                  + " parameter \"weight\" has not been initialized; its blocks are to be"
                  + " initialised where it is made";
          case OTHER_ARRAYS_EACH_TIME ->
              "weights() must give the same arrays each time, but that of odd encoder with cross"
                  + " decoder gives another scale";
          case ONE_ARRAY_UNDER_TWO_NAMES ->
              "each parameter needs an array of its own, or it would be stepped twice, but"
                  + " projection.weight and tied.weight of odd encoder with cross decoder are the"
                  + " same";
          case DOUBLES ->
              "weights() must give the same arrays each time, but that of odd encoder with cross"
                  + " decoder gives another projection.weight";
          case NOTHING_TRAINABLE ->
              "a model needs a parameter that requires gradients, but odd encoder with cross"
                  + " decoder has none of its 20";
          case LAYER_OUT_OF_RANGE ->
              "the layer of a parameter must be in [0, 2), but that of blocks.1.01LayerNorm_gamma"
                  + " of odd encoder is 2";
          case ONE_VECTOR_A_CLIP ->
              "the encoder (odd encoder with cross decoder) must give latents of (4, 4, 24),"
                  + " float32, but gives (4, 24), float32";
          case ALL_TOKENS ->
              "the encoder (odd encoder with cross decoder) must give latents of (4, 4, 24),"
                  + " float32, but gives (4, 8, 24), float32";
          case ANOTHER_TYPE ->
              "the encoder (odd encoder with cross decoder) must give latents of (4, 4, 24),"
                  + " float32, but gives (4, 4, 24), float64";
          case ANOTHER_WIDTH_PREDICTED ->
              "the target (pixels) has 384 values a token, but the decoder (odd encoder with cross"
                  + " decoder) predicts 24";
        };
    assertThatIllegalArgumentException()
        .isThrownBy(() -> train(RECIPE.withModel(new OddConfig(fault))))
        .withMessage(message);
    assertThat(message).doesNotContain("\n");
  }

  private static String taken(String prefix, String name) {
    return "the names of parameters must not begin with "
        + prefix
        + ", as checkpoints have other tensors of such names, but odd encoder with cross decoder"
        + " has a "
        + name;
  }

  private void train(PretrainingRecipe recipe) {
    try (PretrainingState state = PretrainingState.start(recipe, 3, kernels, manager)) {
      Pretrainer.builder()
          .setState(state)
          .setBatches(new Waves(OwnModelTest.CLIP, 4, 4, 2, 7))
          .build()
          .run();
    }
  }

  @Test
  void anEvaluatorLooksAtShapesToo() {
    Mixer mixer = OwnModelTest.MIXER.create(OwnModelTest.CLIPS.input(), kernels, manager, 1);
    CompletionEvaluator evaluator =
        CompletionEvaluator.builder().setMasking(Masking.RANDOM.at(0.5)).build();
    Waves clips = new Waves(OwnModelTest.CLIP, 4, 4, 2, 7);
    OddEncoder odd = new OddEncoder(OddEncoder.Fault.ONE_VECTOR_A_CLIP, mixer, manager);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluator.evaluate(mixer, (latents, masks) -> latents, clips))
        .withMessage("the decoder must predict (4, 8, P), but predicts (4, 4, 24)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluator.evaluate(odd, (latents, masks) -> latents, clips))
        .withMessage(
            "the encoder (odd encoder) must give latents of (4, 4, 24), float32, but gives (4, 24),"
                + " float32");
  }

  @Test
  void aFileAloneSaysWhichModelItIsOf() {
    Path file = checkpoint();

    assertThatThrownBy(() -> PretrainingState.resume(file, manager))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            file
                + ": not a pretraining recipe: model.kind must be image_mae or video_mae, but was"
                + " \"cross_mae\"; a run of a model or an optimizer of your own goes on with the"
                + " recipe that it began with, given where it is resumed");
  }

  @Test
  void otherNumbersOrAnotherModelAreShownSideBySide() {
    Path file = checkpoint();

    assertThatThrownBy(() -> resume(file, new CrossMaeConfig(OwnModelTest.MIXER, 20, 384)))
        .isInstanceOf(RecipeMismatchException.class)
        .hasMessageContaining("  model.width  16          20");
    assertThatThrownBy(() -> resume(file, new VitCrossConfig(MixedModelTest.VIT, 16)))
        .isInstanceOf(RecipeMismatchException.class)
        .hasMessageContaining("cross_mae")
        .hasMessageContaining("vit_cross");
  }

  private Path checkpoint() {
    try (PretrainingState state = PretrainingState.start(RECIPE, 3, kernels, manager)) {
      return new Checkpoints(folder, 1).write(state, Map.of());
    }
  }

  private void resume(Path file, ModelConfig<? extends Autoencoder> model) {
    PretrainingState.resume(file, RECIPE.withModel(model), 3, Set.of(), kernels, manager).close();
  }

  @Test
  void aFileOfAnotherKindIsNotLoaded() {
    Path file = checkpoint();

    assertThatThrownBy(() -> Models.loadVideoMae(file, manager))
        .isInstanceOf(WeightFileException.class)
        .hasMessage(
            file
                + ": is of kind cross_mae, which is none of [classifier, image_mae, video_mae]; a"
                + " model of one's own is loaded by Models.load(configuration.class, file,"
                + " kernels, manager)");
    assertThatThrownBy(() -> Models.load(VitCrossConfig.class, file, kernels, manager))
        .isInstanceOf(WeightFileException.class)
        .hasMessage(file + ": is of kind cross_mae, not a VitCrossConfig");
  }

  @Test
  void weightsOfAnotherShapeAreNotLoaded() {
    Path file = checkpoint();

    assertThatThrownBy(
            () ->
                Models.load(
                    new CrossMaeConfig(OwnModelTest.MIXER, 20, 384),
                    OwnModelTest.CLIPS.input(),
                    file,
                    kernels,
                    manager))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("does not fit")
        .hasMessageContaining("decoder.keys")
        .message()
        .doesNotContain("\n", "patch_embed");
  }

  private static ModelConfig<Autoencoder> withoutRecord() {
    CrossMaeConfig config = new CrossMaeConfig(OwnModelTest.MIXER, 16, 384);
    return new ModelConfig<>() {
      @Override
      public String kind() {
        return "mine";
      }

      @Override
      public ClipShape clip() {
        return config.clip();
      }

      @Override
      public TokenGrid grid() {
        return config.grid();
      }

      @Override
      public Autoencoder create(ClipInput input, Kernels kernels, NDManager owner, long seed) {
        return config.create(input, kernels, owner, seed);
      }
    };
  }

  private record Impostor(String name, MixerConfig encoder) implements ModelConfig<Autoencoder> {
    @Override
    public String kind() {
      return name;
    }

    @Override
    public ClipShape clip() {
      return encoder.clip();
    }

    @Override
    public TokenGrid grid() {
      return encoder.grid();
    }

    @Override
    public Autoencoder create(ClipInput input, Kernels kernels, NDManager owner, long seed) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void aConfigurationThatACheckpointCannotKeepIsRefused() {
    assertRefused(
        withoutRecord(),
        "the model must be a record, whose components a checkpoint keeps, but"
            + " lab.OwnModelRefusalTest$1 is none");
    assertRefused(
        new Impostor("video_mae", OwnModelTest.MIXER),
        "lab.OwnModelRefusalTest$Impostor must be of a kind of its own, but video_mae is that of"
            + " class org.mae4j.models.VideoMaeConfig");
    assertRefused(
        new Impostor("classifier", OwnModelTest.MIXER),
        "lab.OwnModelRefusalTest$Impostor must be of a kind of its own, but classifier is that of"
            + " class org.mae4j.models.ClassifierConfig");
    assertRefused(
        new Impostor(" ", OwnModelTest.MIXER),
        "the kind of model that lab.OwnModelRefusalTest$Impostor is must not be blank");
  }

  private static void assertRefused(ModelConfig<Autoencoder> model, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RECIPE.withModel(model))
        .withMessage(message);
  }

  @Test
  void clipsOfAnotherShapeThanTheModelTakesAreRefused() {
    MixerConfig other = new MixerConfig(new ClipShape(8, 16, 16), new PatchShape(2, 8, 8), 24, 2);
    assertRefused(
        new CrossMaeConfig(other, 16, 384),
        "the input makes clips of 4x16x16, but the model takes 8x16x16");
  }
}
