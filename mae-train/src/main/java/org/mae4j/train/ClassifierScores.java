package org.mae4j.train;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.FewShotTask;
import org.mae4j.api.internal.Checks;
import org.mae4j.api.training.Classifier;
import org.mae4j.models.torch.internal.Gradients;

/**
 * What a classifier answers on one pass of labelled clips.
 *
 * @param truth the true classes
 * @param predicted the likeliest classes
 * @param loss mean cross entropy in nats, without label smoothing
 * @param top1 share of clips whose class is the likeliest, in [0, 1]
 * @param top5 share of clips whose class is among the five likeliest, in [0, 1]
 */
public record ClassifierScores(
    List<Integer> truth, List<Integer> predicted, double loss, double top1, double top5) {

  private static final int FIVE = 5;

  public ClassifierScores {
    truth = List.copyOf(truth);
    predicted = List.copyOf(predicted);
  }

  /**
   * Scores all clips; a model of single frames by the mean logits of each clip's frames.
   *
   * @param clips one pass is scored; stays the caller's to close
   * @throws IllegalStateException if a clip has no label
   */
  public static ClassifierScores of(Classifier model, BatchSource clips) {
    List<Integer> truth = new ArrayList<>();
    List<Integer> predicted = new ArrayList<>();
    double loss = 0;
    int first = 0;
    int amongFive = 0;
    NDManager owner = model.weights().values().iterator().next().getManager();
    Gradients.onlyInCollectors();
    for (long i = 0; i < clips.batchesPerPass(); i++) {
      try (NDManager scope = owner.newSubManager()) {
        ClipBatch batch = clips.batch(i, scope);
        int[] labels = batch.labels();
        float[] logits = model.clipLogits(batch.clips()).toFloatArray();
        int classes = logits.length / labels.length;
        for (int n = 0; n < labels.length; n++) {
          int start = n * classes;
          int label = labels[n];
          Checks.require(
              label < classes,
              "labels must be in [0, %s), but that of %s is %s",
              classes,
              batch.sources().get(n).id(),
              label);
          float own = logits[start + label];
          int rank = (int) range(start, classes).filter(c -> logits[c] > own).count();
          first += rank == 0 ? 1 : 0;
          amongFive += rank < FIVE ? 1 : 0;
          double peak = range(start, classes).mapToDouble(c -> logits[c]).max().orElseThrow();
          loss +=
              peak
                  - own
                  + Math.log(
                      range(start, classes).mapToDouble(c -> Math.exp(logits[c] - peak)).sum());
          truth.add(label);
          predicted.add(
              rank == 0
                  ? label
                  : range(start, classes).filter(c -> logits[c] == peak).findFirst().orElse(start)
                      - start);
        }
      }
    }
    double clipCount = truth.size();
    return new ClassifierScores(
        truth, predicted, loss / clipCount, first / clipCount, amongFive / clipCount);
  }

  private static IntStream range(int start, int length) {
    return IntStream.range(start, start + length);
  }

  /** Loss, top1 and top5 by name, for a {@link Validation}. */
  public Map<String, Double> metrics() {
    return ImmutableMap.of("loss", loss, "top1", top1, "top5", top5);
  }

  /** The confusions of a few-shot task whose test clips these are. */
  public FewShotReport report(FewShotTask task, String method, int trainClips) {
    return FewShotReport.of(
        task,
        method,
        truth.stream().mapToInt(Integer::intValue).toArray(),
        predicted.stream().mapToInt(Integer::intValue).toArray(),
        trainClips);
  }
}
