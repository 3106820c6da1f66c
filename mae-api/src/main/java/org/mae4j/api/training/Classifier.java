package org.mae4j.api.training;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.random.RandomGenerator;
import org.mae4j.api.Encoder;

/**
 * A classifier of clips that can be finetuned: an encoder, features of its tokens, a head on them.
 * The names of the head's parameters begin with {@code head.}; all others are the encoder's.
 *
 * <p>Clips are (N, 3, T, H, W), float32, normalised. Results belong to the manager of the clips.
 */
public interface Classifier extends Encoder, Trainable {

  /** C, the number of classes. */
  int classes();

  /** F, the number of features that the head sees. */
  int featureCount();

  /**
   * What the head sees of clips.
   *
   * @return (N, F)
   */
  NDArray features(NDArray clips);

  /**
   * Scores clips.
   *
   * @return (N, C), logits
   */
  NDArray logits(NDArray clips);

  /**
   * Scores clips as in training, where what a clip loses does not depend on the others.
   *
   * @param random N generators, which decide what is dropped of each
   * @return (N, C), logits
   */
  NDArray trainingLogits(NDArray clips, List<RandomGenerator> random);

  /**
   * Scores clips as in training of the head alone: the features are those of evaluation and no
   * gradients go back beyond them.
   *
   * @param random N generators, which decide what is dropped of each
   * @return (N, C), logits
   */
  NDArray headTrainingLogits(NDArray clips, List<RandomGenerator> random);

  /**
   * Scores clips as they come in evaluation: by default as {@link #logits}, and frame by frame by a
   * model of images.
   *
   * @return (N, C), logits
   */
  default NDArray clipLogits(NDArray clips) {
    return logits(clips);
  }

  /**
   * What the head sees of clips as they come in evaluation: by default as {@link #features}.
   *
   * @return (N, F)
   */
  default NDArray clipFeatures(NDArray clips) {
    return features(clips);
  }
}
