package org.mae4j.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.mae4j.models.kernels.PortableKernels;

/** The sizes of the published models, from shapes alone: the weights are never allocated. */
class ParameterCountTest {

  private final VideoMae huge = new VideoMae(VideoMaeConfig.VIT_HUGE_14, new PortableKernels(), 0);

  @Test
  void thePapersModelHasItsPublishedNumberOfParameters() {
    assertThat(values(name -> true)).isEqualTo(645_534_104);
  }

  @Test
  void maskTokenAndDecoderAreASmallPartOfIt() {
    assertThat(values(ParameterCountTest::isOfDecoder)).isEqualTo(14_006_424);
    assertThat(values(name -> !isOfDecoder(name))).isEqualTo(631_527_680);
  }

  private static boolean isOfDecoder(String name) {
    return name.equals("mask_token") || name.startsWith("decoder_");
  }

  private long values(Predicate<String> chosen) {
    return StreamSupport.stream(huge.getParameters().spliterator(), false)
        .filter(parameter -> chosen.test(parameter.getKey()))
        .map(Pair<String, Parameter>::getValue)
        .mapToLong(parameter -> parameter.getShape().size())
        .sum();
  }
}
