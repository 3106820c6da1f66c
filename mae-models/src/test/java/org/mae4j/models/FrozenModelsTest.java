package org.mae4j.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.api.Pooling;
import org.mae4j.api.TokenMask;
import org.mae4j.models.kernels.ActivationCheckpointing;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.torch.internal.Gradients;

/** Models for use: shared by threads, without gradients, freed when they are closed. */
@Timeout(300)
class FrozenModelsTest {

  private static final int THREADS = 16;
  private static final int REQUESTS = 800;

  /** What allocators keep of some threads' requests; a recorded graph of each would be more. */
  private static final long KEPT_BYTES = 48L << 20;

  @TempDir private Path folder;
  private NDManager manager;
  private VideoMae mae;
  private VitClassifier classifier;

  @BeforeEach
  void loadModels() {
    manager = TorchEngine.newManager();
    Path ofMae = folder.resolve("mae.safetensors");
    Path ofClassifier = folder.resolve("classifier.safetensors");
    try (NDManager scope = manager.newSubManager()) {
      Models.save(Models.create(SmallModels.VIDEO, SmallModels.INPUT, scope, 1), ofMae);
      Models.save(Models.create(SmallModels.CLASSIFIER, SmallModels.INPUT, scope, 2), ofClassifier);
    }
    mae = Models.loadVideoMae(ofMae, manager);
    classifier = Models.loadClassifier(ofClassifier, manager);
  }

  @AfterEach
  void closeManager() {
    manager.close();
  }

  @Test
  void manyThreadsGetTheAnswersOfOne() throws Exception {
    List<float[]> expected = IntStream.range(0, 40).mapToObj(this::answer).toList();
    Map<Integer, float[]> answers = new ConcurrentHashMap<>();

    inThreads(REQUESTS, request -> answers.put(request, answer(request % 40)));

    assertThat(answers).hasSize(REQUESTS);
    answers.forEach(
        (request, answer) ->
            assertThat(answer).as("request " + request).isEqualTo(expected.get(request % 40)));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void manyThreadsKeepNoMemory() throws Exception {
    inThreads(REQUESTS, this::answer);
    int arrays = manager.getManagedArrays().size();
    long before = residentBytes();

    for (int round = 0; round < 3; round++) {
      inThreads(REQUESTS, this::answer);
    }

    assertThat(manager.getManagedArrays()).hasSize(arrays);
    assertThat(residentBytes() - before).isLessThan(KEPT_BYTES);
  }

  /** A thread that never asked for anything records gradients: of frozen weights there are none. */
  @Test
  void freshThreadsRecordNoGradients() throws Exception {
    inThreads(
        THREADS,
        request -> {
          assertThat(Gradients.areRecorded()).isTrue();
          try (NDManager scope = mae.newManager()) {
            NDArray clips = clips(scope, request);
            assertThat(Recorded.is(mae.embed(clips, Pooling.MEAN))).isFalse();
            assertThat(Recorded.is(mae.encode(clips, masks()))).isFalse();
            assertThat(Recorded.is(mae.decode(mae.encode(clips, masks()), masks()))).isFalse();
            assertThat(Recorded.is(classifier.logits(clips))).isFalse();
            assertThat(Recorded.is(classifier.classAttention(clips, 1))).isFalse();
          }
        });
  }

  @Test
  void checkpointingKeepsNothingOfFrozenModels() throws Exception {
    try (Kernels scripted = new ScriptedKernels();
        ActivationCheckpointing kernels = new ActivationCheckpointing(scripted, 1);
        NDManager scope = manager.newSubManager()) {
      VitClassifier model = Models.create(SmallModels.CLASSIFIER, kernels, scope, 2);
      model.freezeParameters(true);
      float[] expected = classifier.logits(clips(scope, 3)).toFloatArray();
      Map<Integer, float[]> answers = new ConcurrentHashMap<>();

      inThreads(
          THREADS,
          request -> {
            try (NDManager own = model.newManager()) {
              NDArray logits = model.logits(clips(own, 3));
              assertThat(Recorded.is(logits)).isFalse();
              answers.put(request, logits.toFloatArray());
            }
          });

      answers.values().forEach(answer -> assertThat(answer).isEqualTo(expected));
      assertThat(answers).hasSize(THREADS);
    }
  }

  @Test
  void closingFreesTheWeightsAndTheKernels() {
    Kernels kernels = classifier.kernels();
    int weights = classifier.weights().size();
    classifier.warmUp();
    int before = manager.getManagedArrays().size();

    classifier.close();

    assertThat(manager.getManagedArrays()).hasSize(before - weights);
    try (NDManager scope = manager.newSubManager()) {
      NDArray x = scope.ones(new Shape(2, 3));
      assertThatThrownBy(() -> kernels.linear(x, scope.ones(new Shape(1, 3)), x.get("0, :1")))
          .isInstanceOf(RuntimeException.class);
    }
    mae.close();
    assertThat(manager.getManagedArrays()).isEmpty();
    mae.close();
  }

  @Test
  void closingLeavesTheCallersKernelsOpen() {
    try (Kernels kernels = new ScriptedKernels()) {
      Path file = folder.resolve("classifier.safetensors");
      Models.load(ClassifierConfig.class, file, kernels, manager).close();

      VitClassifier again = Models.load(ClassifierConfig.class, file, kernels, manager);

      try (NDManager scope = again.newManager()) {
        assertThat(again.logits(clips(scope, 1)).getShape()).isEqualTo(new Shape(1, 3));
      }
    }
  }

  @Test
  void warmingUpLeavesNothingBehind() {
    int before = manager.getManagedArrays().size();

    mae.warmUp();
    classifier.warmUp();

    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  /** One request of one of three kinds, in a manager of its own. */
  private float[] answer(int request) {
    try (NDManager scope = mae.newManager()) {
      NDArray clips = clips(scope, request);
      return switch (request % 3) {
        case 0 -> mae.embed(clips, Pooling.PER_SLOT).toFloatArray();
        case 1 -> classifier.logits(clips).toFloatArray();
        default -> mae.decode(mae.encode(clips, masks()), masks()).toFloatArray();
      };
    }
  }

  private List<TokenMask> masks() {
    return Collections.singletonList(TokenMask.ofVisible(mae.grid().tokens(), 0, 3, 5));
  }

  private static NDArray clips(NDManager manager, int request) {
    Shape shape = new Shape(1, 3, 4, 8, 8);
    float[] pixels = new float[(int) shape.size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) Math.sin(0.37 * i + request);
    }
    return manager.create(pixels, shape);
  }

  private static void inThreads(int requests, IntConsumer use) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<Void>> calls =
          IntStream.range(0, requests)
              .<Callable<Void>>mapToObj(
                  request ->
                      () -> {
                        use.accept(request);
                        return null;
                      })
              .toList();
      for (Future<Void> call : threads.invokeAll(calls)) {
        call.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static long residentBytes() throws IOException {
    System.gc();
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }
}
