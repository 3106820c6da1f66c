package org.mae4j.models;

import java.util.List;
import org.mae4j.api.Pooling;
import org.mae4j.api.training.Classifier;

/**
 * The geometry of a classifier.
 *
 * @param <M> the model
 */
public interface ClassifierGeometry<M extends Classifier> extends ModelConfig<M> {

  /** C, the number of classes. */
  int classes();

  /** The names of the C classes, in the order of the logits; none where they are not known. */
  List<String> classNames();

  /** What the head sees of the tokens. */
  Pooling pooling();

  /** The same for classes of these names. */
  ClassifierGeometry<M> withClassNames(List<String> names);
}
