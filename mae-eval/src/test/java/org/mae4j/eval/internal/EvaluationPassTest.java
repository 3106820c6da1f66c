package org.mae4j.eval.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mae4j.api.ClipShape;
import org.mae4j.api.PatchShape;
import org.mae4j.api.Pooling;
import org.mae4j.eval.FixedBatches;
import org.mae4j.eval.PixelEncoder;
import org.mae4j.models.Models;
import org.mae4j.models.TransformerShape;
import org.mae4j.models.VideoMae;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.VitConfig;
import org.mae4j.models.kernels.PortableKernels;
import org.mae4j.models.torch.TorchEngine;

class EvaluationPassTest {

  private static final ClipShape PIXEL = new ClipShape(1, 1, 1);
  private static final PixelEncoder ENCODER = new PixelEncoder(PIXEL, new PatchShape(1, 1, 1));

  private final NDManager manager = TorchEngine.newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  private static FixedBatches clips(int count) {
    FixedBatches clips = new FixedBatches(PIXEL, 2);
    for (int clip = 0; clip < count; clip++) {
      clips.add(OptionalInt.empty(), clip, clip, clip);
    }
    return clips;
  }

  @Test
  void usesSmallerBatchesLeavesOutEmptyOnesAndFreesAll() {
    FixedBatches source = clips(6).breaking(1, 2, 3);
    List<String> seen = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    EvaluationPass.forEachBatch(
        "test",
        source,
        manager,
        batch -> {
          batch.sources().forEach(clip -> seen.add(clip.id()));
          sizes.add(batch.size());
        });
    assertThat(seen).containsExactly("clip0", "clip4", "clip5");
    assertThat(sizes).containsExactly(1, 2);
    assertThat(source.managers()).hasSize(3).noneMatch(NDManager::isOpen);
  }

  @Test
  void needsAClip() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EvaluationPass.forEachBatch("test", clips(0), manager, batch -> {}))
        .withMessage("test: at least 1 clip is needed, but there is none");
  }

  @Test
  void namesTheClipWhoseFeaturesAreNotFinite() {
    FixedBatches source = clips(3).add(OptionalInt.empty(), 0, Float.NEGATIVE_INFINITY, 0);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                source.forEachBatch(
                    manager, batch -> EvaluationPass.features(ENCODER, Pooling.MEAN, batch)))
        .withMessage("clip3: the encoder's features must be finite, but one was -Infinity");
  }

  @Test
  void isWhereTheWeightsAre() {
    VideoMaeConfig geometry =
        new VideoMaeConfig(
            VitConfig.video(
                new ClipShape(2, 4, 4), new PatchShape(1, 2, 2), new TransformerShape(8, 1, 2)),
            new TransformerShape(8, 1, 2));
    VideoMae model = Models.create(geometry, new PortableKernels(), manager, 1);
    try (NDManager found = EvaluationPass.newManager(model, null)) {
      assertThat(found.getDevice()).isEqualTo(Device.cpu());
    }
    try (NDManager usual = EvaluationPass.newManager(ENCODER, null)) {
      assertThat(usual.getDevice()).isEqualTo(TorchEngine.start().defaultDevice());
    }
  }
}
