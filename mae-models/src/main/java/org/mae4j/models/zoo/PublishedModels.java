package org.mae4j.models.zoo;

import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mae4j.api.ClipInput;
import org.mae4j.models.ClassifierConfig;
import org.mae4j.models.Models;
import org.mae4j.models.VideoMae;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.Vit;
import org.mae4j.models.VitClassifier;
import org.mae4j.models.VitConfig;
import org.mae4j.models.VitSize;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.weights.WeightFileException;

/**
 * Loads published weights from a directory. Nothing is downloaded: what is absent is named, with
 * where to get it and how to check it.
 */
public final class PublishedModels {

  private PublishedModels() {}

  /**
   * A published model: a {@link VideoMae} if the name begins with {@code mae}, a {@link
   * VitClassifier} if it begins with {@code vit}.
   *
   * @param name such as {@code vit_s_ssv2-50shot}
   * @param directory where the downloaded file lies
   * @throws IllegalArgumentException if there is no such model; the message lists all names
   * @throws WeightFileException if the file is absent or does not hold the model
   */
  public static Vit load(String name, Path directory, Kernels kernels, NDManager manager) {
    PublishedModel model = PublishedModel.named(name);
    return model.kind().equals(PublishedModel.MAE)
        ? Models.load(
            VideoMaeConfig.VIT_HUGE_14,
            ClipInput.PAPER_VIDEO,
            file(model, directory),
            kernels,
            manager)
        : Models.load(
            classifier(model), ClipInput.PAPER_VIDEO, file(model, directory), kernels, manager);
  }

  /**
   * A published masked autoencoder, decoder included.
   *
   * @throws IllegalArgumentException if the name is not that of one
   */
  public static VideoMae loadVideoMae(
      String name, Path directory, Kernels kernels, NDManager manager) {
    requireKind(name, PublishedModel.MAE);
    return (VideoMae) load(name, directory, kernels, manager);
  }

  /**
   * A published classifier, or an encoder without a head.
   *
   * @throws IllegalArgumentException if the name is not that of one
   */
  public static VitClassifier loadClassifier(
      String name, Path directory, Kernels kernels, NDManager manager) {
    requireKind(name, PublishedModel.VIT);
    return (VitClassifier) load(name, directory, kernels, manager);
  }

  private static void requireKind(String name, String kind) {
    if (!PublishedModel.named(name).kind().equals(kind)) {
      throw new IllegalArgumentException("the name must begin with " + kind + "_, but is " + name);
    }
  }

  static ClassifierConfig classifier(PublishedModel model) {
    return ClassifierConfig.video(VitConfig.video(VitSize.HUGE, 224), model.classes());
  }

  private static Path file(PublishedModel model, Path directory) {
    Path file = directory.resolve(model.fileName());
    if (!Files.exists(file)) {
      throw new WeightFileException(
          file,
          "no such file; download it from "
              + model.downloadAddress()
              + " (2.5 GB) and compare its SHA-256 with the one shown at "
              + model.page());
    }
    return file;
  }
}
