package org.mae4j.models.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipInput;
import org.mae4j.api.ClipShape;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.PatchShape;
import org.mae4j.api.Pooling;
import org.mae4j.models.ClassifierConfig;
import org.mae4j.models.Models;
import org.mae4j.models.TransformerShape;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.VitClassifier;
import org.mae4j.models.VitConfig;
import org.mae4j.models.internal.ModelSetup;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.ScriptedKernels;
import org.mae4j.models.torch.TorchEngine;

class ClipTranslatorTest {

  private static final VideoMaeConfig MAE =
      new VideoMaeConfig(
          VitConfig.video(
              new ClipShape(4, 8, 8), new PatchShape(2, 4, 4), new TransformerShape(12, 2, 3)),
          new TransformerShape(8, 1, 2));
  private static final ClipInput INPUT = ClipInput.video(new FrameSampling(4, 1, 30), 8);
  private static final List<String> CLASSES = List.of("up", "down", "still");
  private static final ClassifierConfig CLASSIFIER =
      ClassifierConfig.video(MAE.vit(), CLASSES.size());
  private static final String NAME = "clips";

  @TempDir Path folder;
  private Kernels kernels;
  private Model model;

  @BeforeEach
  void openModel() {
    TorchEngine.start();
    kernels = new ScriptedKernels();
    model = Model.newInstance(NAME, "PyTorch");
  }

  @AfterEach
  void closeModel() {
    model.close();
    kernels.close();
  }

  @Test
  void predictsTheSoftmaxOfTheLogits() throws TranslateException {
    VitClassifier classifier = set(CLASSIFIER);
    List<Clip> clips = List.of(clip(1), clip(2));

    List<Classifications> answers;
    try (Predictor<Clip, Classifications> predictor = model.newPredictor(classification(CLASSES))) {
      answers = predictor.batchPredict(clips);
    }

    try (NDManager manager = TorchEngine.newManager()) {
      NDArray expected = classifier.logits(stacked(clips, manager)).softmax(1);
      for (int i = 0; i < clips.size(); i++) {
        assertThat(answers.get(i).getClassNames()).isEqualTo(CLASSES);
        assertThat(probabilities(answers.get(i))).isEqualTo(expected.get(i).toFloatArray());
      }
    }
  }

