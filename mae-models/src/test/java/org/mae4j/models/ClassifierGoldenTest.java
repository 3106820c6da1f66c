package org.mae4j.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mae4j.api.Pooling;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.weights.WeightFile;
import org.mae4j.models.weights.Weights;

/**
 * The video classifier (eminorhan/optimized-stmae; its attention by eminorhan/video-models) and the
 * image classifier (facebookresearch/mae; its attention by eminorhan/mae_st). Tolerances: 1e-5 for
 * outputs, 1e-6 for attention, as float32 differs from float64 there by a tenth of that.
 */
class ClassifierGoldenTest extends BothKernels {

  private final Golden video = Golden.of("c_video_vit");
  private final Golden image = Golden.of("f_image_vit");

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("kernels")
  void videoLogitsAndEmbeddingEqualTheReference(Kernels kernels) {
    VitClassifier model = videoModel(kernels);
    NDArray clip = video.tensor("input", "clip", manager);

    assertThat(Golden.distance(model.logits(clip), video("logits"))).isLessThan(1e-5);
    assertThat(Golden.distance(model.features(clip), video("embedding"))).isLessThan(1e-5);
    assertThat(Golden.distance(model.embed(clip, Pooling.CLASS_TOKEN), video("embedding")))
        .isLessThan(1e-5);
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("kernels")
  void videoAttentionEqualsTheReference(Kernels kernels) {
    VitClassifier model = videoModel(kernels);
    NDArray clip = video.tensor("input", "clip", manager);

    NDArray attention = model.attention(clip, 1, 129);
    NDArray map = model.classAttention(clip, 1).mean(new int[] {1});

    NDArray expected = video.tensor("expected_attention", "attn", manager);
    assertThat(Golden.distance(attention, expected)).isLessThan(1e-6);
    assertThat(attention.sum(new int[] {3}).min().getFloat()).isCloseTo(1, within(1e-5f));
    assertThat(Golden.distance(map, video("attn_cls_map"))).isLessThan(1e-6);
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("kernels")
  void imageLogitsAndFeaturesEqualTheReference(Kernels kernels) {
    assertImage(kernels, Pooling.CLASS_TOKEN, "cls");
    assertImage(kernels, Pooling.MEAN, "gap");
  }

  private void assertImage(Kernels kernels, Pooling pooling, String variant) {
    VitClassifier model = imageModel(kernels, pooling, variant);
    NDArray images = images();

    NDArray logits = image.tensor("expected_" + variant, "logits", manager);
    assertThat(Golden.distance(model.logits(images), logits)).isLessThan(1e-5);
    assertThat(
            Golden.distance(
                model.features(images), image.tensor("expected_" + variant, "features", manager)))
        .isLessThan(1e-5);
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("kernels")
  void imageAttentionEqualsTheReference(Kernels kernels) {
    VitClassifier model = imageModel(kernels, Pooling.CLASS_TOKEN, "cls");
    NDArray expected = image.tensor("expected_attention_cls", "attn", manager);

    assertThat(Golden.distance(model.attention(images(), 1, 17), expected)).isLessThan(1e-6);
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("kernels")
  void videosAreClassifiedByTheMeanLogitsOfTheirFrames(Kernels kernels) {
    VitClassifier model = imageModel(kernels, Pooling.CLASS_TOKEN, "cls");
    NDArray images = images();
    NDArray clip = images.get(":1").stack(images.get("1:2"), 2);

    NDArray expected = model.logits(images).mean(new int[] {0}, true);

    assertThat(Golden.distance(model.clipLogits(clip), expected)).isLessThan(1e-6);
  }

  private VitClassifier videoModel(Kernels kernels) {
    VitConfig vit =
        Goldens.config(video.json("config").getAsJsonObject(), new TransformerShape(8, 1, 1)).vit();
    return Models.load(
        ClassifierConfig.video(vit, 10),
        Weights.of(WeightFile.open(video.file("weights.safetensors"))),
        kernels,
        manager);
  }

  private VitClassifier imageModel(Kernels kernels, Pooling pooling, String variant) {
    return Models.load(
        ClassifierConfig.image(Goldens.imageVit(), 10).withPooling(pooling),
        Weights.of(WeightFile.open(image.file("weights_" + variant + ".safetensors"))),
        kernels,
        manager);
  }

  private NDArray images() {
    return Golden.of("f_image_mae").tensor("input", "image", manager);
  }

  private NDArray video(String name) {
    return video.tensor("expected", name, manager);
  }
}
