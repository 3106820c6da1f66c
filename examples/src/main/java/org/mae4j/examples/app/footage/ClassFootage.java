package org.mae4j.examples.app.footage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.FewShotTask;
import org.mae4j.api.internal.Checks;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.split.FewShotSplit;
import org.mae4j.train.recipe.PretrainingRecipe;

/**
 * A user's folder with a folder of videos for each class. Two thirds of each class are trained on;
 * of the rest, some are completed and the others are the test clips of a probe, which learns from
 * at most 50 of those trained on.
 */
public final class ClassFootage implements Footage {

  private static final int MOST_SHOTS = 50;

  private final LabelledFootage parts;
  private final ClipDataset examples;
  private final PretrainingRecipe recipe;
  private final List<VideoBatches> batches = new ArrayList<>();

  /**
   * Looks through a folder.
   *
   * @param seed decides which videos are held out
   * @throws IllegalArgumentException if there are fewer than 2 classes or a class has fewer than 4
   *     videos
   */
  public ClassFootage(Path folder, PretrainingRecipe recipe, long seed) {
    this.recipe = recipe;
    parts = LabelledFootage.user(folder, seed);
    int smallest =
        parts.train().indicesByClass().stream().mapToInt(videos -> videos.length).min().orElse(0);
    Checks.require(
        smallest >= 2,
        "%s must have at least 4 videos of each class: of 3, one is left to learn from",
        folder);
    boolean many = parts.train().size() > MOST_SHOTS * parts.classes().size();
    examples =
        many ? FewShotSplit.first(Math.min(MOST_SHOTS, smallest)).of(parts.train()) : parts.train();
  }

  private VideoBatches remember(VideoBatches made) {
    batches.add(made);
    return made;
  }

  @Override
  public BatchSource training(long order) {
    return remember(VideoBatches.training(parts.train(), recipe.clips(), order));
  }

  @Override
  public BatchSource unseen() {
    return seen(parts.validation());
  }

  private VideoBatches seen(ClipDataset videos) {
    return remember(VideoBatches.evaluation(videos, recipe.clips().input()));
  }

  @Override
  public Optional<FewShotTask> task() {
    return Optional.of(
        new FewShotTask(
            parts.classes().size() + " classes, " + examples.size() + " examples",
            parts.classes(),
            seen(examples),
            seen(parts.test())));
  }

  @Override
  public List<ClipReadException> brokenFiles() {
    Map<String, ClipReadException> broken = new TreeMap<>();
    batches.forEach(made -> made.brokenFiles().forEach(file -> broken.put(file.file(), file)));
    return List.copyOf(broken.values());
  }

  @Override
  public Remarks remarks() {
    Remarks remarks = new Remarks();
    batches.forEach(remarks::add);
    return remarks;
  }

  @Override
  public String description() {
    return parts.description();
  }

  @Override
  public String manifestHash() {
    return parts.hash();
  }

  @Override
  public void close() {
    batches.forEach(BatchSource::close);
  }
}
