package org.mae4j.eval.fewshot;

import ai.djl.ndarray.NDManager;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Chooses the penalty of a {@link SoftmaxRegression} by stratified cross-validation inside the
 * training clips: the one with the lowest mean cross-entropy on the clips held out.
 *
 * <p>Cross-entropy rather than accuracy, which is too coarse to tell penalties apart on a few
 * clips. Fold k holds out the k-th, (k + folds)-th, ... clip of each class, so that nothing is
 * random. The only clip of a class is never held out.
 */
final class CrossValidation {

  /** Tried from strong to weak, each fit starting from the one before. */
  private static final double[] PENALTIES = {100, 10, 1, 0.1, 0.01, 0.001, 0.0001};

  /** Enough to rank penalties a factor of ten apart; the final fit goes further. */
  private static final double TOLERANCE = 1e-4;

  private static final int NONE = -1;

  private final int folds;

  /**
   * Divides into {@code folds} parts.
   *
   * @param folds at least 2
   */
  CrossValidation(int folds) {
    this.folds = folds;
  }

  /** The chosen penalty; the stronger one of equals. */
  double choosePenalty(NDManager manager, Features train, int classes) {
    int[] fold = assignFolds(train.labels(), classes);
    double[] heldOutLoss = new double[PENALTIES.length];
    for (int k = 0; k < folds; k++) {
      int current = k;
      try (NDManager scope = manager.newSubManager()) {
        Features kept = train.rows(where(fold.length, i -> fold[i] != current), scope);
        Features heldOut = train.rows(where(fold.length, i -> fold[i] == current), scope);
        try (SoftmaxRegression regression = new SoftmaxRegression(scope, kept, classes)) {
          for (int p = 0; p < PENALTIES.length; p++) {
            regression.fit(PENALTIES[p], TOLERANCE);
            heldOutLoss[p] += regression.crossEntropy(heldOut) * heldOut.size();
          }
        }
      }
    }
    int best = 0;
    for (int p = 1; p < PENALTIES.length; p++) {
      if (heldOutLoss[p] < heldOutLoss[best]) {
        best = p;
      }
    }
    return PENALTIES[best];
  }

  private int[] assignFolds(int[] labels, int classes) {
    int[] seen = new int[classes];
    int[] fold = new int[labels.length];
    for (int i = 0; i < labels.length; i++) {
      fold[i] = seen[labels[i]]++ % folds;
    }
    for (int i = 0; i < labels.length; i++) {
      fold[i] = seen[labels[i]] == 1 ? NONE : fold[i];
    }
    return fold;
  }

  private static int[] where(int size, IntPredicate test) {
    return IntStream.range(0, size).filter(test).toArray();
  }
}
