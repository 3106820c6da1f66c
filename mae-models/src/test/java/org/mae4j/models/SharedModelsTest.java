package org.mae4j.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mae4j.api.Pooling;
import org.mae4j.api.TokenMask;
import org.mae4j.models.kernels.ActivationCheckpointing;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.PortableKernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.torch.internal.Gradients;

/** Models with trainable weights, which threads share that never heard of gradients. */
@Timeout(120)
class SharedModelsTest {

  private static final int THREADS = 8;

  private final List<Kernels> kernels =
      List.of(
          new ScriptedKernels(),
          new PortableKernels(),
          new ActivationCheckpointing(new PortableKernels(), 1));
  private NDManager manager;

  @BeforeEach
  void openManager() {
    manager = TorchEngine.newManager();
  }

  @AfterEach
  void closeAll() {
    manager.close();
    kernels.forEach(Kernels::close);
  }

  @Test
  void eightFreshThreadsGetTheAnswersOfOneAndRecordNothing() throws Exception {
    for (Map.Entry<String, UnaryOperator<NDArray>> use : uses().entrySet()) {
      float[] expected = answer(use.getValue());

      List<float[]> answers =
          onFreshThreads(
              THREADS,
              () -> {
                assertThat(Gradients.areRecorded()).isTrue();
                return answer(use.getValue());
              });

      assertThat(answers)
          .as(use.getKey())
          .hasSize(THREADS)
          .allSatisfy(answer -> assertThat(answer).isEqualTo(expected));
    }
  }

  @Test
  void threadsRecordNothingWhileAnotherCollects() throws Exception {
    VitClassifier trained = Models.create(SmallModels.CLASSIFIER, kernels.get(2), manager, 2);

    try (GradientCollector collector = Gradients.collect(manager.getEngine())) {
      NDArray loss = trained.features(clips(manager)).sum();
      for (UnaryOperator<NDArray> use : uses().values()) {
        onFreshThreads(1, () -> answer(use));
      }
      trained.backward(collector, loss);
    }

    NDArray gradient = trained.weights().get("patch_embed.proj.weight").getGradient();
    assertThat(gradient.abs().max().getFloat()).isPositive();
  }

  @Test
  void aThreadThatCollectsRecords() throws Exception {
    VitClassifier model = Models.create(SmallModels.CLASSIFIER, kernels.get(0), manager, 2);

    onFreshThreads(
        1,
        () -> {
          try (NDManager scope = model.newManager();
              GradientCollector collector = Gradients.collect(scope.getEngine())) {
            NDArray features = model.features(clips(scope));
            assertThat(Recorded.is(features)).isTrue();
            model.backward(collector, features.sum());
          }
          return answer(model::features);
        });
  }

  @Test
  void aThreadThatMayNotCollectRecordsNothing() throws Exception {
    try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
      collector.zeroGradients();
      onFreshThreads(
          1,
          () -> {
            assertThatIllegalStateException()
                .isThrownBy(() -> Gradients.collect(manager.getEngine()));
            return assertThat(Gradients.areRecorded()).isFalse();
          });
    }
  }

  @Test
  void whatNobodyRecordedHasNoWayBack() {
    VitClassifier model = Models.create(SmallModels.CLASSIFIER, kernels.get(0), manager, 2);
    NDArray before = model.logits(clips(manager)).sum();

    try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> model.backward(collector, before))
          .withMessageContaining("while that is open");
    }
  }

  /** All that can be computed with a model, by name; each gets a batch of two clips. */
  private Map<String, UnaryOperator<NDArray>> uses() {
    Map<String, UnaryOperator<NDArray>> uses = new LinkedHashMap<>();
    for (Kernels each : kernels) {
      VideoMae mae = Models.create(SmallModels.VIDEO, each, manager, 1);
      VitClassifier classifier = Models.create(SmallModels.CLASSIFIER, each, manager, 2);
      VitClassifier ofImages = Models.create(SmallModels.IMAGE_CLASSIFIER, each, manager, 3);
      ParameterStore store = new ParameterStore(manager, false);
      List<TokenMask> masks =
          Collections.nCopies(2, TokenMask.ofVisible(mae.grid().tokens(), 0, 3, 5));
      Stream.of(Pooling.values())
          .forEach(pooling -> uses.put(each + ", embed " + pooling, x -> mae.embed(x, pooling)));
      uses.put(each + ", encode", clips -> mae.encode(clips, masks));
      uses.put(each + ", decode", clips -> mae.decode(mae.encode(clips, masks), masks));
      uses.put(each + ", attention", clips -> mae.attention(clips, 1, 2));
      uses.put(each + ", class attention", clips -> classifier.classAttention(clips, 0));
      uses.put(each + ", logits", classifier::logits);
      uses.put(each + ", features", classifier::features);
      uses.put(each + ", frames' logits", ofImages::clipLogits);
      uses.put(each + ", frames' features", ofImages::clipFeatures);
      uses.put(
          each + ", block",
          clips -> classifier.forward(store, new NDList(clips), false).singletonOrThrow());
    }
    return uses;
  }

  private float[] answer(UnaryOperator<NDArray> use) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray answer = use.apply(clips(scope));
      assertThat(Recorded.is(answer)).isFalse();
      return answer.toFloatArray();
    }
  }

  private static NDArray clips(NDManager manager) {
    Shape shape = new Shape(2, 3, 4, 8, 8);
    float[] pixels = new float[(int) shape.size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) Math.sin(0.37 * i);
    }
    return manager.create(pixels, shape);
  }

  private static <T> List<T> onFreshThreads(int count, Callable<T> use) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> result : threads.invokeAll(Collections.nCopies(count, use))) {
        results.add(result.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }
}
