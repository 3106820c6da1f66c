package org.mae4j.examples.app.pretrain;

import java.nio.file.Path;
import org.mae4j.api.ClipSource;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.shards.TarShards;
import org.mae4j.data.split.ClipFit;
import org.mae4j.examples.app.footage.PaperPretraining;
import org.mae4j.examples.app.footage.ToyFootage;
import org.mae4j.examples.support.ConsoleProgress;
import org.mae4j.train.recipe.PretrainingRecipe;

/**
 * What a run is trained on.
 *
 * @param source to be closed with this
 * @param description one line for readers
 * @param hash of the list of videos
 */
record PretrainVideos(ClipSource source, String description, String hash) implements AutoCloseable {

  /** Of the toys, whatever the run's own. */
  private static final long TOY_SEED = 1;

  /**
   * Finds them; the toy nursery is rendered unless it is there.
   *
   * @throws IllegalArgumentException if there are none, they are not as they should lie, or none is
   *     as long as a clip
   */
  static PretrainVideos open(
      PretrainSettings settings, PretrainingRecipe recipe, ConsoleProgress progress) {
    if (settings.shards() != null) {
      TarShards shards = TarShards.of(Path.of(settings.shards()));
      return new PretrainVideos(
          shards, settings.shards() + ", " + shards, ClipSource.Identity.of(shards).hash());
    }
    ClipDataset videos = dataset(settings, recipe, progress);
    ClipFit.requireOne(videos, recipe.clips().input().sampling());
    return new PretrainVideos(videos, videos.toString(), videos.listHash());
  }

  private static ClipDataset dataset(
      PretrainSettings settings, PretrainingRecipe recipe, ConsoleProgress progress) {
    if (settings.videos() == null) {
      try (ToyFootage toys = ToyFootage.inTarget(recipe, TOY_SEED, progress)) {
        return toys.videos();
      }
    }
    Path root = Path.of(settings.videos());
    return settings.paper() == null
        ? settings.dataset().find(root, settings.split())
        : PaperPretraining.named(settings.paper()).videos(root);
  }

  @Override
  public void close() {
    source.close();
  }
}
