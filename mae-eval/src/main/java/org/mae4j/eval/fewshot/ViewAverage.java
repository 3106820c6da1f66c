package org.mae4j.eval.fewshot;

import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.ClipPrediction;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.FewShotTask;
import org.mae4j.api.Provenance;
import org.mae4j.api.internal.Checks;
import org.mae4j.eval.internal.EvaluationPass;
import org.mae4j.models.torch.TorchEngine;

/**
 * Scores every test clip of a task as the mean over those of its views that can be read; the order
 * is that of the first view, then that of clips only later views have.
 */
final class ViewAverage {

  private final FewShotTask task;
  private final Map<Place, Clip> clips = new LinkedHashMap<>();

  private ViewAverage(FewShotTask task) {
    this.task = task;
  }

  /** Scores a batch. */
  @FunctionalInterface
  interface Scorer {
    /** (N, C), row by row; the higher, the likelier. */
    double[] scores(ClipBatch batch);
  }

  /** The same clip in each view: a pass may have a video more than once. */
  private record Place(String id, int occurrence) {}

  /** Sums rank classes as means do, and do not round. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Clip(ClipInfo info, double[] sums) {}

  /**
   * Judges every test clip.
   *
   * @param method how what scores came about, for readers
   * @param trainClips the number of examples that were learnt from
   * @param manager the parent of those that the batches are read into
   * @throws IllegalArgumentException if a label is not in [0, C), a video has not the same one in
   *     all views, or there is no clip
   * @throws IllegalStateException if a clip has no label
   */
  static FewShotReport report(
      FewShotTask task, String method, int trainClips, NDManager manager, Scorer scorer) {
    ViewAverage average = new ViewAverage(task);
    for (BatchSource view : task.views()) {
      Map<String, Integer> seen = new HashMap<>();
      view.forEachBatch(manager, batch -> average.add(batch, scorer.scores(batch), seen));
    }
    if (average.clips.isEmpty()) {
      throw EvaluationPass.withoutClips(task.name() + ", test", task.views().get(0));
    }
    List<ClipPrediction> predictions =
        average.clips.values().stream()
            .map(clip -> ClipPrediction.of(clip.info, clip.sums))
            .toList();
    int views = task.views().size();
    return new FewShotReport(
        task.name(),
        method + (views == 1 ? "" : ", mean of " + views + " views"),
        task.classes(),
        predictions,
        trainClips,
        Provenance.NONE
            .withDevice(manager.getDevice().toString())
            .withVersions(TorchEngine.versions()));
  }

  private void add(ClipBatch batch, double[] scores, Map<String, Integer> seen) {
    int classes = task.classes().size();
    Features.labelsOf(batch, classes);
    for (int k = 0; k < batch.size(); k++) {
      ClipInfo info = batch.sources().get(k);
      Place place = new Place(info.id(), seen.merge(info.id(), 1, Integer::sum));
      Clip clip = clips.computeIfAbsent(place, p -> new Clip(info, new double[classes]));
      Checks.require(
          clip.info.equals(info),
          "%s: a clip must have the same label in all views, but %s has %s and %s",
          task.name(),
          info.id(),
          clip.info.label().getAsInt(),
          info.label().getAsInt());
      for (int c = 0; c < classes; c++) {
        clip.sums[c] += scores[k * classes + c];
      }
    }
  }
}