  @Test
  void noClipsHaveNoAnswers() throws TranslateException {
    set(CLASSIFIER);
    try (Predictor<Clip, Classifications> predictor = model.newPredictor(classification(CLASSES))) {
      assertThat(predictor.batchPredict(List.of())).isEmpty();
      assertThat(predictor.batchPredict(List.of(clip(1)))).hasSize(1);
    }

    set(new ClassifierConfig(MAE.vit(), 0, Pooling.MEAN));
    try (Predictor<Clip, float[]> predictor =
        model.newPredictor(new EmbeddingTranslator(ClipTranslatorTest::prepare))) {
      assertThat(predictor.batchPredict(List.of())).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Pooling.class)
  void embedsAsTheModelPools(Pooling pooling) throws TranslateException {
    VitClassifier encoder = set(new ClassifierConfig(MAE.vit(), 0, pooling));

    float[] embedding = embed(clip(3));

    try (NDManager manager = TorchEngine.newManager()) {
      assertThat(embedding)
          .hasSize(pooling.features(MAE.grid(), 12))
          .isEqualTo(encoder.features(stacked(List.of(clip(3)), manager)).toFloatArray());
    }
  }

  @Test
  void embedsWithTheFileOfAMaskedAutoencoder() throws TranslateException {
    Path file = folder.resolve("mae.safetensors");
    float[] expected;
    try (NDManager manager = TorchEngine.newManager()) {
      var autoencoder = Models.create(MAE, INPUT, kernels, manager, 5);
      Models.save(autoencoder, file, Map.of());
      expected =
          autoencoder.embed(stacked(List.of(clip(4)), manager), Pooling.PER_SLOT).toFloatArray();
    }
    ClassifierConfig headless = new ClassifierConfig(MAE.vit(), 0, Pooling.PER_SLOT);
    model.setBlock(Models.load(headless, INPUT, file, kernels, model.getNDManager()));

    assertThat(embed(clip(4))).isEqualTo(expected);
  }

  @Test
  void savedParametersLoadIntoTheSameAnswers() throws Exception {
    set(CLASSIFIER);
    float[] before = classify(model);
    model.save(folder, NAME);

    try (Model loaded = Model.newInstance(NAME, "PyTorch")) {
      loaded.setBlock(CLASSIFIER.model(new ModelSetup(Optional.empty(), kernels, false, 99)));
      loaded.load(folder, NAME);

      assertThat(classify(loaded)).isEqualTo(before);
    }
  }

  @Test
  void criteriaLoadTheSameAnswers() throws Exception {
    set(CLASSIFIER);
    float[] before = classify(model);
    model.save(folder, NAME);

    Criteria<Clip, Classifications> criteria =
        Criteria.builder()
            .setTypes(Clip.class, Classifications.class)
            .optEngine("PyTorch")
            .optModelPath(folder)
            .optModelName(NAME)
            .optBlock(CLASSIFIER.model(new ModelSetup(Optional.empty(), kernels, false, 99)))
            .optTranslator(classification(CLASSES))
            .build();
    try (ZooModel<Clip, Classifications> loaded = criteria.loadModel();
        Predictor<Clip, Classifications> predictor = loaded.newPredictor()) {
      assertThat(probabilities(predictor.predict(clip(1)))).isEqualTo(before);
    }
  }

  @Test
  void leavesNothingBehind() throws TranslateException {
    set(CLASSIFIER);
    List<NDArray> weights = model.getNDManager().getManagedArrays();
    List<NDManager> scopes = new ArrayList<>();
    ClipPreparation preparation =
        (clip, manager) -> {
          scopes.add(manager);
          return prepare(clip, manager);
        };

    try (Predictor<Clip, Classifications> predictor =
        model.newPredictor(new ClassificationTranslator(CLASSES, preparation))) {
      predictor.batchPredict(List.of(clip(1), clip(2)));
      predictor.predict(clip(3));

      NDManager ofPredictor = scopes.get(0).getParentManager().getParentManager();
      assertThat(scopes).hasSize(3).noneMatch(NDManager::isOpen);
      assertThat(ofPredictor.isOpen()).isTrue();
      assertThat(ofPredictor.getManagedArrays()).isEmpty();
    }
    assertThat(model.getNDManager().getManagedArrays()).hasSameSizeAs(weights);
  }

  @Test
  void refusesAnotherNumberOfClasses() {
    set(CLASSIFIER);

    try (Predictor<Clip, Classifications> predictor =
        model.newPredictor(classification(List.of("one", "two")))) {
      assertThatThrownBy(() -> predictor.predict(clip(1)))
          .hasRootCauseInstanceOf(IllegalArgumentException.class)
          .hasRootCauseMessage("the model tells 3 classes apart, but 2 are named");
    }
  }

  @Test
  void takesTheNamesOfClassesFromTheModel() throws TranslateException {
    set(CLASSIFIER.withClassNames(List.of("left", "right", "none")));

    try (Predictor<Clip, Classifications> predictor =
        model.newPredictor(new ClassificationTranslator(ClipTranslatorTest::prepare))) {
      assertThat(predictor.predict(clip(1)).getClassNames())
          .containsExactly("left", "right", "none");
    }
  }

  @Test
  void aSavedClassifierIsLoadedWithAllThatAPredictorNeeds() throws TranslateException {
    Path file = folder.resolve("classifier.safetensors");
    ClassifierConfig named = CLASSIFIER.withClassNames(CLASSES);
    Models.save(Models.create(named, INPUT, kernels, model.getNDManager(), 7), file);
    set(CLASSIFIER);
    float[] expected = classify(model);

    try (Model loaded = Model.newInstance(NAME, "PyTorch");
        VitClassifier classifier = Models.loadClassifier(file, loaded.getNDManager())) {
      loaded.setBlock(classifier);
      try (Predictor<Clip, Classifications> predictor =
          loaded.newPredictor(new ClassificationTranslator(ClipTranslatorTest::prepare))) {
        Classifications answer = predictor.predict(clip(1));
        assertThat(answer.getClassNames()).isEqualTo(CLASSES);
        assertThat(probabilities(answer)).isEqualTo(expected);
      }
      assertThat(classifier.input()).isEqualTo(INPUT);
    }
  }

  @Test
  void refusesAModelWithoutNamesOfClasses() {
    set(CLASSIFIER);

    assertThatThrownBy(
            () -> {
              try (Predictor<Clip, Classifications> predictor =
                  model.newPredictor(new ClassificationTranslator(ClipTranslatorTest::prepare))) {
                predictor.predict(clip(1));
              }
            })
        .hasRootCauseInstanceOf(IllegalStateException.class)
        .rootCause()
        .hasMessageStartingWith("the classifier's 3 classes have no names");
  }

  @Test
  void refusesToTakeLogitsForAnEmbedding() {
    set(CLASSIFIER);

    assertThatThrownBy(() -> embed(clip(1)))
        .hasRootCauseInstanceOf(IllegalArgumentException.class)
        .hasRootCauseMessage("embeddings need a model of 0 classes, but this one has a head for 3");
  }

  private VitClassifier set(ClassifierConfig config) {
    VitClassifier classifier = Models.create(config, kernels, model.getNDManager(), 7);
    classifier.freezeParameters(true);
    model.setBlock(classifier);
    return classifier;
  }

  private float[] embed(Clip clip) throws TranslateException {
    try (Predictor<Clip, float[]> predictor =
        model.newPredictor(new EmbeddingTranslator(ClipTranslatorTest::prepare))) {
      return predictor.predict(clip);
    }
  }

  private static float[] classify(Model model) throws TranslateException {
    try (Predictor<Clip, Classifications> predictor = model.newPredictor(classification(CLASSES))) {
      return probabilities(predictor.predict(clip(1)));
    }
  }

  private static ClassificationTranslator classification(List<String> classes) {
    return new ClassificationTranslator(classes, ClipTranslatorTest::prepare);
  }

  private static float[] probabilities(Classifications answer) {
    float[] probabilities = new float[answer.getProbabilities().size()];
    for (int i = 0; i < probabilities.length; i++) {
      probabilities[i] = answer.getProbabilities().get(i).floatValue();
    }
    return probabilities;
  }

  private static NDArray stacked(List<Clip> clips, NDManager manager) {
    return NDArrays.stack(new NDList(clips.stream().map(clip -> prepare(clip, manager)).toList()));
  }

  /** Clips have the model's size already. */
  private static NDArray prepare(Clip clip, NDManager manager) {
    NDArray frames = manager.create(clip.pixels(), new Shape(4, 8, 8, 3), DataType.UINT8);
    return frames.toType(DataType.FLOAT32, true).div(255).transpose(3, 0, 1, 2);
  }

  private static Clip clip(int seed) {
    ClipShape shape = MAE.clip();
    ByteBuffer pixels = ByteBuffer.allocateDirect(4 * 8 * 8 * 3);
    for (int i = 0; i < pixels.capacity(); i++) {
      pixels.put(i, (byte) (i * (37 + seed) + i / 7));
    }
    return new Clip(ClipInfo.unlabelled("clip " + seed), shape, pixels, new double[4]);
  }
}
