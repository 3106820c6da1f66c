package org.mae4j.examples.app.footage;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.FolderBuilder;
import org.mae4j.data.dataset.ImageFolder;
import org.mae4j.data.dataset.VideoFolder;
import org.mae4j.data.split.HoldOut;
import org.mae4j.examples.nursery.NurseryFiles;
import org.mae4j.examples.nursery.ToyNursery;
import org.mae4j.examples.nursery.ToyTask;
import org.mae4j.examples.support.ConsoleProgress;

/**
 * Labelled videos in three parts that have no video in common: to learn from, to choose the best
 * checkpoint by, and to judge that one on.
 *
 * @param description one line for readers
 * @param hash of the names and sizes of all files, or of the nursery
 */
public record LabelledFootage(
    ClipDataset train, ClipDataset validation, ClipDataset test, String description, String hash) {

  private static final int SHOTS = 10;
  private static final int TEST_CLIPS_PER_CLASS = 60;
  private static final int VIDEOS = 5_000;

  /** One clip in so many that are held out is for choosing, the others for judging. */
  private static final int VALIDATION_SHARE = 4;

  /** Of a user's videos, a third is held out, with the same proportions. */
  private static final double VALIDATION_PART = 1.0 / 12;

  private static final double TEST_PART = 1.0 / 4;

  /** A task of the toy nursery, 10 examples per class, rendered into a folder or found there. */
  public static LabelledFootage toy(
      Path folder, ToyTask task, int size, long seed, ConsoleProgress progress) {
    ToyNursery.Builder builder = ToyNursery.builder().setSeed(seed).optSize(size);
    if (task.isOfImages()) {
      builder
          .optObjects(SHOTS, TEST_CLIPS_PER_CLASS)
          .optPretrainingClips(1)
          .optTrainClipsPerClass(1)
          .optTestClipsPerClass(1);
    } else {
      builder
          .optPretrainingClips(VIDEOS)
          .optTrainClipsPerClass(SHOTS)
          .optTestClipsPerClass(TEST_CLIPS_PER_CLASS);
    }
    ToyNursery nursery = builder.build();
    progress.say("toy nursery: rendering and encoding videos into " + folder);
    NurseryFiles files = nursery.write(folder, progress::rendered);
    progress.close();
    return of(
        labelled(files.train(task), task),
        labelled(files.test(task), task),
        "toy nursery, task " + task.folder(),
        files.hash());
  }

  private static LabelledFootage of(
      ClipDataset train, ClipDataset heldOut, String name, String hash) {
    ClipDataset validation = some(heldOut, true);
    ClipDataset test = some(heldOut, false);
    return new LabelledFootage(
        train, validation, test, description(name, train, validation, test), hash);
  }

  private static ClipDataset some(ClipDataset heldOut, boolean validation) {
    return heldOut.subset(
        IntStream.range(0, heldOut.size())
            .filter(i -> (i % VALIDATION_SHARE == 0) == validation)
            .toArray());
  }

  private static ClipDataset labelled(Path folder, ToyTask task) {
    FolderBuilder files = task.isOfImages() ? ImageFolder.builder() : VideoFolder.builder();
    return files.setFolder(folder).optClassFolders(task.classes()).build();
  }

  /**
   * A user's folder with a folder of videos for each class. A third of each class is held out; the
   * seed decides which.
   *
   * @throws IllegalArgumentException if there are fewer than 2 classes or a class has fewer than 3
   *     videos
   */
  public static LabelledFootage user(Path folder, long seed) {
    ClipDataset all = VideoFolder.builder().setFolder(folder).optClassFolders().build();
    if (all.classes().size() < 2) {
      throw new IllegalArgumentException(
          folder + " must have a folder for each of at least 2 classes, but has " + all.classes());
    }
    HoldOut.WithTest parts = HoldOut.withTest(all, VALIDATION_PART, TEST_PART, seed);
    return new LabelledFootage(
        parts.train(),
        parts.validation(),
        parts.test(),
        description(folder.toString(), parts.train(), parts.validation(), parts.test())
            + (all.leftOut().isEmpty() ? "" : ", " + all.leftOut().size() + " left out"),
        all.listAndSizesHash());
  }

  private static String description(
      String name, ClipDataset train, ClipDataset validation, ClipDataset test) {
    return String.format(
        Locale.ROOT,
        "%s: %d classes, %d clips to learn from, %d to choose by, %d to judge on",
        name,
        train.classes().size(),
        train.size(),
        validation.size(),
        test.size());
  }

  /** The names of the classes; a label is an index into them. */
  public List<String> classes() {
    return train.classes();
  }
}
