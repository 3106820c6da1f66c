package org.mae4j.examples.app.footage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.ClipRequest;
import org.mae4j.api.ClipShape;
import org.mae4j.api.FewShotTask;
import org.mae4j.api.Seeds;
import org.mae4j.api.WindowPlacement;
import org.mae4j.api.frames.FrameReceiver;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.data.split.ClipFit;
import org.mae4j.data.split.HoldOut;
import org.mae4j.train.recipe.PretrainingRecipe;

/**
 * A user's folder of videos. A fifth of them is kept apart to judge on, of more than 160 a tenth,
 * of more than 320 a twentieth and so on; which ones the seed and each video's name decide,
 * whatever others there are. A folder of fewer than five videos, or without a readable one in both
 * parts, has nothing to spare and is judged on other windows of the videos it trains on.
 */
public final class UserFootage implements Footage {

  private static final int SHARE = 5;
  private static final int MOST_UNSEEN = 32;
  private static final int WINDOWS = 64;

  private final Path folder;
  private final PretrainingRecipe recipe;
  private final long seed;
  private final ClipDataset training;
  private final ClipDataset unseen;
  private final boolean apart;
  private final int leftOut;
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
  public UserFootage(Path folder, PretrainingRecipe recipe, long seed) {
    this.folder = folder;
    this.recipe = recipe;
    this.seed = seed;
    ClipDataset all = VideoFolder.of(folder);
    this.hash = all.listAndSizesHash();
    this.leftOut = all.leftOut().size();
    Optional<HoldOut> cut =
        Optional.of(all).filter(videos -> videos.size() >= SHARE).map(this::cut);
    this.apart =
        cut.isPresent()
            && readable(cut.get().validation(), all.size()) > 0
            && readable(cut.get().train(), 1) > 0;
    if (!apart && readable(all, 1) == 0) {
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
    this.training = notBroken(apart ? cut.get().train() : all);
    this.unseen = notBroken(apart ? cut.get().validation() : all);
  }

  private HoldOut cut(ClipDataset all) {
    double share = 1.0 / SHARE;
    while (share * all.size() > MOST_UNSEEN) {
      share /= 2;
    }
    return HoldOut.of(all, share, seed);
  }

  /** How many can be read, counted no further than to {@code enough}. */
  private long readable(ClipDataset videos, long enough) {
    return IntStream.range(0, videos.size()).filter(i -> canRead(videos, i)).limit(enough).count();
  }

  private boolean canRead(ClipDataset videos, int index) {
    try {
      ClipRequest centre =
          ClipRequest.one(
              recipe.clips().input().sampling(), WindowPlacement.centre(), Seeds.generator(seed));
      videos.read(index, centre, new Unseeing());
      return true;
    } catch (ClipReadException e) {
      broken.put(e.file(), e);
      return false;
    }
  }

  /** Has frames decoded, and looks at none. */
  private static final class Unseeing implements FrameReceiver {

    @Override
    public void begin(int first, int count, ClipInfo info, ClipShape shape, boolean still) {}

    @Override
    public void add(Frame frame) {}

    @Override
    public void addAgain() {}

    @Override
    public void end(double[] timestamps, List<String> remarks) {}
  }

  /** Without those that turned out to be unreadable. */
  private ClipDataset notBroken(ClipDataset videos) {
    return videos.subset(
        IntStream.range(0, videos.size())
            .filter(i -> !broken.containsKey(videos.info(i).id()))
            .toArray());
  }

  @Override
  public BatchSource training(long order) {
    return remember(VideoBatches.training(training, recipe.clips(), order));
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
  public Remarks remarks() {
    Remarks remarks = new Remarks();
    batches.forEach(remarks::add);
    return remarks;
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
        + " to judge on"
        + (leftOut == 0 ? "" : ", " + leftOut + " left out");
  }

  @Override
  public String manifestHash() {
    return hash;
  }

  @Override
  public void close() {}
}
