package org.mae4j.examples.guide;

import java.nio.file.Path;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.data.split.HoldOut;
import org.mae4j.eval.sweep.RecipeGrid;
import org.mae4j.eval.sweep.Sweep;
import org.mae4j.eval.sweep.SweepFiles;
import org.mae4j.eval.sweep.SweepResult;
import org.mae4j.train.recipe.PretrainingRecipes;

/** Pretrains by three masking strategies with two seeds each, and compares them on a page. */
public final class CompareMasks {

  private CompareMasks() {}

  public static void main(String[] arguments) {
    Usage.require(arguments, "CompareMasks", "FOLDER", "STEPS", "OUT");
    HoldOut videos = HoldOut.of(VideoFolder.of(Path.of(arguments[0])), 0.2, 1); // a fifth unseen
    long steps = Long.parseLong(arguments[1]);
    Path out = Path.of(arguments[2]);
    RecipeGrid recipes =
        RecipeGrid.of(PretrainingRecipes.SMALL).vary("masking", "random", "tube", "motion");
    Sweep sweep =
        Sweep.builder()
            .setFolder(out) // what is there already is not trained again
            .setTraining(
                (recipe, seed) -> VideoBatches.training(videos.train(), recipe.clips(), seed))
            .setUnseen(
                recipe -> VideoBatches.evaluation(videos.validation(), recipe.clips().input()))
            .addRecipes(recipes.recipes())
            .optSeeds(2)
            .optSteps(steps)
            .optSay(System.out::println)
            .build();
    SweepResult result = sweep.run();
    new SweepFiles(result).write(out); // index.html, runs.csv, recipes
    for (String recipe : result.recipes().keySet()) {
      result
          .completion(recipe, "middle frames")
          .ifPresent(runs -> System.out.println(recipe + ": error " + runs.mean()));
    }
  }
}
