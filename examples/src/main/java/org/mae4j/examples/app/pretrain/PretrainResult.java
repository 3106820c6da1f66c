package org.mae4j.examples.app.pretrain;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mae4j.train.metrics.RunHistory;

/**
 * What came of a run of {@link Pretrain}.
 *
 * @param firstLoss mean over the first 5% of steps
 * @param lastLoss mean over the last 5% of steps
 * @param steps updates
 * @param clipsPerSecond over the whole training
 * @param dataWaitShare share of training time spent waiting for decoded clips
 * @param brokenFiles videos that could not be read
 * @param provenance recipe, seed, data, versions, device
 */
record PretrainResult(
    double firstLoss,
    double lastLoss,
    long steps,
    double clipsPerSecond,
    double dataWaitShare,
    List<BrokenFile> brokenFiles,
    Map<String, String> provenance) {

  /**
   * A video that could not be read.
   *
   * @param file its path within the folder
   * @param stage how far reading came
   * @param cause what went wrong
   */
  record BrokenFile(String file, String stage, String cause) {}

  /** Sums a run up. */
  static PretrainResult of(RunHistory history, Map<String, String> provenance) {
    return new PretrainResult(
        history.firstLoss(),
        history.lastLoss(),
        history.steps().get(history.steps().size() - 1).step(),
        history.clipsPerSecond(),
        history.dataWaitShare(),
        history.brokenFiles().stream()
            .map(
                e ->
                    new BrokenFile(e.file(), e.stage().name().toLowerCase(Locale.ROOT), e.reason()))
            .toList(),
        provenance);
  }
}
