package org.mae4j.eval.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Normalization;
import org.mae4j.api.PatchShape;
import org.mae4j.api.TrainingClips;
import org.mae4j.eval.FixedBatches;
import org.mae4j.models.MaskedAutoencoder;
import org.mae4j.models.Models;
import org.mae4j.models.TransformerShape;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.VitConfig;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.PortableKernels;
import org.mae4j.models.masking.RandomMasking;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.metrics.StepMetrics;
import org.mae4j.train.optim.WeightOptimizer;
import org.mae4j.train.recipe.LearningRateSchedule;
import org.mae4j.train.recipe.Origin;
import org.mae4j.train.recipe.TrainingRecipe;

/** What a model makes of the same clips while it learns. */
class ReconstructionPicturesTest {

  static final ClipShape CLIP = new ClipShape(2, 4, 4);
  static final VideoMaeConfig GEOMETRY =
      new VideoMaeConfig(
          VitConfig.video(CLIP, new PatchShape(1, 2, 2), new TransformerShape(8, 1, 2)),
          new TransformerShape(8, 1, 2));

  private final Kernels kernels = new PortableKernels();
  private final NDManager manager = TorchEngine.newManager();
  private final FixedBatches source = new FixedBatches(CLIP, 2);

  @BeforeEach
  void makeClips() {
    for (int n = 0; n < 6; n++) {
      float[] values = new float[3 * CLIP.frames() * CLIP.height() * CLIP.width()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) Math.sin(n + 0.3 * i);
      }
      source.add(OptionalInt.empty(), values);
    }
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void drawsBeforeTheFirstStepNowAndThenAndAfterTheLast() {
    Map<Long, List<BufferedImage>> drawn = new LinkedHashMap<>();
    MaskedAutoencoder model = Models.create(GEOMETRY, kernels, manager, 1);
    try (ReconstructionGallery gallery = gallery(3)) {
      ReconstructionPictures pictures =
          new ReconstructionPictures(() -> gallery.draw(model, model), 3, drawn::put);
      pictures.onStart(new StepsOnly(8), 0);
      for (long step = 1; step <= 8; step++) {
        model.weights().get("decoder_pred.bias").addi(0.1f);
        pictures.onStep(new StepMetrics(step, 0, 1, 1, 1e-3, 1, 0));
      }
    }

    assertThat(drawn.keySet()).containsExactly(0L, 3L, 6L, 8L);
    assertThat(drawn.values()).allSatisfy(pictures -> assertThat(pictures).hasSize(3));
    assertThat(pixels(drawn.get(8L).get(0))).isNotEqualTo(pixels(drawn.get(0L).get(0)));
  }

  @Test
  void aResumedRunIsNotDrawnAtItsStart() {
    Map<Long, List<BufferedImage>> drawn = new LinkedHashMap<>();
    MaskedAutoencoder model = Models.create(GEOMETRY, kernels, manager, 1);
    try (ReconstructionGallery gallery = gallery(1)) {
      new ReconstructionPictures(() -> gallery.draw(model, model), 3, drawn::put)
          .onStart(new StepsOnly(8), 5);
    }

    assertThat(drawn).isEmpty();
  }

  @Test
  void theSameModelGivesTheSamePicturesAgain() {
    MaskedAutoencoder model = Models.create(GEOMETRY, kernels, manager, 1);
    try (ReconstructionGallery gallery = gallery(2)) {
      int arrays = manager.getManagedArrays().size();
      BufferedImage once = gallery.draw(model, model).get(1);

      assertThat(pixels(gallery.draw(model, model).get(1))).isEqualTo(pixels(once));
      assertThat(manager.getManagedArrays()).hasSize(arrays);
    }
  }

  @Test
  void clipsAreSpreadOverThePass() {
    MaskedAutoencoder model = Models.create(GEOMETRY, kernels, manager, 1);
    try (ReconstructionGallery gallery = gallery(3)) {
      List<List<Integer>> pictures = new ArrayList<>();
      gallery.draw(model, model).forEach(picture -> pictures.add(pixels(picture)));

      assertThat(pictures).doesNotHaveDuplicates();
    }
  }

  @Test
  void takesOtherClipsForThoseThatCannotBeRead() {
    MaskedAutoencoder model = Models.create(GEOMETRY, kernels, manager, 1);
    source.breaking(0, 1, 2);
    try (ReconstructionGallery gallery = gallery(3)) {
      assertThat(gallery.draw(model, model)).hasSize(3);
    }
    source.breaking(3, 4, 5);
    assertThatThrownBy(() -> gallery(1))
        .hasMessage(
            "pictures: at least 1 clip is needed, but there is none; 6 videos cannot be read, the"
                + " first: clip0: decode: no frames");
  }

  @Test
  void refusesNoClipsAndNoSteps() {
    assertThatThrownBy(() -> gallery(0)).hasMessage("clips must be at least 1, but was 0");
    assertThatThrownBy(() -> new ReconstructionPictures(List::of, 0, (step, pictures) -> {}))
        .hasMessage("steps between pictures must be at least 1, but were 0");
  }

  private ReconstructionGallery gallery(int clips) {
    List<Float> half = List.of(0.5f, 0.5f, 0.5f);
    return ReconstructionGallery.of(
        source,
        clips,
        new RandomMasking(0.5),
        GEOMETRY.grid(),
        1,
        new Normalization(half, half),
        manager);
  }

  private static List<Integer> pixels(BufferedImage image) {
    int[] data = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    return Arrays.stream(data).boxed().toList();
  }

  /** A run of so many steps, of which listeners are told. */
  private record StepsOnly(long steps) implements TrainingRecipe<MaskedAutoencoder> {

    @Override
    public String kind() {
      return "test";
    }

    @Override
    public String name() {
      return "test";
    }

    @Override
    public VideoMaeConfig model() {
      return GEOMETRY;
    }

    @Override
    public LearningRateSchedule learningRate() {
      return LearningRateSchedule.constant(1e-3, steps);
    }

    @Override
    public int batchesPerStep() {
      return 1;
    }

    @Override
    public Origin origin() {
      return Origin.of("test");
    }

    @Override
    public TrainingClips clips() {
      throw new UnsupportedOperationException();
    }

    @Override
    public OptionalDouble emaDecay() {
      return OptionalDouble.empty();
    }

    @Override
    public List<String> summary() {
      return List.of();
    }

    @Override
    public List<TrainingRecipe.TokenStack> stacks() {
      return List.of();
    }

    @Override
    public WeightOptimizer newOptimizer(MaskedAutoencoder model, NDManager manager) {
      throw new UnsupportedOperationException("nothing is trained here");
    }

    @Override
    public String toJson() {
      return "{}";
    }
  }
}
