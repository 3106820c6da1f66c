package org.mae4j.models.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mae4j.models.ClassifierConfig;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.kernels.PortableKernels;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.WeightFileException;

class PublishedModelsTest {

  @TempDir private Path folder;
  private final Kernels kernels = new PortableKernels();

  @Test
  void knowsThePublishedNames() {
    assertThat(PublishedModel.all())
        .hasSize(24)
        .extracting(PublishedModel::name)
        .doesNotHaveDuplicates()
        .contains("mae_s_none", "vit_kinetics-200h_none", "vit_say_kinetics-10shot");
  }

  @Test
  void takesAnEncoderFromTheFileOfItsMaskedAutoencoder() {
    assertThat(PublishedModel.named("vit_s_none").fileName()).isEqualTo("s_none.pth");
    assertThat(PublishedModel.named("mae_s_none").fileName()).isEqualTo("s_none.pth");
  }

  @Test
  void headsHaveTheClassesOfTheirTask() {
    assertThat(classifier("vit_s_ssv2-50shot").classes()).isEqualTo(174);
    assertThat(classifier("vit_say_kinetics-10shot").classes()).isEqualTo(700);
    assertThat(classifier("vit_kinetics_none").classes()).isZero();
  }

  @Test
  void saysWhereToDownloadWhatIsAbsent() {
    try (NDManager manager = TorchEngine.newManager()) {
      assertThatThrownBy(
              () -> PublishedModels.loadClassifier("vit_s_ssv2-50shot", folder, kernels, manager))
          .isInstanceOf(WeightFileException.class)
          .hasMessageStartingWith(folder.resolve("s_ssv2-50shot.pth") + ": no such file; download")
          .hasMessageContaining(
              "https://huggingface.co/eminorhan/video-models/resolve/main/s_ssv2-50shot.pth")
          .hasMessageContaining("SHA-256");
    }
  }

  @Test
  void listsTheNamesWhereOneIsUnknown() {
    try (NDManager manager = TorchEngine.newManager()) {
      assertThatThrownBy(
              () -> PublishedModels.loadClassifier("vit_x_none", folder, kernels, manager))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("there is no published model vit_x_none; there are [mae_say_none")
          .hasMessageContaining("vit_kinetics-200h_kinetics-50shot");
    }
  }

  @Test
  void refusesADecoderFromAFileThatHasNone() {
    try (NDManager manager = TorchEngine.newManager()) {
      assertThatThrownBy(() -> PublishedModels.loadVideoMae("vit_s_none", folder, manager))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the name must begin with mae_, but is vit_s_none");
    }
  }

  @Test
  void classesGetTheNamesThatTheCallerKnows() {
    PublishedModel model = PublishedModel.named("vit_s_ssv2-50shot");
    List<String> names = IntStream.range(0, 174).mapToObj(i -> "class " + i).toList();

    assertThat(PublishedModels.classifier(model, names).classNames()).isEqualTo(names);
    assertThat(PublishedModels.classifier(model, List.of()).classNames()).isEmpty();
    try (NDManager manager = TorchEngine.newManager()) {
      assertThatThrownBy(
              () ->
                  PublishedModels.loadClassifier(
                      "vit_s_ssv2-50shot", folder, names.subList(0, 173), manager))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("vit_s_ssv2-50shot tells 174 classes apart, but 173 are named");
    }
  }

  private static ClassifierConfig classifier(String name) {
    return PublishedModels.classifier(PublishedModel.named(name), List.of());
  }
}
