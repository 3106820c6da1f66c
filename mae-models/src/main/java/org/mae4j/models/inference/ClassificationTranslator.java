package org.mae4j.models.inference;

import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.translate.TranslatorContext;
import java.util.List;
import java.util.Optional;
import org.mae4j.api.internal.Checks;
import org.mae4j.models.VitClassifier;

/**
 * From a clip to the probabilities of its classes, for models that give logits (N, C). It has no
 * state and may be shared.
 */
public final class ClassificationTranslator extends ClipTranslator<Classifications> {

  private final Optional<List<String>> classes;

  /**
   * A translator for a {@link VitClassifier} whose classes have names: {@link
   * VitClassifier#classNames}.
   */
  public ClassificationTranslator(ClipPreparation preparation) {
    super(preparation);
    this.classes = Optional.empty();
  }

  /**
   * A translator for a model of C classes.
   *
   * @param classes C names, in the order of the logits
   */
  public ClassificationTranslator(List<String> classes, ClipPreparation preparation) {
    super(preparation);
    this.classes = Optional.of(List.copyOf(classes));
  }

  /**
   * Checks that the classes have names.
   *
   * @throws IllegalStateException if neither the translator nor the model knows them
   */
  @Override
  public void prepare(TranslatorContext context) {
    names(context);
  }

  private List<String> names(TranslatorContext context) {
    if (classes.isPresent()) {
      return classes.get();
    }
    if (context.getBlock() instanceof VitClassifier classifier) {
      return classifier.classNames();
    }
    throw new IllegalStateException(
        "only a VitClassifier knows the names of its classes: give them to the translator");
  }

  /**
   * The softmax of one clip's logits.
   *
   * @throws IllegalArgumentException if there are not as many logits as names
   */
  @Override
  public Classifications processOutput(TranslatorContext context, NDList list) {
    NDArray logits = list.singletonOrThrow();
    List<String> names = names(context);
    Checks.require(
        logits.size() == names.size(),
        "the model tells %s classes apart, but %s are named",
        logits.size(),
        names.size());
    return new Classifications(names, logits.softmax(0));
  }
}
