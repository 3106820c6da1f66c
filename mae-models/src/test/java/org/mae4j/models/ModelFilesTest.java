package org.mae4j.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mae4j.api.ClipInput;
import org.mae4j.api.FrameSampling;
import org.mae4j.api.Pooling;
import org.mae4j.models.internal.Json;
import org.mae4j.models.kernels.PortableKernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.Safetensors;
import org.mae4j.models.weights.WeightFileException;

/** What a file says of its model beside the weights, and what is said of files that do not. */
class ModelFilesTest {

  @TempDir private Path folder;
  private NDManager manager;
  private Path file;

  @BeforeEach
  void openManager() {
    manager = TorchEngine.newManager();
    file = folder.resolve("model.safetensors");
  }

  @AfterEach
  void closeManager() {
    manager.close();
  }

  @Test
  void videoMaeComesBackWithItsInput() {
    Models.save(create(SmallModels.VIDEO, SmallModels.INPUT), file);

    VideoMae loaded = Models.loadVideoMae(file, manager);

    assertThat(loaded.input()).isEqualTo(SmallModels.INPUT);
    assertThat(loaded.config()).isEqualTo(SmallModels.VIDEO);
    assertThat(Models.input(file)).isEqualTo(SmallModels.INPUT);
    assertThat(Models.config(VideoMaeConfig.class, file)).isEqualTo(SmallModels.VIDEO);
  }

  @Test
  void imageMaeComesBackWithItsInput() {
    Models.save(create(SmallModels.IMAGE, SmallModels.IMAGE_INPUT), file);

    ImageMae loaded = Models.loadImageMae(file, manager);

    assertThat(loaded.input()).isEqualTo(SmallModels.IMAGE_INPUT);
    assertThat(loaded.config()).isEqualTo(SmallModels.IMAGE);
  }

  @Test
  void classifierComesBackWithItsInputAndTheNamesOfItsClasses() {
    Models.save(create(SmallModels.CLASSIFIER, SmallModels.INPUT), file);

    VitClassifier loaded = Models.loadClassifier(file, manager);

    assertThat(loaded.input()).isEqualTo(SmallModels.INPUT);
    assertThat(loaded.classNames()).isEqualTo(SmallModels.CLASSES);
  }

  @Test
  void everyKindHasAnEncoder() {
    VideoMae video = create(SmallModels.VIDEO, SmallModels.INPUT);
    NDArray clips = manager.randomNormal(new Shape(2, 3, 4, 8, 8));
    assertThat(encoder(video, Pooling.PER_SLOT).logits(clips))
        .isEqualTo(video.embed(clips, Pooling.PER_SLOT));
    VitClassifier classifier = create(SmallModels.CLASSIFIER, SmallModels.INPUT);
    assertThat(encoder(classifier, Pooling.CLASS_TOKEN).logits(clips))
        .isEqualTo(classifier.features(clips));
    ImageMae image = create(SmallModels.IMAGE, SmallModels.IMAGE_INPUT);
    NDArray images = manager.randomNormal(new Shape(2, 3, 8, 8));
    assertThat(encoder(image, Pooling.CLASS_TOKEN).logits(images).getShape())
        .isEqualTo(new Shape(2, 12));
  }

  private VitClassifier encoder(Vit model, Pooling pooling) {
    Models.save(model, file);
    VitClassifier encoder = Models.loadEncoder(file, pooling, manager);
    assertThat(encoder.input()).isEqualTo(model.input());
    assertThat(encoder.config()).isEqualTo(new ClassifierConfig(model.vit(), 0, pooling));
    return encoder;
  }

  @Test
  void refusesToSaveWhatNobodyKnowsTheInputOf() {
    VideoMae model = Models.create(SmallModels.VIDEO, new PortableKernels(), manager, 1);

    assertThat(model.hasInput()).isFalse();
    assertThatIllegalStateException()
        .isThrownBy(() -> Models.save(model, file))
        .withMessage(
            "the model was made without a ClipInput, so nobody knows how it looks at a video: give"
                + " one to Models.create or Models.load");
    assertThat(file).doesNotExist();
  }

  @Test
  void refusesAFileWithoutAnInputByName() {
    write(SmallModels.VIDEO, Map.of("mae4j.input", ""));

    assertRefused("does not say how its model looks at a video (ClipInput); say it by")
        .contains("Models.load(config, input, file, ...)", "ClipInput.PAPER_VIDEO");
    assertThat(Models.load(SmallModels.VIDEO, SmallModels.INPUT, file, manager).input())
        .isEqualTo(SmallModels.INPUT);
  }

  @Test
  void refusesAFileWithoutAGeometryByName() {
    write(SmallModels.VIDEO, Map.of("mae4j.config", ""));

    assertRefused("does not say its geometry, as files of others do not; load it by")
        .contains("Models.load(config, input, file, ...)");
  }

  @Test
  void refusesAnotherKind() {
    Models.save(create(SmallModels.IMAGE, SmallModels.IMAGE_INPUT), file);

    assertRefused(
        "is of kind image_mae, not video_mae; load it by Models.loadImageMae, or its encoder by");
  }

