package org.mae4j.examples.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.mae4j.api.BatchSource;
import org.mae4j.api.Clip;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.FewShotTask;
import org.mae4j.api.Seeds;
import org.mae4j.api.WindowPlacement;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.data.split.ClipFit;
import org.mae4j.train.recipe.PretrainingRecipe;

/**
 * A user's folder of videos. A fifth of them, 32 at most, are kept apart to judge on; which ones
 * the seed decides. A folder of fewer than five videos, or with a single readable one, has nothing
 * to spare and is judged on other windows of the videos it trains on.
 */
final class UserFootage implements Footage {

  private static final int SHARE = 5;
  private static final int MOST_UNSEEN = 32;
  private static final int WINDOWS = 64;

  private final Path folder;
  private final PretrainingRecipe recipe;
  private final long seed;
  private final ClipDataset training;
  private final ClipDataset unseen;
  private final boolean apart;
  private final String hash;
  private final Map<String, ClipReadException> broken = new LinkedHashMap<>();
  private final List<VideoBatches> batches = new ArrayList<>();

  /**
   * Looks through a folder.
   *
   * @throws org.mae4j.data.dataset.DatasetException if there is no such folder, or no video in it
   * @throws IllegalArgumentException if none of its videos can be read, or all are shorter than the
   *     recipe's clips
   */
  UserFootage(Path folder, PretrainingRecipe recipe, long seed) {
    this.folder = folder;
    this.recipe = recipe;
    this.seed = seed;
    ClipDataset all = VideoFolder.of(folder);
    this.hash = all.listAndSizesHash();
    List<Integer> order = new ArrayList<>(IntStream.range(0, all.size()).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    int wanted = Math.min(MOST_UNSEEN, all.size() / SHARE);
    List<Integer> readable = new ArrayList<>();
    List<Integer> unread = new ArrayList<>();
    // One more than are wanted, so that a readable one is left to train on.
    for (int video : order) {
      if (readable.size() > wanted) {
        unread.add(video);
      } else if (canRead(all, video)) {
        readable.add(video);
      }
    }
    if (readable.isEmpty()) {
      ClipReadException first = broken.values().iterator().next();
      throw new IllegalArgumentException(
          "none of the "
              + all.size()
              + " videos in "
              + folder
              + " can be read; the first: "
              + first.getMessage());
    }
    ClipFit.requireOne(all, recipe.clips().input().sampling());
    this.apart = readable.size() > 1 && wanted > 0;
    List<Integer> trained = new ArrayList<>(unread);
    trained.addAll(apart ? readable.subList(0, 1) : readable);
    this.training = subset(all, trained);
    this.unseen = subset(all, apart ? readable.subList(1, readable.size()) : readable);
  }

  private boolean canRead(ClipDataset videos, int index) {
    try {
      videos
          .clips(
              index,
              ClipRequest.one(
                  recipe.clips().input().sampling(),
                  WindowPlacement.centre(),
                  Seeds.generator(seed)))
          .forEach(Clip::close);
      return true;
    } catch (ClipReadException e) {
      broken.put(e.file(), e);
      return false;
    }
  }

  private static ClipDataset subset(ClipDataset videos, Collection<Integer> indices) {
    return videos.subset(indices.stream().mapToInt(Integer::intValue).sorted().toArray());
  }

  @Override
  public BatchSource training() {
    return remember(VideoBatches.training(training, recipe.clips(), seed));
  }

  @Override
  public BatchSource unseen() {
    int windows = Math.max(1, WINDOWS / unseen.size());
    return remember(
        VideoBatches.evaluation(
            unseen,
            recipe.clips().input(),
            loader ->
                loader
                    .setBatchSize(16 * windows)
                    .optRepeats(windows, false)
                    .optPlacement(WindowPlacement.random())
                    .optSeed(seed)));
  }

  private VideoBatches remember(VideoBatches made) {
    batches.add(made);
    return made;
  }

  @Override
  public Optional<FewShotTask> task() {
    return Optional.empty();
  }

  @Override
  public List<ClipReadException> brokenFiles() {
    for (VideoBatches made : batches) {
      made.brokenFiles().forEach(file -> broken.putIfAbsent(file.file(), file));
    }
    return broken.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(Map.Entry::getValue)
        .toList();
  }

  @Override
  public String description() {
    return folder
        + ", "
        + training.size()
        + " videos to train on, "
        + (apart ? unseen.size() + " others" : "other windows of them")
        + " to judge on";
  }

  @Override
  public String manifestHash() {
    return hash;
  }

  @Override
  public void close() {}
}
