package org.mae4j.models.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mae4j.api.ClipShape;
import org.mae4j.api.Encoder;
import org.mae4j.api.TokenGrid;
import org.mae4j.api.TokenMask;
import org.mae4j.models.Models;
import org.mae4j.models.SmallModels;
import org.mae4j.models.VideoMae;
import org.mae4j.models.torch.TorchArrays;
import org.mae4j.models.torch.TorchEngine;

class AveragedTeacherTest {

  private static final int WIDTH = SmallModels.VIDEO.encoder().width();
  private static final int TOKENS = SmallModels.VIDEO.grid().tokens();
  private static final String WEIGHT = "blocks.1.mlp.fc1.weight";

  private NDManager manager;
  private VideoMae model;

  @BeforeEach
  void makeModel() {
    manager = TorchEngine.newManager();
    model =
        Models.create(SmallModels.VIDEO.predictingLatents(WIDTH), SmallModels.INPUT, manager, 1);
  }

  @AfterEach
  void closeAll() {
    model.close();
    manager.close();
  }

  @Test
  void targetsAreTheTokensLatentsNormalisedOneByOne() {
    NDArray clips = clips(2);
    NDArray latents = model.encode(clips, allVisible(2));
    assertThat(latents.getShape()).isEqualTo(new Shape(2, 1 + TOKENS, WIDTH));

    NDArray targets = new EncoderLatents(model).of(clips);

    assertThat(targets.getShape()).isEqualTo(new Shape(2, TOKENS, WIDTH));
    float[] raw = latents.get(":, 1:").toFloatArray();
    float[] actual = targets.toFloatArray();
    for (int token = 0; token < 2 * TOKENS; token++) {
      double mean = 0;
      double square = 0;
      for (int i = 0; i < WIDTH; i++) {
        mean += raw[token * WIDTH + i] / (double) WIDTH;
      }
      for (int i = 0; i < WIDTH; i++) {
        square += Math.pow(raw[token * WIDTH + i] - mean, 2) / WIDTH;
      }
      for (int i = 0; i < WIDTH; i++) {
        double expected = (raw[token * WIDTH + i] - mean) / Math.sqrt(square + 1e-5);
        assertThat((double) actual[token * WIDTH + i]).isCloseTo(expected, within(2e-5));
      }
    }
  }

  @Test
  void averagesTheEncoderAloneByAMomentumThatRises() {
    try (AveragedTeacher teacher = new AveragedTeacher(model, model.encoderWeights(), 0.5, 1)) {
      assertThat(teacher.state()).containsKey(WEIGHT).containsKey("norm.bias");
      assertThat(teacher.state().keySet()).noneMatch(name -> name.matches("decoder_.*|mask_token"));
      double[] expected = doubles(model.weights().get(WEIGHT));
      double[] momentum = {0.5, 0.5 + 0.5 / 4, 0.5 + 2 * 0.5 / 4};
      for (int step = 0; step < 3; step++) {
        change(model.weights().get(WEIGHT), step);
        teacher.updated(step, 4);
        double[] weight = doubles(model.weights().get(WEIGHT));
        for (int i = 0; i < expected.length; i++) {
          expected[i] = momentum[step] * expected[i] + (1 - momentum[step]) * weight[i];
        }
      }
      double[] actual = doubles(teacher.state().get(WEIGHT));
      for (int i = 0; i < expected.length; i++) {
        assertThat(actual[i]).isCloseTo(expected[i], within(1e-6));
      }
      assertThat(actual).isNotEqualTo(doubles(model.weights().get(WEIGHT)));
    }
  }

  @Test
  void hasTheAuthorsMomentumUnlessToldOtherwise() {
    try (AveragedTeacher teacher = AveragedTeacher.of(model)) {
      assertThat(teacher.momentum(0, 1000)).isEqualTo(0.998);
      assertThat(teacher.momentum(500, 1000)).isCloseTo(0.999, within(1e-12));
      assertThat(teacher.momentum(1000, 1000)).isCloseTo(1, within(1e-12));
      assertThat(teacher).hasToString("latents of an averaged teacher, momentum 0.998 to 1.0");
      assertThat(teacher.width()).hasValue(WIDTH);
    }
  }

  @Test
  void teachesWithItsOwnWeightsAndGivesTheModelItsWeightsBack() {
    NDArray clips = clips(1);
    try (AveragedTeacher teacher = AveragedTeacher.of(model)) {
      float[] before = new EncoderLatents(model).of(clips).toFloatArray();
      change(model.weights().get(WEIGHT), 1);
      Map<String, float[]> weights = values();

      assertThat(teacher.of(clips).toFloatArray()).isEqualTo(before);

      assertThat(values()).usingRecursiveComparison().isEqualTo(weights);
      assertThat(new EncoderLatents(model).of(clips).toFloatArray()).isNotEqualTo(before);
    }
  }

