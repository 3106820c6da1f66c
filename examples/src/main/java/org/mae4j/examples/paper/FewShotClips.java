package org.mae4j.examples.paper;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.FewShotTask;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.train.recipe.FinetuningRecipe;

/** The clips of a task as a recipe wants them. */
final class FewShotClips implements AutoCloseable {

  private final FinetuningRecipe recipe;
  private final VideoBatches train;
  private final VideoBatches test;
  private final Optional<VideoBatches> validation;
  private final FewShotTask task;

  FewShotClips(FewShotSet set, FinetuningRecipe recipe, long seed) {
    this.recipe = recipe;
    train = VideoBatches.training(set.train(), recipe.clips(), seed);
    test = judged(set.test());
    validation = set.validation().map(this::judged);
    task = new FewShotTask(set.name(), set.classes(), train, test);
  }

  private VideoBatches judged(ClipDataset clips) {
    return VideoBatches.evaluation(clips, recipe.clips().input());
  }

  FewShotTask task() {
    return task;
  }

  Optional<BatchSource> validation() {
    return validation.map(clips -> clips);
  }

  List<ClipReadException> brokenFiles() {
    return Stream.concat(Stream.of(train, test), validation.stream())
        .flatMap(batches -> batches.brokenFiles().stream())
        .toList();
  }

  @Override
  public void close() {
    train.close();
    test.close();
    validation.ifPresent(VideoBatches::close);
  }
}
