package org.mae4j.examples.app;

import java.util.List;
import java.util.Map;
import org.mae4j.api.FewShotReport;
import org.mae4j.train.ClassifierScores;

/**
 * What a run of {@link Finetune} found. Accuracies are shares of the test clips, in [0, 1].
 *
 * @param top1 of the checkpoint that was best on the validation clips
 * @param standardError of top1, from the number of test clips
 * @param top5 of the same checkpoint
 * @param loss its mean cross entropy in nats
 * @param chance the accuracy of guessing
 * @param controlTop1 that of the same run from an untrained encoder; null without a control
 * @param steps updates made
 * @param bestStep the update after which validation was best
 * @param trainClips clips learnt from
 * @param testClips clips judged on
 * @param classes the names of the classes
 * @param confusion counts of test clips: row is the true class, column the predicted one
 * @param provenance recipe, seed, data, versions, device
 */
record FinetuneResult(
    double top1,
    double standardError,
    double top5,
    double loss,
    double chance,
    Double controlTop1,
    long steps,
    long bestStep,
    int trainClips,
    int testClips,
    List<String> classes,
    List<List<Integer>> confusion,
    Map<String, String> provenance) {

  /** Sums a run up. */
  static FinetuneResult of(
      FewShotReport report,
      ClassifierScores scores,
      Double controlTop1,
      long steps,
      long bestStep,
      Map<String, String> provenance) {
    return new FinetuneResult(
        report.accuracy(),
        report.standardError(),
        scores.top5(),
        scores.loss(),
        report.chance(),
        controlTop1,
        steps,
        bestStep,
        report.trainClips(),
        report.testClips(),
        report.classes(),
        report.confusion(),
        provenance);
  }
}