  @Test
  void givesTheWeightsBackWhereTheForwardPassFails() {
    Encoder failing =
        encoder(
            clips -> {
              throw new IllegalStateException("no");
            });
    try (AveragedTeacher teacher = new AveragedTeacher(failing, model.encoderWeights(), 0.9, 1)) {
      change(model.weights().get(WEIGHT), 1);
      Map<String, float[]> weights = values();

      assertThatThrownBy(() -> teacher.of(clips(1)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("no");

      assertThat(values()).usingRecursiveComparison().isEqualTo(weights);
    }
  }

  @Test
  void leavesNothingToTheWayBack() {
    List<float[]> alone = gradients(() -> {});
    try (AveragedTeacher teacher = AveragedTeacher.of(model)) {
      List<float[]> taught = gradients(() -> teacher.of(clips(2)));
      for (int i = 0; i < alone.size(); i++) {
        assertThat(taught.get(i)).isEqualTo(alone.get(i));
      }
      try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
        NDArray targets = teacher.of(clips(1));
        assertThat(targets.hasGradient()).isFalse();
        assertThatIllegalArgumentException()
            .isThrownBy(() -> model.backward(collector, targets.sum()));
      }
    }
  }

  private List<float[]> gradients(Runnable first) {
    model.weights().values().forEach(w -> w.getGradient().subi(w.getGradient()));
    try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
      first.run();
      List<TokenMask> masks = Collections.nCopies(2, TokenMask.ofVisible(TOKENS, 0, 3, 5));
      NDArray loss = model.decode(model.encode(clips(2), masks), masks).square().mean();
      model.backward(collector, loss);
    }
    return model.weights().values().stream().map(w -> w.getGradient().toFloatArray()).toList();
  }

  @Test
  void keepsNoArrays() {
    try (AveragedTeacher teacher = AveragedTeacher.of(model)) {
      NDArray clips = clips(1);
      teacher.of(clips).close();
      int before = manager.getManagedArrays().size();
      for (int i = 0; i < 20; i++) {
        teacher.of(clips).close();
        teacher.updated(i, 20);
      }
      assertThat(manager.getManagedArrays()).hasSize(before);
    }
  }

  @Test
  void refusesWhatCannotTeach() {
    for (double momentum : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new AveragedTeacher(model, model.encoderWeights(), momentum, 1))
          .withMessage("momentum at the start must be in [0, 1], but was " + momentum);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new AveragedTeacher(model, model.encoderWeights(), 1, momentum))
          .withMessage("momentum at the end must be in [0, 1], but was " + momentum);
    }
    model.freezeParameters(true);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AveragedTeacher.of(model))
        .withMessage("a teacher needs at least 1 weight that is trained, but there is none");
  }

  @Test
  void refusesLatentsOfAnotherShapeThanTheEncoderSays() {
    EncoderLatents latents = new EncoderLatents(encoder(clips -> clips.sum(new int[] {2, 3})));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> latents.of(clips(1)))
        .withMessageMatching("latents of .* must be \\(1, 8, 5\\), but are \\(1, 3, 8\\)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> latents.of(manager.zeros(new Shape())))
        .withMessage("clips must be (N, 3, T, H, W), but are ()");
  }

  private static Encoder encoder(UnaryOperator<NDArray> encoding) {
    return new Encoder() {
      @Override
      public ClipShape clip() {
        return SmallModels.VIDEO.clip();
      }

      @Override
      public TokenGrid grid() {
        return SmallModels.VIDEO.grid();
      }

      @Override
      public int width() {
        return 5;
      }

      @Override
      public NDArray encode(NDArray clips, List<TokenMask> masks) {
        return encoding.apply(clips);
      }
    };
  }

  private static void change(NDArray weight, int by) {
    NDArray before = weight.stopGradient();
    TorchArrays.overwrite(List.of(weight), List.of(before.add(before.mul(1.7f + by).sin())));
  }

  private Map<String, float[]> values() {
    Map<String, float[]> values = new LinkedHashMap<>();
    model.weights().forEach((name, weight) -> values.put(name, weight.toFloatArray()));
    return values;
  }

  private static double[] doubles(NDArray array) {
    float[] floats = array.toFloatArray();
    double[] doubles = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      doubles[i] = floats[i];
    }
    return doubles;
  }

  private static List<TokenMask> allVisible(int count) {
    return Collections.nCopies(count, TokenMask.allVisible(SmallModels.VIDEO.grid()));
  }

  private NDArray clips(int count) {
    Shape shape = new Shape(count, 3, 4, 8, 8);
    return manager.arange(0f, (float) shape.size()).mul(0.37f).sin().reshape(shape);
  }
}
