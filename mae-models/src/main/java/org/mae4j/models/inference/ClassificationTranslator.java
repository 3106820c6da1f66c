package org.mae4j.models.inference;

import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.translate.TranslatorContext;
import java.util.List;

/** From a clip to the probabilities of its classes, for models that give logits (N, C). */
public final class ClassificationTranslator extends ClipTranslator<Classifications> {

  private final List<String> classes;

  /**
   * A translator for a model of C classes.
   *
   * @param classes C names, in the order of the logits
   */
  public ClassificationTranslator(List<String> classes, ClipPreparation preparation) {
    super(preparation);
    this.classes = List.copyOf(classes);
  }

  /**
   * The softmax of one clip's logits.
   *
   * @throws IllegalArgumentException if there are not as many logits as names
   */
  @Override
  public Classifications processOutput(TranslatorContext context, NDList list) {
    NDArray logits = list.singletonOrThrow();
    if (logits.size() != classes.size()) {
      throw new IllegalArgumentException(
          "the model tells "
              + logits.size()
              + " classes apart, but "
              + classes.size()
              + " are named");
    }
    return new Classifications(classes, logits.softmax(0));
  }
}
