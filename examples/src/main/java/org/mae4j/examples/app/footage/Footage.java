package org.mae4j.examples.app.footage;

import java.util.List;
import java.util.Optional;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.FewShotTask;

/** The videos of a run: what to train on, what to judge on. */
public interface Footage extends AutoCloseable {

  /**
   * Batches to train on; the caller closes them.
   *
   * @param seed of their order, windows and crops
   */
  BatchSource training(long seed);

  /** One fixed pass over clips that are not trained on; the caller closes it. */
  BatchSource unseen();

  /** A labelled task, if there is one, anew each time. Its sources are closed with this. */
  Optional<FewShotTask> task();

  /** Videos that could not be read so far, each once. */
  List<ClipReadException> brokenFiles();

  /** What there was to remark on the videos so far. */
  Remarks remarks();

  /** One line for readers: what and how much. */
  String description();

  /** A hash of the names and sizes of all files. */
  String manifestHash();

  @Override
  void close();
}
