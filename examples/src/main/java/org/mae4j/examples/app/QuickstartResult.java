package org.mae4j.examples.app;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mae4j.api.ClipReadException;
import org.mae4j.api.FewShotReport;
import org.mae4j.eval.completion.Baseline;
import org.mae4j.eval.completion.CompletionReport;
import org.mae4j.train.metrics.RunHistory;

/**
 * What a run of {@link Quickstart} found. Errors are mean squared errors of normalised pixels over
 * masked patches of unseen clips.
 *
 * @param firstLoss mean over the first 5% of steps
 * @param lastLoss mean over the last 5% of steps
 * @param steps updates
 * @param clipsPerSecond over the whole training
 * @param dataWaitShare share of training time spent waiting for decoded clips
 * @param brokenFiles videos that could not be read
 * @param unseenClips clips that the errors are means over
 * @param randomMaskMse the model's error under random masks
 * @param meanPatchMse that of predicting the mean colour of the visible patches, same masks
 * @param centreMse the model's error under centre-frames masks
 * @param nearestFrameMse that of copying the nearest visible frame, same masks
 * @param crossFadeMse that of fading between the nearest visible frames, same masks
 * @param probeAccuracy of a linear probe on the pretrained encoder; null without a task
 * @param untrainedProbeAccuracy of the same probe on the encoder before training; null without a
 *     task
 * @param provenance recipe, seed, data, versions, device
 */
record QuickstartResult(
    double firstLoss,
    double lastLoss,
    long steps,
    double clipsPerSecond,
    double dataWaitShare,
    List<BrokenFile> brokenFiles,
    int unseenClips,
    double randomMaskMse,
    double meanPatchMse,
    double centreMse,
    double nearestFrameMse,
    double crossFadeMse,
    Double probeAccuracy,
    Double untrainedProbeAccuracy,
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
  static QuickstartResult of(
      RunHistory history,
      PretrainingEvaluation judgement,
      List<ClipReadException> broken,
      Map<String, String> provenance) {
    CompletionReport random = judgement.random();
    CompletionReport centre = judgement.centre();
    return new QuickstartResult(
        history.firstLoss(),
        history.lastLoss(),
        history.steps().get(history.steps().size() - 1).step(),
        history.clipsPerSecond(),
        history.dataWaitShare(),
        broken.stream()
            .map(
                e ->
                    new BrokenFile(e.file(), e.stage().name().toLowerCase(Locale.ROOT), e.reason()))
            .toList(),
        random.clips().size(),
        random.model().mean(),
        random.baselines().get(Baseline.MEAN_COLOUR).mean(),
        centre.model().mean(),
        centre.baselines().get(Baseline.NEAREST_FRAME).mean(),
        centre.baselines().get(Baseline.CROSS_FADE).mean(),
        judgement.pretrainedProbe().map(FewShotReport::accuracy).orElse(null),
        judgement.untrainedProbe().map(FewShotReport::accuracy).orElse(null),
        provenance);
  }
}
