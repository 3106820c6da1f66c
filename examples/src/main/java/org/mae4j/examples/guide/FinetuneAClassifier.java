package org.mae4j.examples.guide;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.models.Models;
import org.mae4j.models.VideoMaeConfig;
import org.mae4j.models.VitConfig;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.models.weights.WeightFile;
import org.mae4j.models.weights.Weights;
import org.mae4j.train.Finetuner;
import org.mae4j.train.FinetuningState;
import org.mae4j.train.recipe.FinetuningRecipe;
import org.mae4j.train.recipe.FinetuningRecipes;

/** Makes a classifier of a pretrained model and a folder of videos for each class. */
public final class FinetuneAClassifier {

  private FinetuneAClassifier() {}

  public static void main(String[] arguments) {
    Usage.require(
        arguments,
        "FinetuneAClassifier",
        "MODEL",
        "FOLDER-OF-CLASS-FOLDERS",
        "STEPS",
        "CLASSIFIER");
    Path pretrained = Path.of(arguments[0]);
    ClipDataset videos =
        VideoFolder.builder().setFolder(Path.of(arguments[1])).optClassFolders().build();
    VitConfig encoder = Models.config(VideoMaeConfig.class, pretrained).vit();
    FinetuningRecipe toy = FinetuningRecipes.TOY;
    FinetuningRecipe recipe =
        toy.withModel(
                toy.model().withVit(encoder).withClassNames(videos.classes()),
                toy.clips().withInput(Models.input(pretrained)))
            .withSteps(Long.parseLong(arguments[2]));
    try (NDManager manager = TorchEngine.newManager();
        FinetuningState state =
            FinetuningState.start(recipe, Weights.of(WeightFile.open(pretrained)), 1, manager);
        VideoBatches clips = VideoBatches.training(videos, recipe.clips(), 1)) {
      Finetuner.builder().setState(state).setBatches(clips).build().run();
      Models.save(state.model(), Path.of(arguments[3]));
    }
  }
}
