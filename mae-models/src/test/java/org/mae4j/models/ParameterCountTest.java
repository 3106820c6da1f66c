package org.mae4j.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.mae4j.models.internal.ModelSetup;
import org.mae4j.models.kernels.PortableKernels;

/** The sizes of the published models, from shapes alone: the weights are never allocated. */
class ParameterCountTest {

  private static final ModelSetup SETUP =
      new ModelSetup(Optional.empty(), new PortableKernels(), false, 0);

  private final VideoMae huge = VideoMaeConfig.VIT_HUGE_14.model(SETUP);

  @Test
  void thePapersModelHasItsPublishedNumberOfParameters() {
    assertThat(values(huge, name -> true)).isEqualTo(645_534_104);
  }

  @Test
  void maskTokenAndDecoderAreASmallPartOfIt() {
    assertThat(values(huge, ParameterCountTest::isOfDecoder)).isEqualTo(14_006_424);
    assertThat(values(huge, name -> !isOfDecoder(name))).isEqualTo(631_527_680);
  }

  @Test
  void videoClassifiersHaveTheirPublishedNumbersOfParameters() {
    assertThat(classifier(VitConfig.video(VitSize.HUGE, 224), 174)).isEqualTo(631_750_574);
    assertThat(classifier(VitConfig.video(VitSize.HUGE, 224), 700)).isEqualTo(632_424_380);
    assertThat(classifier(VitConfig.video(VitSize.HUGE, 224), 1000)).isEqualTo(632_808_680);
  }

  @Test
  void imageClassifiersHaveTheirPublishedNumbersOfParameters() {
    assertThat(classifier(VitConfig.image(VitSize.HUGE, 224), 174)).isEqualTo(630_987_694);
    assertThat(classifier(VitConfig.image(VitSize.HUGE, 224), 700)).isEqualTo(631_661_500);
  }

  /** 86.6 million and so on: DeiT's and ViT's tables, whose models have 1000 classes. */
  @Test
  void smallerImageClassifiersHaveTheUsualSizes() {
    assertThat(classifier(VitConfig.image(VitSize.TINY, 224), 1000)).isEqualTo(5_717_416);
    assertThat(classifier(VitConfig.image(VitSize.SMALL, 224), 1000)).isEqualTo(22_050_664);
    assertThat(classifier(VitConfig.image(VitSize.BASE, 224), 1000)).isEqualTo(86_567_656);
    assertThat(classifier(VitConfig.image(VitSize.LARGE, 224), 1000)).isEqualTo(304_326_632);
  }

  @Test
  void largerFramesNeedMorePositionsOnly() {
    assertThat(
            classifier(VitConfig.video(VitSize.HUGE, 448), 174)
                - classifier(VitConfig.video(VitSize.HUGE, 224), 174))
        .isEqualTo((1024 - 256) * 1280);
  }

  private static long classifier(VitConfig vit, int classes) {
    return values(ClassifierConfig.video(vit, classes).model(SETUP), name -> true);
  }

  private static boolean isOfDecoder(String name) {
    return name.equals("mask_token") || name.startsWith("decoder_");
  }

  private static long values(Vit model, Predicate<String> chosen) {
    return StreamSupport.stream(model.getParameters().spliterator(), false)
        .filter(parameter -> chosen.test(parameter.getKey()))
        .map(Pair<String, Parameter>::getValue)
        .mapToLong(parameter -> parameter.getShape().size())
        .sum();
  }
}
