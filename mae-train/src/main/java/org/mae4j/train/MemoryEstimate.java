package org.mae4j.train;

import java.util.List;
import org.mae4j.models.kernels.Precision;
import org.mae4j.train.recipe.TrainingRecipe.TokenStack;

/**
 * How much memory a training step takes, roughly: weights, gradients and the optimizer's two means
 * in float32, their moving averages if there are any, and what a forward pass keeps for the way
 * back. A block keeps about 16 values per token and unit of width: its input, two norms, q, k, v,
 * the attention, and twice four for the MLP; in bfloat16 most of them are half as large. Buffers of
 * the library come on top.
 *
 * @param parameters number of trained values
 * @param stacks what a clip goes through
 * @param precision of matrix products
 * @param averages how many moving averages of the weights are kept
 */
record MemoryEstimate(long parameters, List<TokenStack> stacks, Precision precision, int averages) {

  private static final int COPIES = 4;
  private static final int KEPT_IN_FLOAT32 = 16 * Float.BYTES;
  private static final int KEPT_IN_BFLOAT16 = 40;

  MemoryEstimate {
    stacks = List.copyOf(stacks);
  }

  /**
   * Bytes of a step.
   *
   * @param clips in a batch
   * @param checkpointedBlocks blocks computed again at a time; 0 for no checkpointing
   */
  double bytes(int clips, int checkpointedBlocks) {
    double each = precision == Precision.BFLOAT16 ? KEPT_IN_BFLOAT16 : KEPT_IN_FLOAT32;
    double perClip = 0;
    for (TokenStack stack : stacks) {
      double values = (double) stack.tokens() * stack.width();
      int depth = stack.depth();
      if (checkpointedBlocks == 0) {
        perClip += values * each * depth;
      } else {
        int groups = (depth + checkpointedBlocks - 1) / checkpointedBlocks;
        perClip += values * (Float.BYTES * groups + each * Math.min(depth, checkpointedBlocks));
      }
    }
    int copies = COPIES + averages;
    return (double) parameters * copies * Float.BYTES + clips * perClip;
  }

  /** The depth of the deepest stack. */
  int depth() {
    return stacks.stream().mapToInt(TokenStack::depth).max().orElse(1);
  }
}
