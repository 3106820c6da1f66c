package org.mae4j.examples.guide;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.models.torch.TorchEngine;
import org.mae4j.train.Finetuner;
import org.mae4j.train.FinetuningState;
import org.mae4j.train.metrics.MetricsFile;
import org.mae4j.train.recipe.FinetuningRecipe;
import org.mae4j.train.recipe.FinetuningRecipes;

/** Makes a classifier of a pretrained model and a folder of videos for each class. */
public final class FinetuneAClassifier {

  private FinetuneAClassifier() {}

  public static void main(String[] arguments) {
    Usage.require(
        arguments, "FinetuneAClassifier", "MODEL", "CLASS-FOLDERS", "STEPS", "CLASSIFIER");
    Path pretrained = Path.of(arguments[0]);
    ClipDataset videos = VideoFolder.ofClasses(Path.of(arguments[1]));
    long steps = Long.parseLong(arguments[2]);
    Path classifierFile = Path.of(arguments[3]);
    FinetuningRecipe recipe =
        FinetuningRecipes.TOY // for small models; the paper's are there, too
            .onEncoderOf(pretrained, videos.classes())
            .withSteps(steps);
    long seed = 1;
    try (NDManager manager = TorchEngine.newManager();
        FinetuningState state = FinetuningState.start(recipe, pretrained, seed, manager);
        VideoBatches clips = VideoBatches.training(videos, recipe.clips(), seed);
        MetricsFile losses = new MetricsFile(Path.of(classifierFile + ".jsonl"))) { // a line a step
      Finetuner.builder().setState(state).setBatches(clips).addListener(losses).build().run();
      state.saveModel(classifierFile);
    }
  }
}
