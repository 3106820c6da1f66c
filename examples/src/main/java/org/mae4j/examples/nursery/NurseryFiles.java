package org.mae4j.examples.nursery;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A nursery on disk.
 *
 * @param folder holds {@code unlabelled/}, {@code templates/} and {@code scenes/}, where asked for
 *     {@code child/} and {@code objects/}, and {@code nursery.csv}, which lists every file with
 *     what it shows and its SHA-256
 * @param hash the SHA-256 of that list in hexadecimal, which identifies every byte of the data
 * @param reused whether it was there already
 */
public record NurseryFiles(Path folder, String hash, boolean reused) {

  static final String UNLABELLED = "unlabelled";
  static final String CHILD = "child";
  static final String TRAIN = "train";
  static final String TEST = "test";

  public NurseryFiles {
    Objects.requireNonNull(folder, "folder");
    Objects.requireNonNull(hash, "hash");
  }

  /** The folder of videos to pretrain on. */
  public Path unlabelled() {
    return folder.resolve(UNLABELLED);
  }

  /** The folder of videos of one home to pretrain on; there only if asked for. */
  public Path child() {
    return folder.resolve(CHILD);
  }

  /** The folder of a task's examples: one folder per class in it. */
  public Path train(ToyTask task) {
    return folder.resolve(task.folder()).resolve(TRAIN);
  }

  /** The folder of a task's test clips: one folder per class in it. */
  public Path test(ToyTask task) {
    return folder.resolve(task.folder()).resolve(TEST);
  }
}
