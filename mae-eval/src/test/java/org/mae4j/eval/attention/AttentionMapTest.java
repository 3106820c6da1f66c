package org.mae4j.eval.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mae4j.api.TokenGrid;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.Safetensors;

class AttentionMapTest {

  private final NDManager manager = TorchEngine.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** The paper's figure: eminorhan/video-models, visualize_attention.py. */
  @Test
  void upsamplesAsTheReference() throws URISyntaxException {
    Path file =
        Path.of(getClass().getResource("/goldens/c_video_vit/expected.safetensors").toURI());
    Safetensors golden = Safetensors.open(file);
    NDArray map = golden.read("attn_cls_map", manager).get(0);
    float[] expected = golden.read("attn_cls_map_up56_first_clip", manager).toFloatArray();

    float[][][] upsampled = AttentionMap.ofHead(map).upsampled(56, 56);

    for (int i = 0; i < expected.length; i++) {
      assertThat(upsampled[i / 3136][i / 56 % 56][i % 56]).isEqualTo(expected[i]);
    }
    assertThat(expected).hasSize(8 * 56 * 56);
  }

  @Test
  void takesTheTokenOfThePixelsCentreWhereSizesDoNotDivide() {
    AttentionMap map = AttentionMap.ofHead(manager.arange(3f).reshape(1, 1, 3));
    // Centres at 0.3, 0.9, 1.5, 2.1 and 2.7 tokens.
    assertThat(map.upsampled(1, 5)[0][0]).containsExactly(0, 0, 1, 2, 2);
  }

  @Test
  void averagesHeads() {
    NDArray heads = manager.create(new float[] {1, 2, 3, 6}, new Shape(2, 1, 1, 2));
    AttentionMap map = AttentionMap.ofHeads(heads);

    assertThat(map.grid()).isEqualTo(new TokenGrid(1, 1, 2));
    assertThat(map.min()).isEqualTo(2);
    assertThat(map.max()).isEqualTo(4);
    assertThat(map.value(0, 0, 1)).isEqualTo(4);
  }

  @Test
  void rejectsShapesThatAreNoMap() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AttentionMap.ofHead(manager.zeros(new Shape(2, 2))))
        .withMessage("attention of one head must be (time, rows, columns), but is (2, 2)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AttentionMap.ofHeads(manager.zeros(new Shape(2, 2, 2))))
        .withMessage(
            "attention of all heads must be (heads, time, rows, columns), but is (2, 2, 2)");
  }

  @Test
  void rejectsWhatIsNoAttention() {
    for (float value : new float[] {-0.5f, Float.NaN, Float.POSITIVE_INFINITY}) {
      NDArray attention = manager.create(new float[] {value}, new Shape(1, 1, 1));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> AttentionMap.ofHead(attention))
          .withMessage("attention must be finite and not negative, but was " + value);
    }
  }
}
