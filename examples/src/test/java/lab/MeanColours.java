package lab;

import ai.djl.ndarray.NDArray;
import java.util.OptionalInt;
import org.mae4j.api.PatchShape;
import org.mae4j.models.Patches;
import org.mae4j.models.objective.PredictionTarget;

/** The mean colour of each token. */
record MeanColours() implements PredictionTarget {

  @Override
  public OptionalInt width() {
    return OptionalInt.of(3);
  }

  @Override
  public NDArray of(NDArray clips) {
    NDArray patches = Patches.patchify(clips, new PatchShape(2, 8, 8));
    long clipCount = patches.getShape().get(0);
    return patches.reshape(clipCount, 8, 128, 3).mean(new int[] {2});
  }
}
