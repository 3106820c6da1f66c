package org.mae4j.models.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.models.Models;
import org.mae4j.models.SmallModels;
import org.mae4j.models.VitClassifier;
import org.mae4j.models.inference.ClipClassification.Probability;
import org.mae4j.models.torch.TorchEngine;

class ClipClassificationTest {

  private NDManager manager;
  private VitClassifier model;

  @BeforeEach
  void makeModel() {
    manager = TorchEngine.newManager();
    model = Models.create(SmallModels.CLASSIFIER, SmallModels.INPUT, manager, 3);
  }

  @AfterEach
  void closeManager() {
    manager.close();
  }

  @Test
  void classifiesEveryClipInOrder() {
    List<ClipClassification> answers = ClipClassification.of(model, new Clips(2, 0, 3));

    assertThat(answers)
        .extracting(answer -> answer.source().id())
        .containsExactly("clip 0", "clip 1", "clip 2", "clip 3", "clip 4");
    for (int i = 0; i < answers.size(); i++) {
      float[] expected = model.logits(clip(manager, i)).softmax(1).toFloatArray();
      List<Probability> classes = answers.get(i).classes();
      assertThat(classes)
          .hasSize(3)
          .isSortedAccordingTo((a, b) -> Double.compare(b.probability(), a.probability()));
      for (Probability of : classes) {
        int index = SmallModels.CLASSES.indexOf(of.className());
        assertThat(of.probability()).isCloseTo(expected[index], within(1e-6));
      }
    }
  }

  @Test
  void theMostProbableComeFirst() {
    ClipClassification answer = ClipClassification.of(model, new Clips(1)).get(0);

    assertThat(answer.top(2)).isEqualTo(answer.classes().subList(0, 2));
    assertThat(answer.top(10)).isEqualTo(answer.classes());
    assertThat(answer.best()).isEqualTo(answer.classes().get(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> answer.top(0))
        .withMessage("k must be at least 1, but was 0");
  }

  @Test
  void anImageModelSeesClipsFrameByFrame() {
    VitClassifier images =
        Models.create(SmallModels.IMAGE_CLASSIFIER, SmallModels.IMAGE_INPUT, manager, 3);

    ClipClassification answer = ClipClassification.of(images, new Clips(1)).get(0);

    float[] expected = images.clipLogits(clip(manager, 0)).softmax(1).toFloatArray();
    answer
        .classes()
        .forEach(
            of ->
                assertThat(of.probability())
                    .isEqualTo(expected[SmallModels.CLASSES.indexOf(of.className())]));
  }

  @Test
  void leavesNothingBehindAndTheSourceOpen() {
    int before = manager.getManagedArrays().size();
    Clips clips = new Clips(2, 2);

    ClipClassification.of(model, clips);

    assertThat(manager.getManagedArrays()).hasSize(before);
    assertThat(clips.managers).hasSize(2).noneMatch(NDManager::isOpen);
    assertThat(clips.closed).isFalse();
  }

  @Test
  void noClipsAreNoAnswers() {
    assertThat(ClipClassification.of(model, new Clips(0))).isEmpty();
  }

  @Test
  void refusesAClassifierWithoutNamesBeforeItReadsAClip() {
    VitClassifier nameless =
        Models.create(SmallModels.CLASSIFIER.withClasses(3), SmallModels.INPUT, manager, 3);
    Clips clips = new Clips(1);

    assertThatIllegalStateException()
        .isThrownBy(() -> ClipClassification.of(nameless, clips))
        .withMessageContaining("have no names: load it by Models.load(config.withClassNames(");
    assertThat(clips.managers).isEmpty();
  }

  private static NDArray clip(NDManager manager, int index) {
    return manager.arange(0f, 3 * 4 * 8 * 8).mul(0.3f).add(index).sin().reshape(1, 3, 4, 8, 8);
  }

  /** Batches of given sizes. */
  private static final class Clips implements BatchSource {

    private final int[] sizes;
    private final List<NDManager> managers = new ArrayList<>();
    private boolean closed;

    private Clips(int... sizes) {
      this.sizes = sizes;
    }

    @Override
    public long batchesPerPass() {
      return sizes.length;
    }

    @Override
    public ClipBatch batch(long index, NDManager manager) {
      managers.add(manager);
      int first = IntStream.range(0, (int) index).map(i -> sizes[i]).sum();
      NDArray clips = manager.zeros(new Shape(sizes[(int) index], 3, 4, 8, 8));
      List<ClipInfo> sources = new ArrayList<>();
      for (int i = 0; i < sizes[(int) index]; i++) {
        clips.set(new NDIndex(i + ":" + (i + 1)), clip(manager, first + i));
        sources.add(ClipInfo.unlabelled("clip " + (first + i)));
      }
      return new ClipBatch(clips, sources, 0);
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
