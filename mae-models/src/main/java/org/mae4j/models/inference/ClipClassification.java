package org.mae4j.models.inference;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.mae4j.api.BatchSource;
import org.mae4j.api.ClipBatch;
import org.mae4j.api.ClipInfo;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.VitClassifier;
import org.mae4j.models.torch.internal.Gradients;

/**
 * What a classifier says of a clip.
 *
 * @param source the clip's video
 * @param classes the classes, the most probable first
 */
public record ClipClassification(ClipInfo source, List<Probability> classes) {

  public ClipClassification {
    Objects.requireNonNull(source, "source");
    classes = List.copyOf(classes);
  }

  /**
   * Classifies one pass of clips; an image model sees them frame by frame. Any number of threads
   * may do so with one model.
   *
   * @param clips stay the caller's to close
   * @return one for each clip, in their order
   * @throws IllegalStateException if the names of the classes are not known
   * @throws IllegalArgumentException if the clips are not as the model takes them
   */
  public static List<ClipClassification> of(VitClassifier model, BatchSource clips) {
    List<String> names = model.classNames();
    List<ClipClassification> all = new ArrayList<>();
    try (NDManager manager = model.newManager()) {
      clips.forEachBatch(manager, batch -> all.addAll(of(model, names, batch)));
    }
    return all;
  }

  private static List<ClipClassification> of(
      VitClassifier model, List<String> names, ClipBatch batch) {
    float[] probabilities =
        Gradients.unrecorded(() -> model.clipLogits(batch.clips()).softmax(1)).toFloatArray();
    int classes = names.size();
    return IntStream.range(0, batch.size())
        .mapToObj(
            clip ->
                new ClipClassification(
                    batch.sources().get(clip),
                    IntStream.range(0, classes)
                        .mapToObj(
                            c -> new Probability(names.get(c), probabilities[clip * classes + c]))
                        .sorted(Comparator.comparingDouble(Probability::probability).reversed())
                        .toList()))
        .toList();
  }

  /** The most probable class. */
  public Probability best() {
    return classes.get(0);
  }

  /**
   * The most probable classes.
   *
   * @param k how many, at least 1; all there are, if that is fewer
   */
  public List<Probability> top(int k) {
    return classes.subList(0, Math.min(Checks.atLeast(1, k, "k"), classes.size()));
  }

  /**
   * How probable a class is.
   *
   * @param className its name
   * @param probability in [0, 1]; over all classes they sum to 1
   */
  public record Probability(String className, double probability) {

    public Probability {
      Objects.requireNonNull(className, "className");
      Checks.share(probability, "probability");
    }
  }
}
