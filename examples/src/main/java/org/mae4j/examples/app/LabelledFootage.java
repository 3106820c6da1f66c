package org.mae4j.examples.app;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.mae4j.data.dataset.ClipDataset;
import org.mae4j.data.dataset.FolderBuilder;
import org.mae4j.data.dataset.ImageFolder;
import org.mae4j.data.dataset.VideoFolder;
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
record LabelledFootage(
    ClipDataset train, ClipDataset validation, ClipDataset test, String description, String hash) {

  private static final int SHOTS = 10;
  private static final int TEST_CLIPS_PER_CLASS = 60;
  private static final int VIDEOS = 5_000;

  /** One clip in so many that are held out is for choosing, the others for judging. */
  private static final int VALIDATION_SHARE = 4;

  private static final int HELD_OUT_SHARE = 3;
  private static final int LEAST_PER_CLASS = 3;

  /** A task of the toy nursery, 10 examples per class, rendered into a folder or found there. */
  static LabelledFootage toy(
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
        train,
        validation,
        test,
        String.format(
            "%s: %d classes, %d clips to learn from, %d to choose by, %d to judge on",
            name, train.classes().size(), train.size(), validation.size(), test.size()),
        hash);
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
  static LabelledFootage user(Path folder, long seed) {
    ClipDataset all = VideoFolder.builder().setFolder(folder).optClassFolders().build();
    if (all.classes().size() < 2) {
      throw new IllegalArgumentException(
          folder + " must have a folder for each of at least 2 classes, but has " + all.classes());
    }
    TreeMap<Integer, List<Integer>> byClass = new TreeMap<>();
    for (int i = 0; i < all.size(); i++) {
      byClass.computeIfAbsent(all.info(i).label().orElseThrow(), label -> new ArrayList<>()).add(i);
    }
    List<Integer> train = new ArrayList<>();
    List<Integer> validation = new ArrayList<>();
    List<Integer> test = new ArrayList<>();
    byClass.forEach(
        (label, videos) -> {
          if (videos.size() < LEAST_PER_CLASS) {
            throw new IllegalArgumentException(
                folder.resolve(all.classes().get(label))
                    + " must have at least 3 videos, one to learn from, one to choose by and one to"
                    + " judge on, but has "
                    + videos.size());
          }
          Collections.shuffle(videos, new Random(seed));
          int held = Math.max(2, videos.size() / HELD_OUT_SHARE);
          int chosen = Math.max(1, held / VALIDATION_SHARE);
          validation.addAll(videos.subList(0, chosen));
          test.addAll(videos.subList(chosen, held));
          train.addAll(videos.subList(held, videos.size()));
        });
    return new LabelledFootage(
        subset(all, train),
        subset(all, validation),
        subset(all, test),
        String.format(
            "%s: %d classes, %d clips to learn from, %d to choose by, %d to judge on",
            folder, all.classes().size(), train.size(), validation.size(), test.size()),
        hash(all));
  }

  private static ClipDataset subset(ClipDataset videos, List<Integer> indices) {
    return videos.subset(indices.stream().mapToInt(Integer::intValue).sorted().toArray());
  }

  private static String hash(ClipDataset videos) {
    Hasher hasher = Hashing.sha256().newHasher();
    for (int i = 0; i < videos.size(); i++) {
      hasher.putString(videos.info(i).id() + "\n", StandardCharsets.UTF_8);
      try {
        hasher.putLong(Files.size(videos.path(i)));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + videos.path(i), e);
      }
    }
    return hasher.hash().toString();
  }

  /** The names of the classes; a label is an index into them. */
  List<String> classes() {
    return train.classes();
  }
}
