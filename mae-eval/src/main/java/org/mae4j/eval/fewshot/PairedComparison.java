package org.mae4j.eval.fewshot;

import java.util.List;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.mae4j.api.Bootstrap;
import org.mae4j.api.ClipPrediction;
import org.mae4j.api.FewShotReport;
import org.mae4j.api.Interval;
import org.mae4j.api.internal.Checks;

/**
 * Two models on the same test clips, by McNemar's exact test: under the hypothesis that they are
 * equally accurate, a clip that only one of them has right is as often the one's as the other's.
 *
 * @param both clips that both have right
 * @param onlyFirst clips that only the first model has right
 * @param onlySecond clips that only the second model has right
 * @param neither clips that none has right
 * @param difference the accuracy of the first less that of the second: bootstrap 95% interval over
 *     clips
 */
public record PairedComparison(
    int both, int onlyFirst, int onlySecond, int neither, Interval difference) {

  /**
   * Compares top-1 predictions.
   *
   * @throws IllegalArgumentException if the reports are not of the same clips in the same order
   */
  public static PairedComparison of(FewShotReport first, FewShotReport second) {
    List<ClipPrediction> ones = first.predictions();
    List<ClipPrediction> others = second.predictions();
    Checks.require(
        ones.size() == others.size(),
        "reports to compare must be of the same clips, but are of %s and %s",
        ones.size(),
        others.size());
    int[] counts = new int[4];
    double[] differences = new double[ones.size()];
    for (int i = 0; i < ones.size(); i++) {
      ClipPrediction one = ones.get(i);
      ClipPrediction other = others.get(i);
      if (!one.clip().equals(other.clip()) || one.label() != other.label()) {
        throw new IllegalArgumentException(
            "reports to compare must be of the same clips, but clip "
                + i
                + " is "
                + one.clip()
                + " and "
                + other.clip());
      }
      counts[(one.correct() ? 0 : 2) + (other.correct() ? 0 : 1)]++;
      differences[i] = (one.correct() ? 1 : 0) - (other.correct() ? 1 : 0);
    }
    return new PairedComparison(
        counts[0], counts[1], counts[2], counts[3], Bootstrap.DEFAULT.ofMean(differences));
  }

  /** The two-sided p-value of McNemar's exact test, in (0, 1]; 1 where no clip tells them apart. */
  public double pValue() {
    int discordant = onlyFirst + onlySecond;
    if (discordant == 0) {
      return 1;
    }
    int fewer = Math.min(onlyFirst, onlySecond);
    return Math.min(1, 2 * BinomialDistribution.of(discordant, 0.5).cumulativeProbability(fewer));
  }
}
