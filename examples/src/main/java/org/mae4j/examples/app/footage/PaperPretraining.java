package org.mae4j.examples.app.footage;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.Kinetics700;
import org.mae4j.data.dataset.SayCam;
import org.mae4j.data.split.FewShotSplit;
import org.mae4j.data.split.FractionSubset;
import org.mae4j.train.recipe.PretrainingRecipe;
import org.mae4j.train.recipe.PretrainingRecipes;

/** The paper's pretrainings: a recipe, and which part of which videos. */
@SuppressWarnings("ImmutableEnumChecker") // Recipes and what takes a part are.
public enum PaperPretraining {
  /** On all that child S saw. */
  S("S", PretrainingRecipes.VIDEO_S_V1, Videos.SAYCAM, UnaryOperator.identity()),
  S_10_PERCENT("S, 10%", PretrainingRecipes.VIDEO_S_10_PERCENT_V1, Videos.SAYCAM, first(0.1)),
  S_1_PERCENT("S, 1%", PretrainingRecipes.VIDEO_S_1_PERCENT_V1, Videos.SAYCAM, first(0.01)),
  S_TENTH_PERCENT(
      "S, 0.1%", PretrainingRecipes.VIDEO_S_TENTH_PERCENT_V1, Videos.SAYCAM, first(0.001)),
  /** The image model, on the frames of what child S saw. */
  S_IMAGE("S, image model", PretrainingRecipes.IMAGE_S, Videos.SAYCAM, UnaryOperator.identity()),
  KINETICS(
      "Kinetics-700",
      PretrainingRecipes.VIDEO_KINETICS_V1,
      Videos.KINETICS,
      UnaryOperator.identity()),
  /** As many hours of it as child S saw. */
  KINETICS_200H(
      "Kinetics-200h",
      PretrainingRecipes.VIDEO_KINETICS_200H_V1,
      Videos.KINETICS,
      PaperPretraining::matched);

  private enum Videos {
    SAYCAM,
    KINETICS
  }

  private static final long SEED = 1;

  private final String title;
  private final PretrainingRecipe recipe;
  private final Videos videos;
  private final UnaryOperator<ClipDataset> part;

  PaperPretraining(
      String title, PretrainingRecipe recipe, Videos videos, UnaryOperator<ClipDataset> part) {
    this.title = title;
    this.recipe = recipe;
    this.videos = videos;
    this.part = part;
  }

  /**
   * The one of this name, in any case, with {@code -} for {@code _} as well.
   *
   * @throws IllegalArgumentException if there is none; the message lists all
   */
  public static PaperPretraining named(String name) {
    return Arrays.stream(values())
        .filter(one -> one.toString().equals(name.toLowerCase(Locale.ROOT).replace('_', '-')))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--paper must be one of "
                        + Arrays.stream(values())
                            .map(PaperPretraining::toString)
                            .collect(Collectors.joining(", "))
                        + ", but was "
                        + name));
  }

  private static UnaryOperator<ClipDataset> first(double fraction) {
    return videos -> FractionSubset.first(fraction).of(videos);
  }

  private static ClipDataset matched(ClipDataset kinetics) {
    int smallest =
        kinetics.indicesByClass().stream().mapToInt(members -> members.length).min().orElseThrow();
    return FewShotSplit.random(Math.min(Kinetics700.CLIPS_PER_CLASS_200_HOURS, smallest), SEED)
        .of(kinetics);
  }

  /** For figures: {@code S, 10%}. */
  public String title() {
    return title;
  }

  /** What it is trained by, before anything is scaled. */
  public PretrainingRecipe recipe() {
    return recipe;
  }

  /**
   * What it is trained on.
   *
   * @param root of SAYCam or of Kinetics-700
   * @throws org.mae4j.data.dataset.DatasetException if that is not there, or not all of it
   */
  public ClipDataset videos(Path root) {
    return part(
        videos == Videos.SAYCAM ? SayCam.of(root, SayCam.Child.S) : Kinetics700.of(root, "train"));
  }

  /** The same of videos that are open: all of child S's, or of those of Kinetics to train on. */
  public ClipDataset part(ClipDataset whole) {
    return part.apply(whole);
  }

  /** Whether it is trained on SAYCam. */
  public boolean isOfSayCam() {
    return videos == Videos.SAYCAM;
  }

  /** As on a command line: {@code s-10-percent}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
