package org.mae4j.examples.app.footage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.FewShotTask;
import org.mae4j.data.VideoBatches;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.examples.nursery.NurseryFiles;
import org.mae4j.examples.nursery.ToyNursery;
import org.mae4j.examples.nursery.ToyTask;
import org.mae4j.examples.support.ConsoleProgress;
import org.mae4j.train.recipe.PretrainingRecipe;

/** The toy nursery: rendered, encoded to files, and read back like any footage. */
public final class ToyFootage implements Footage {

  private static final int SHOTS = 10;
  private static final int TEST_CLIPS_PER_CLASS = 60;
  private static final int VIDEOS = 5_000;
  private static final int UNSEEN = 360;

  private final PretrainingRecipe recipe;
  private final NurseryFiles files;
  private final List<VideoBatches> batches = new ArrayList<>();

  private ToyFootage(PretrainingRecipe recipe, NurseryFiles files) {
    this.recipe = recipe;
    this.files = files;
  }

  /** As {@link #make}, in the folder that all programs find it in. */
  public static ToyFootage inTarget(PretrainingRecipe recipe, long seed, ConsoleProgress progress) {
    int size = recipe.model().clip().height();
    Path folder = Path.of("target", "toy-nursery-" + seed + "-" + size);
    return make(folder, recipe, seed, progress);
  }

  /** Renders and encodes the nursery into {@code folder}, or finds it there. */
  static ToyFootage make(
      Path folder, PretrainingRecipe recipe, long seed, ConsoleProgress progress) {
    ToyNursery nursery =
        ToyNursery.builder()
            .setSeed(seed)
            .optPretrainingClips(VIDEOS)
            .optTrainClipsPerClass(SHOTS)
            .optTestClipsPerClass(TEST_CLIPS_PER_CLASS)
            .optSize(recipe.model().clip().height())
            .build();
    progress.say("toy nursery: rendering and encoding videos into " + folder);
    NurseryFiles files = nursery.write(folder, progress::rendered);
    progress.close();
    return new ToyFootage(recipe, files);
  }

  private VideoBatches labelled(Path folder, List<String> classes) {
    ClipDataset videos = VideoFolder.builder().setFolder(folder).optClassFolders(classes).build();
    return remember(VideoBatches.evaluation(videos, recipe.clips().input()));
  }

  private VideoBatches remember(VideoBatches made) {
    batches.add(made);
    return made;
  }

  /** The videos to train on, without labels. */
  public ClipDataset videos() {
    return VideoFolder.of(files.unlabelled());
  }

  @Override
  public BatchSource training(long order) {
    return remember(VideoBatches.training(videos(), recipe.clips(), order));
  }

  @Override
  public BatchSource unseen() {
    ClipDataset videos = VideoFolder.of(files.test(ToyTask.TEMPLATES));
    int step = Math.max(1, videos.size() / UNSEEN);
    int[] some = IntStream.range(0, videos.size()).filter(i -> i % step == 0).toArray();
    return remember(VideoBatches.evaluation(videos.subset(some), recipe.clips().input()));
  }

  @Override
  public Optional<FewShotTask> task() {
    List<String> classes = ToyTask.TEMPLATES.classes();
    return Optional.of(
        new FewShotTask(
            "templates, " + SHOTS + " examples per class",
            classes,
            labelled(files.train(ToyTask.TEMPLATES), classes),
            labelled(files.test(ToyTask.TEMPLATES), classes)));
  }

  @Override
  public Remarks remarks() {
    Remarks remarks = new Remarks();
    batches.forEach(remarks::add);
    return remarks;
  }

  @Override
  public List<ClipReadException> brokenFiles() {
    Map<String, ClipReadException> broken = new TreeMap<>();
    for (VideoBatches made : batches) {
      made.brokenFiles().forEach(file -> broken.put(file.file(), file));
    }
    return List.copyOf(broken.values());
  }

  @Override
  public String description() {
    return "toy nursery, "
        + VIDEOS
        + " unlabelled videos of "
        + recipe.model().clip().width()
        + "x"
        + recipe.model().clip().height()
        + " pixels";
  }

  @Override
  public String manifestHash() {
    return files.hash();
  }

  @Override
  public void close() {
    batches.forEach(BatchSource::close);
  }
}
