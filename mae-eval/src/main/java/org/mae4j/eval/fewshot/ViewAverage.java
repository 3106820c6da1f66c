package org.mae4j.eval.fewshot;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipPrediction;
import org.mae4j.api.FewShotTask;

/** Scores every test clip of a task as the mean over its views. */
final class ViewAverage {

  private ViewAverage() {}

  /** Scores a batch. */
  @FunctionalInterface
  interface Scorer {

    /** (N, C), row by row; the higher, the likelier. */
    double[] scores(ClipBatch batch);
  }

  /**
   * Predicts every test clip.
   *
   * @param manager the parent of those that the batches are read into
   * @throws IllegalArgumentException if a label is not in [0, C), or the views are not of the same
   *     videos in the same order
   * @throws IllegalStateException if a clip has no label
   */
  static List<ClipPrediction> predict(FewShotTask task, NDManager manager, Scorer scorer) {
    int classes = task.classes().size();
    List<ClipInfo> clips = new ArrayList<>();
    List<double[]> sums = new ArrayList<>();
    for (BatchSource view : task.views()) {
      boolean first = view == task.views().get(0);
      int place = 0;
      for (long i = 0; i < view.batchesPerPass(); i++) {
        try (NDManager step = manager.newSubManager()) {
          ClipBatch batch = view.batch(i, step);
          Features.labelsOf(batch, classes);
          double[] scores = scorer.scores(batch);
          for (int k = 0; k < batch.size(); k++) {
            if (first) {
              clips.add(batch.sources().get(k));
              sums.add(new double[classes]);
            }
            requireSame(task, clips, place, batch.sources().get(k));
            add(sums.get(place), scores, k * classes);
            place++;
          }
        }
      }
      if (place != clips.size()) {
        throw new IllegalArgumentException(
            task.name()
                + ": views must be of as many clips, but are "
                + clips.size()
                + " and "
                + place);
      }
    }
    return IntStream.range(0, clips.size())
        .mapToObj(i -> ClipPrediction.of(clips.get(i), sums.get(i)))
        .toList();
  }

  private static void requireSame(
      FewShotTask task, List<ClipInfo> clips, int place, ClipInfo clip) {
    if (place >= clips.size() || !clips.get(place).equals(clip)) {
      throw new IllegalArgumentException(
          task.name()
              + ": views must be of the same clips in the same order, but clip "
              + place
              + " is "
              + clip.id()
              + " instead of "
              + (place < clips.size() ? clips.get(place).id() : "none"));
    }
  }

  private static void add(double[] sum, double[] scores, int offset) {
    for (int c = 0; c < sum.length; c++) {
      sum[c] += scores[offset + c];
    }
  }

  /** What to add to a method's description. */
  static String describe(FewShotTask task) {
    return task.views().size() == 1 ? "" : ", mean of " + task.views().size() + " views";
  }
}