  @Test
  void refusesAKindThatThereIsNot() {
    write(SmallModels.VIDEO, Map.of("mae4j.model", "video_gan"));

    assertRefused("is of kind video_gan, which is none of [classifier, image_mae, video_mae]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{",
        "[1, 2]",
        "\"text\"",
        "{\"sampling\":{\"frames\":0,\"stride\":2,\"nominalRate\":30}}",
        "{\"sampling\":{\"frames\":4,\"stride\":2,\"nominalRate\":30}}",
      })
  void refusesADamagedInput(String input) {
    write(SmallModels.VIDEO, Map.of("mae4j.input", input));

    assertRefused("not a clip input: ").contains("; say it by Models.load(config, input, file");
  }

  @Test
  void namesWhatAnInputLacks() {
    write(SmallModels.VIDEO, Map.of("mae4j.input", "{}"));

    assertRefused("not a clip input: the field sampling is missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[]", "{\"vit\":{}}", "{\"vit\":3}"})
  void refusesADamagedGeometry(String geometry) {
    write(SmallModels.VIDEO, Map.of("mae4j.config", geometry));

    assertRefused("of kind video_mae: not a model geometry: ");
  }

  /** The record's fields, as files had them side by side. */
  @ParameterizedTest
  @CsvSource({"video_mae", "image_mae"})
  void refusesAFlattenedGeometryOfBefore(String kind) {
    write(
        SmallModels.VIDEO,
        Map.of(
            "mae4j.model",
            kind,
            "mae4j.config",
            "{\"clip\":{\"frames\":4,\"height\":8,\"width\":8},\"patch\":{\"frames\":2,\"height\":4,"
                + "\"width\":4},\"encoder\":{\"width\":12,\"depth\":2,\"heads\":3},\"decoder\":{"
                + "\"width\":8,\"depth\":1,\"heads\":2},\"mlpRatio\":4.0}"));

    assertRefused("of kind " + kind + ": not a model geometry: the field vit is missing")
        .endsWith(
            "a file from before version 0.1.0 is loaded by Models.load(config, input, file, ...)");
  }

  @Test
  void refusesAFileWhoseInputDoesNotFitItsGeometry() {
    ClipInput longer = SmallModels.INPUT.withSampling(new FrameSampling(8, 2, 30));
    write(SmallModels.VIDEO, Map.of("mae4j.input", Json.write(longer)));

    assertRefused("the input makes clips of ").contains("; say it by Models.load(config, input");
  }

  @Test
  void refusesAnInputThatDoesNotFitTheGeometry() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> create(SmallModels.VIDEO, ClipInput.PAPER_VIDEO))
        .withMessageStartingWith("the input makes clips of ")
        .withMessageMatching(".*");
    assertThat(
            create(
                    SmallModels.IMAGE,
                    SmallModels.IMAGE_INPUT.withSampling(new FrameSampling(16, 2, 30)))
                .hasInput())
        .as("many frames for a model of single ones")
        .isTrue();
  }

  @Test
  void aClassifierWithoutNamesSaysHowToGiveThem() {
    ClassifierConfig nameless = SmallModels.CLASSIFIER.withClasses(3);
    Models.save(create(nameless, SmallModels.INPUT), file);

    assertThatIllegalStateException()
        .isThrownBy(() -> Models.loadClassifier(file, manager).classNames())
        .withMessageStartingWith(
            "the classifier's 3 classes have no names: load it by Models.load(")
        .withMessageMatching(".*");
    VitClassifier named =
        Models.load(
            nameless.withClassNames(SmallModels.CLASSES), Models.input(file), file, manager);
    assertThat(named.classNames()).isEqualTo(SmallModels.CLASSES);
  }

  @Test
  void refusesAnotherNumberOfNames() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new ClassifierConfig(
                    SmallModels.VIDEO.vit(),
                    3,
                    List.of("one"),
                    Pooling.MEAN,
                    0,
                    0,
                    Optional.empty()))
        .withMessage("3 classes must have as many names or none, but have 1");
  }

  private <M extends Vit> M create(VitModelConfig<M> config, ClipInput input) {
    return Models.create(config, input, manager, 1);
  }

  /** A file of a video model whose metadata are changed; an empty one is left out. */
  private void write(VideoMaeConfig config, Map<String, String> changes) {
    VideoMae model = create(config, SmallModels.INPUT);
    Map<String, String> metadata =
        new HashMap<>(Models.metadata(model.config(), model.input(), Map.of()));
    metadata.putAll(changes);
    metadata.values().removeIf(String::isEmpty);
    Safetensors.write(file, model.weights(), metadata);
  }

  /** In one line that begins with the file. */
  private AbstractStringAssert<?> assertRefused(String reason) {
    Throwable refusal = catchThrowable(() -> Models.loadVideoMae(file, manager));
    return assertThat(refusal)
        .isInstanceOf(WeightFileException.class)
        .message()
        .startsWith(file + ": " + reason)
        .matches(".*");
  }
}
