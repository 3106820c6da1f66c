package org.mae4j.models.zoo;

import java.util.ArrayList;
import java.util.List;

/**
 * One of the models that the paper's authors published (github.com/eminorhan/video-models): a
 * ViT-H/14, named {@code <kind>_<pretrained on>_<finetuned on>}.
 *
 * @param kind {@code mae} with a decoder, {@code vit} without
 * @param pretrainedOn {@code say}, {@code s}, {@code kinetics} or {@code kinetics-200h}
 * @param finetunedOn {@code none}, {@code ssv2-10shot}, {@code ssv2-50shot}, {@code
 *     kinetics-10shot} or {@code kinetics-50shot}; always {@code none} for {@code mae}
 */
public record PublishedModel(String kind, String pretrainedOn, String finetunedOn) {

  static final String MAE = "mae";
  static final String VIT = "vit";
  private static final String NONE = "none";
  private static final List<String> PRETRAINED = List.of("say", "s", "kinetics", "kinetics-200h");
  private static final List<String> FINETUNED =
      List.of(NONE, "ssv2-10shot", "ssv2-50shot", "kinetics-10shot", "kinetics-50shot");
  private static final String REPOSITORY = "https://huggingface.co/eminorhan/video-models";

  /** All 24. */
  public static List<PublishedModel> all() {
    List<PublishedModel> all = new ArrayList<>();
    for (String pretrained : PRETRAINED) {
      all.add(new PublishedModel(MAE, pretrained, NONE));
      for (String finetuned : FINETUNED) {
        all.add(new PublishedModel(VIT, pretrained, finetuned));
      }
    }
    return all;
  }

  /**
   * The model of a name.
   *
   * @throws IllegalArgumentException if there is none; the message lists all names
   */
  public static PublishedModel named(String name) {
    return all().stream()
        .filter(model -> model.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no published model " + name + "; there are " + names()));
  }

  private static List<String> names() {
    return all().stream().map(PublishedModel::name).toList();
  }

  /** The published name. */
  public String name() {
    return kind + "_" + pretrainedOn + "_" + finetunedOn;
  }

  /** The file that holds it; an encoder lies in the file of its masked autoencoder. */
  public String fileName() {
    return pretrainedOn + "_" + finetunedOn + ".pth";
  }

  /** Where to download the file. */
  public String downloadAddress() {
    return REPOSITORY + "/resolve/main/" + fileName();
  }

  /** The page that shows the file's size and SHA-256. */
  public String page() {
    return REPOSITORY + "/blob/main/" + fileName();
  }

  /** C: 174, 700, or 0 for an encoder without a head. */
  public int classes() {
    if (finetunedOn.startsWith("ssv2")) {
      return 174;
    }
    return finetunedOn.startsWith("kinetics") ? 700 : 0;
  }
}
