package org.mae4j.models.zoo;

import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.mae4j.api.ClipInput;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.ClassifierConfig;
import org.mae4j.models.Models;
import org.mae4j.models.VideoMae;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.VitClassifier;
import org.mae4j.models.VitConfig;
import org.mae4j.models.VitSize;
import org.mae4j.models.kernels.Kernels;
import org.mae4j.models.weights.WeightFileException;

/**
 * Loads published weights from a directory. Nothing is downloaded: what is absent is named, with
 * where to get it and how to check it.
 *
 * <p>All look at a video as {@link ClipInput#PAPER_VIDEO} says. Without kernels, models are for
 * use: frozen, with kernels of their own, as those of {@link Models#loadVideoMae}.
 */
public final class PublishedModels {

  private PublishedModels() {}

  /**
   * A published masked autoencoder, decoder included, for use.
   *
   * @param name such as {@code mae_s_none}
   * @param directory where the downloaded file lies
   * @param manager owns the weights, on the device to compute on
   * @throws IllegalArgumentException if the name is not that of one; the message lists all names
   * @throws WeightFileException if the file is absent or does not hold the model
   */
  public static VideoMae loadVideoMae(String name, Path directory, NDManager manager) {
    return Models.load(
        VideoMaeConfig.VIT_HUGE_14,
        ClipInput.PAPER_VIDEO,
        file(named(name, PublishedModel.MAE), directory),
        manager);
  }

  /**
   * As {@link #loadVideoMae(String, Path, NDManager)}, to be trained on.
   *
   * @param kernels stay the caller's to close
   */
  public static VideoMae loadVideoMae(
      String name, Path directory, Kernels kernels, NDManager manager) {
    return Models.load(
        VideoMaeConfig.VIT_HUGE_14,
        ClipInput.PAPER_VIDEO,
        file(named(name, PublishedModel.MAE), directory),
        kernels,
        manager);
  }

  /**
   * A published classifier, or an encoder without a head, for use. The names of its classes are not
   * published with it: {@link #loadClassifier(String, Path, List, NDManager)} gives them.
   *
   * @param name such as {@code vit_s_ssv2-50shot}
   * @param directory where the downloaded file lies
   * @param manager owns the weights, on the device to compute on
   * @throws IllegalArgumentException if the name is not that of one; the message lists all names
   * @throws WeightFileException if the file is absent or does not hold the model
   */
  public static VitClassifier loadClassifier(String name, Path directory, NDManager manager) {
    return loadClassifier(name, directory, List.of(), manager);
  }

  /**
   * As {@link #loadClassifier(String, Path, NDManager)}, with the names of its classes.
   *
   * @param classNames those of the data set that it was finetuned on, in the order of its labels:
   *     as many as {@link PublishedModel#classes}
   */
  public static VitClassifier loadClassifier(
      String name, Path directory, List<String> classNames, NDManager manager) {
    PublishedModel model = named(name, PublishedModel.VIT);
    return Models.load(
        classifier(model, classNames), ClipInput.PAPER_VIDEO, file(model, directory), manager);
  }

  /**
   * As {@link #loadClassifier(String, Path, NDManager)}, to be trained on.
   *
   * @param kernels stay the caller's to close
   */
  public static VitClassifier loadClassifier(
      String name, Path directory, Kernels kernels, NDManager manager) {
    PublishedModel model = named(name, PublishedModel.VIT);
    return Models.load(
        classifier(model, List.of()),
        ClipInput.PAPER_VIDEO,
        file(model, directory),
        kernels,
        manager);
  }

  private static PublishedModel named(String name, String kind) {
    PublishedModel model = PublishedModel.named(name);
    Checks.require(
        model.kind().equals(kind), "the name must begin with %s_, but is %s", kind, name);
    return model;
  }

  static ClassifierConfig classifier(PublishedModel model, List<String> classNames) {
    ClassifierConfig config =
        ClassifierConfig.video(VitConfig.video(VitSize.HUGE, 224), model.classes());
    Checks.require(
        classNames.isEmpty() || classNames.size() == model.classes(),
        "%s tells %s classes apart, but %s are named",
        model.name(),
        model.classes(),
        classNames.size());
    return classNames.isEmpty() ? config : config.withClassNames(classNames);
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
